// SPDX-License-Identifier: Apache-2.0
#include "client/receipt_report.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace chirograph {
namespace {

constexpr std::array kSubjectNames = {"checkpoint",      "logEntry",  "inclusion", "opening",   "article",
                                      "secured",         "source",    "content",   "publisher", "url",
                                      "recordedVerdict", "signature", "ingestTime"};

}  // namespace

std::string_view CheckSubjectName(CheckSubject subject) {
  return kSubjectNames[static_cast<std::size_t>(subject)];
}

std::string_view CheckOutcomeName(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::kVerified:
      return "VERIFIED";
    case CheckOutcome::kNotChecked:
      return "NOT_CHECKED";
    case CheckOutcome::kFailed:
      return "FAILED";
  }
  return "";
}

std::string_view CheckedByName(CheckedBy by) {
  switch (by) {
    case CheckedBy::kHere:
      return "HERE";
    case CheckedBy::kOperator:
      return "OPERATOR";
    case CheckedBy::kOperatorsClock:
      return "OPERATORS_CLOCK";
  }
  return "";
}

std::string_view CheckedByText(CheckedBy by) {
  switch (by) {
    case CheckedBy::kHere:
      return "checked here";
    case CheckedBy::kOperator:
      return "by the operator's word";
    case CheckedBy::kOperatorsClock:
      return "by the operator's clock; no witness";
  }
  return "";
}

bool ReceiptReport::ok() const {
  for (const Finding& finding : findings) {
    if (finding.outcome == CheckOutcome::kFailed) return false;
  }
  return true;
}

absl::Status ReceiptReport::ToStatus() const {
  std::string message;
  for (const Finding& finding : findings) {
    if (finding.outcome != CheckOutcome::kFailed) continue;
    if (!message.empty()) message += "; ";
    message += fmt::format("{}: {}", CheckSubjectName(finding.subject), finding.detail);
  }
  return message.empty() ? absl::OkStatus() : absl::DataLossError(message);
}

const Finding& ReceiptReport::Find(CheckSubject subject) const {
  return findings[static_cast<std::size_t>(subject)];
}

}  // namespace chirograph
