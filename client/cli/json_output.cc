// SPDX-License-Identifier: Apache-2.0
#include "client/cli/json_output.h"

#include "crypto/key_types.h"
#include "crypto/verdict.h"

namespace chirograph {

using nlohmann::ordered_json;

ordered_json TextOrNull(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json InputErrorJson(const std::string& path, const InputError& error) {
  ordered_json described = {{"message", error.message}, {"line", nullptr}, {"column", nullptr}};
  if (error.position) {
    described["line"] = error.position->line;
    described["column"] = error.position->column;
  }
  return {{"path", path}, {"error", described}};
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
