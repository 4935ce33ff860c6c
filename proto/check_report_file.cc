// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_file.h"

#include <fmt/format.h>

#include "crypto/file.h"
#include "proto/check_report_html.h"
#include "proto/check_report_json.h"

namespace chirograph {
namespace {

bool IsPage(std::string_view path) { return path.ends_with(".html"); }
bool IsJson(std::string_view path) { return path.ends_with(".json"); }

}  // namespace

bool IsReportPath(std::string_view path) { return IsPage(path) || IsJson(path); }

absl::Status WriteCheckReport(const std::string& path, const CheckReport& report) {
  if (!IsReportPath(path)) {
    return absl::InvalidArgumentError(fmt::format("{}: a report's name ends in .html or .json", path));
  }
  return WriteFileAtomically(path, IsPage(path) ? CheckReportHtml(report) : CheckReportJson(report),
                             FileAccess::kPublic);
}

}  // namespace chirograph
