// SPDX-License-Identifier: Apache-2.0
#include "client/cli/time_option.h"

#include "fmt/format.h"

namespace chirograph {
namespace {

absl::Time FirstTime() { return absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone()); }
absl::Time EndOfTimes() { return absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()); }

}  // namespace

absl::StatusOr<absl::Time> TimeOption(std::string_view option, const std::string& text,
                                      absl::Time otherwise) {
  if (text.empty()) return otherwise;
  absl::Time time;
  std::string error;
  // absl takes infinite-past, years of any length, and second 60, which no archive and no keyring does.
  const bool has_year = text.find_first_not_of("0123456789") == 4 && text[4] == '-';
  const bool has_leap_second = text.size() > 18 && text.compare(16, 3, ":60") == 0;
  if (has_year && !has_leap_second &&
      (absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
       absl::ParseTime("%Y-%m-%d", text, &time, &error)) &&
      time >= FirstTime() && time < EndOfTimes()) {
    return time;
  }
  return absl::InvalidArgumentError(
      fmt::format("{} is not a time: \"{}\"; expected 2026-11-23T08:01:00Z or 2026-11-23, of the years 0001 "
                  "to 9999",
                  option, text));
}

}  // namespace chirograph
