// SPDX-License-Identifier: Apache-2.0
//
// The report by itself; receipt_check_test.cc has what is found.
#include "client/receipt_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace chirograph::receipt_report_test {
namespace {

// One finding a subject, all of them verified.
ReceiptReport AllVerified() {
  ReceiptReport report;
  for (int i = 0; i <= static_cast<int>(CheckSubject::kIngestTime); ++i) {
    report.findings.push_back({static_cast<CheckSubject>(i), CheckOutcome::kVerified, CheckedBy::kHere, ""});
  }
  return report;
}

Finding& At(ReceiptReport& report, CheckSubject subject) {
  return report.findings[static_cast<std::size_t>(subject)];
}

TEST(ReceiptReportTest, NamesEverySubjectInOrder) {
  std::vector<std::string_view> names;
  for (const Finding& finding : AllVerified().findings) names.push_back(CheckSubjectName(finding.subject));
  EXPECT_THAT(names, testing::ElementsAre("checkpoint", "logEntry", "inclusion", "opening", "article",
                                          "secured", "source", "content", "publisher", "url",
                                          "recordedVerdict", "signature", "ingestTime"));
}

TEST(ReceiptReportTest, NamesOutcomesAndWhoVouches) {
  EXPECT_EQ(CheckOutcomeName(CheckOutcome::kVerified), "VERIFIED");
  EXPECT_EQ(CheckOutcomeName(CheckOutcome::kNotChecked), "NOT_CHECKED");
  EXPECT_EQ(CheckOutcomeName(CheckOutcome::kFailed), "FAILED");
  EXPECT_EQ(CheckedByName(CheckedBy::kHere), "HERE");
  EXPECT_EQ(CheckedByName(CheckedBy::kOperator), "OPERATOR");
  EXPECT_EQ(CheckedByName(CheckedBy::kOperatorsClock), "OPERATORS_CLOCK");
  EXPECT_EQ(CheckedByText(CheckedBy::kHere), "checked here");
  EXPECT_EQ(CheckedByText(CheckedBy::kOperator), "by the operator's word");
  EXPECT_EQ(CheckedByText(CheckedBy::kOperatorsClock), "by the operator's clock; no witness");
}

TEST(ReceiptReportTest, WhatWasNotCheckedIsNoFailure) {
  ReceiptReport report = AllVerified();
  EXPECT_TRUE(report.ok());
  for (Finding& finding : report.findings) finding.outcome = CheckOutcome::kNotChecked;
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(report.ToStatus().ok());
}

TEST(ReceiptReportTest, OneFailureOfAnySubjectSpoilsIt) {
  for (std::size_t i = 0; i < AllVerified().findings.size(); ++i) {
    ReceiptReport report = AllVerified();
    report.findings[i].outcome = CheckOutcome::kFailed;
    EXPECT_FALSE(report.ok()) << i;
    EXPECT_EQ(report.ToStatus().code(), absl::StatusCode::kDataLoss) << i;
  }
}

TEST(ReceiptReportTest, ItsStatusHasEveryFailureAndNothingElse) {
  ReceiptReport report = AllVerified();
  At(report, CheckSubject::kInclusion) = {CheckSubject::kInclusion, CheckOutcome::kFailed, CheckedBy::kHere,
                                          "expected a, found b"};
  At(report, CheckSubject::kArticle) = {CheckSubject::kArticle, CheckOutcome::kNotChecked, CheckedBy::kHere,
                                        "not given"};
  At(report, CheckSubject::kUrl) = {CheckSubject::kUrl, CheckOutcome::kFailed, CheckedBy::kHere, "no URL"};
  EXPECT_EQ(report.ToStatus(), absl::DataLossError("inclusion: expected a, found b; url: no URL"));
}

TEST(ReceiptReportTest, FindsTheFindingOfASubject) {
  ReceiptReport report = AllVerified();
  At(report, CheckSubject::kSignature).detail = "this one";
  EXPECT_EQ(report.Find(CheckSubject::kSignature).detail, "this one");
  EXPECT_EQ(report.Find(CheckSubject::kIngestTime).subject, CheckSubject::kIngestTime);
}

}  // namespace
}  // namespace chirograph::receipt_report_test
