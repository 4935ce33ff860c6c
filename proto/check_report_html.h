// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_CHECK_REPORT_HTML_H_
#define CHIROGRAPH_PROTO_CHECK_REPORT_HTML_H_

#include <string>

#include "proto/check_report.h"

namespace chirograph {

// `report` as a page for people: one file without scripts, that loads nothing (docs/audit-report.md). What
// strangers wrote is escaped. What would make it too long to read is cut, and it says what was. Thread-safe.
std::string CheckReportHtml(const CheckReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_REPORT_HTML_H_
