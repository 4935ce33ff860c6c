// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_RESUME_OPTION_H_
#define CHIROGRAPH_CLIENT_CLI_RESUME_OPTION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chirograph {

// A resume token as it is printed: base64 of RFC 4648 section 5, without padding, so that no shell minds it.
std::string ResumeText(std::string_view token);

// The token that `text` is. InvalidArgument: it is none of ResumeText's; or empty, which must not begin a
// list anew: a script that goes on for as long as there is a token would never end.
absl::StatusOr<std::string> ResumeOption(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_RESUME_OPTION_H_
