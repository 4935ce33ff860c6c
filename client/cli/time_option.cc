// SPDX-License-Identifier: Apache-2.0
#include "client/cli/time_option.h"

#include "fmt/format.h"

namespace chirograph {

absl::StatusOr<absl::Time> TimeOption(std::string_view option, const std::string& text,
                                      absl::Time otherwise) {
  if (text.empty()) return otherwise;
  absl::Time time;
  std::string error;
  const bool finite = text.find("infinite") == std::string::npos;
  if (finite && absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  if (finite && absl::ParseTime("%Y-%m-%d", text, &time, &error)) return time;
  return absl::InvalidArgumentError(
      fmt::format("{} is not a time: \"{}\"; expected 2026-11-23T08:01:00Z or 2026-11-23", option, text));
}

}  // namespace chirograph
