// SPDX-License-Identifier: Apache-2.0
//
// The objects of --json (docs/json-output.md). Every member is always there; null is "none".
#ifndef CHIROGRAPH_CLIENT_CLI_JSON_OUTPUT_H_
#define CHIROGRAPH_CLIENT_CLI_JSON_OUTPUT_H_

#include <optional>
#include <string>
#include <string_view>

#include "client/cli/input_document.h"
#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "nlohmann/json.hpp"

namespace chirograph {

// null for an empty text.
nlohmann::ordered_json TextOrNull(std::string_view text);

// {"message", "line", "column", "kind", "reason", "evidenceDir"}: what could not be done with an input.
nlohmann::ordered_json ErrorJson(std::string_view message, const std::optional<SourcePosition>& position);

// {"path", "error"}, `error` with a message that does not name `path` once more.
nlohmann::ordered_json WithPath(const std::string& path, nlohmann::ordered_json error);

// WithPath of ErrorJson.
nlohmann::ordered_json InputErrorJson(const std::string& path, const InputError& error);

// {"path", "verdict", "reason", "publisher", "keyId", "algorithm", "articleDigest"}.
nlohmann::ordered_json VerificationJson(const std::string& path, const SecuredVerification& verification,
                                        const Digest& article_digest);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_JSON_OUTPUT_H_
