// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_CHECK_REPORT_JSON_H_
#define CHIROGRAPH_PROTO_CHECK_REPORT_JSON_H_

#include <string>

#include "proto/check_report.h"

namespace chirograph {

// "schemaVersion" of what follows: one more where a member changes its meaning or goes.
inline constexpr int kCheckReportSchemaVersion = 1;

// `report` as one JSON object and a line feed (docs/audit-report.md). What strangers wrote is made visible
// (VisibleText) and shortened to kMaxReportTextBytes before. Thread-safe.
std::string CheckReportJson(const CheckReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_REPORT_JSON_H_
