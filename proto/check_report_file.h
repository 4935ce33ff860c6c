// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_CHECK_REPORT_FILE_H_
#define CHIROGRAPH_PROTO_CHECK_REPORT_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "proto/check_report.h"

namespace chirograph {

// Whether the ending of `path` says what to write: ".html", the page; ".json", the file for programs.
bool IsReportPath(std::string_view path);

// Writes the report that the ending of `path` says. Errors as WriteFileAtomically; InvalidArgument: not
// IsReportPath.
absl::Status WriteCheckReport(const std::string& path, const CheckReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_REPORT_FILE_H_
