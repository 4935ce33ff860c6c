// SPDX-License-Identifier: Apache-2.0
#include "client/cli/json_output.h"

#include <utility>

#include "client/answer.h"
#include "crypto/key_types.h"
#include "crypto/verdict.h"

namespace chirograph {

using nlohmann::ordered_json;

ordered_json TextOrNull(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json ErrorJson(std::string_view message, const std::optional<SourcePosition>& position) {
  return {{"message", message},
          {"line", position ? ordered_json(position->line) : ordered_json(nullptr)},
          {"column", position ? ordered_json(position->column) : ordered_json(nullptr)},
          {"kind", FailureKindName(FailureKind::kCouldNot)},
          {"reason", nullptr},
          {"evidenceDir", nullptr}};
}

ordered_json WithPath(const std::string& path, ordered_json error) {
  const std::string message = error["message"];
  const std::string prefix = path + ": ";
  if (message.starts_with(prefix)) error["message"] = message.substr(prefix.size());
  return {{"path", path}, {"error", std::move(error)}};
}

ordered_json InputErrorJson(const std::string& path, const InputError& error) {
  return WithPath(path, ErrorJson(error.message, error.position));
}

ordered_json VerificationJson(const std::string& path, const SecuredVerification& verification,
                              const Digest& article_digest) {
  const PublisherKey* key = verification.key;
  return {{"path", path},
          {"verdict", VerdictName(verification.verdict)},
          {"reason", VerdictReasonName(verification.reason)},
          {"publisher", TextOrNull(verification.publisher_domain)},
          {"keyId", key == nullptr ? ordered_json(nullptr) : ordered_json(key->id)},
          {"algorithm", key == nullptr ? ordered_json(nullptr)
                                       : ordered_json(KeyAlgorithmName(key->public_key->algorithm()))},
          {"articleDigest", ToHex(article_digest)}};
}

}  // namespace chirograph
