// SPDX-License-Identifier: Apache-2.0
//
// From a canonical form back to its message, by way of another JSON library: for tests alone.
#ifndef CHIROGRAPH_TESTS_PROTO_JSON_MEMBERS_H_
#define CHIROGRAPH_TESTS_PROTO_JSON_MEMBERS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "crypto/strict_yaml.h"

namespace chirograph {

// The members that a front matter of the JSON object `json` has. Fails the test where it is none.
YamlMapping MembersOfJson(std::string_view json);

// The message of the canonical form `json`.
absl::StatusOr<v1::Article> ArticleOfJson(std::string_view json);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_PROTO_JSON_MEMBERS_H_
