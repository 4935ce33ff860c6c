// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_TIME_OPTION_H_
#define CHIROGRAPH_CLIENT_CLI_TIME_OPTION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chirograph {

// The time that `text` names: RFC 3339 ("2026-11-23T08:01:00Z", any offset), or a date, which is its first
// instant in UTC; `otherwise` where it is empty. InvalidArgument, naming `option`: neither, or not of the
// years 0001 to 9999 in UTC, or second 60.
absl::StatusOr<absl::Time> TimeOption(std::string_view option, const std::string& text, absl::Time otherwise);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_TIME_OPTION_H_
