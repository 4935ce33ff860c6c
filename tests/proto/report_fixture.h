// SPDX-License-Identifier: Apache-2.0
//
// Reports for tests, of a log that is really signed.
#ifndef CHIROGRAPH_TESTS_PROTO_REPORT_FIXTURE_H_
#define CHIROGRAPH_TESTS_PROTO_REPORT_FIXTURE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "proto/check_report.h"

namespace chirograph {

inline constexpr std::string_view kReportOrigin = "log.example/report";

// A time in that month.
absl::Time InMonth(int year, int month);

// A finished audit of 1,204 entries in which nothing wrong was found, with articles of two publishers.
CheckReport MakeReport();

// A finding of the entry at `index`.
v1::Finding ContentMismatch(std::uint64_t index);

// The same with all that there may be: findings of this and of earlier audits, an ALARM, articles of unknown
// publishers and months, what strangers wrote.
CheckReport MakeFullReport();

// How often `part` is in `text`.
std::size_t CountOf(std::string_view part, std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_PROTO_REPORT_FIXTURE_H_
