// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report.h"

#include "proto/readable_text.h"

namespace chirograph {
namespace {

void Keep(const v1::Finding& finding, std::vector<v1::Finding>& findings) {
  if (findings.size() >= kMaxReportFindings) return;
  v1::Finding& kept = findings.emplace_back();
  kept.set_code(finding.code());
  if (finding.has_index()) kept.set_index(finding.index());
  // Visible before it is protobuf's, whose strings are UTF-8.
  kept.set_subject(VisibleText(Shortened(finding.subject(), kMaxReportTextBytes)));
  kept.set_expected(VisibleText(Shortened(finding.expected(), kMaxReportTextBytes)));
  kept.set_found(VisibleText(Shortened(finding.found(), kMaxReportTextBytes)));
}

}  // namespace

void AddFinding(const v1::Finding& finding, CheckReport& report) {
  ++report.finding_count;
  Keep(finding, report.findings);
}

void AddEarlierFinding(const v1::Finding& finding, CheckReport& report) {
  Keep(finding, report.earlier_findings);
}

KeySource KeysUsed(const CheckReport& report) {
  return report.articles == 0 ? KeySource::kNone : report.keys;
}

void AddUncheckedReceipt(std::string_view file, std::string_view problem, CheckReport& report) {
  ++report.unchecked_receipt_count;
  if (report.unchecked_receipts.size() >= kMaxReportFindings) return;
  report.unchecked_receipts.push_back(
      {Shortened(file, kMaxReportTextBytes), Shortened(problem, kMaxReportTextBytes)});
}

CheckResult ResultOf(const CheckReport& report) {
  if (report.alarm) return CheckResult::kAlarm;
  if (!report.not_finished.empty() || report.unchecked_receipt_count > 0) return CheckResult::kNotFinished;
  return report.finding_count + report.earlier_finding_count > 0 ? CheckResult::kFindings
                                                                 : CheckResult::kNothingWrong;
}

std::string_view CheckResultName(CheckResult result) {
  switch (result) {
    case CheckResult::kNothingWrong:
      return "NOTHING_WRONG";
    case CheckResult::kFindings:
      return "FINDINGS";
    case CheckResult::kNotFinished:
      return "NOT_FINISHED";
    case CheckResult::kAlarm:
      return "ALARM";
  }
  return "";
}

}  // namespace chirograph
