// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report.h"

#include <gtest/gtest.h>

#include "tests/proto/report_fixture.h"

namespace chirograph::check_report_test {
namespace {

TEST(CheckReportTest, TheWorstIsItsResult) {
  CheckReport report = MakeReport();
  EXPECT_EQ(ResultOf(report), CheckResult::kNothingWrong);
  report.earlier_finding_count = 1;
  EXPECT_EQ(ResultOf(report), CheckResult::kFindings);
  report.earlier_finding_count = 0;
  AddFinding(ContentMismatch(1), report);
  EXPECT_EQ(ResultOf(report), CheckResult::kFindings);
  report.not_finished = "stopped";
  EXPECT_EQ(ResultOf(report), CheckResult::kNotFinished);
  report.alarm.emplace();
  EXPECT_EQ(ResultOf(report), CheckResult::kAlarm);
}

TEST(CheckReportTest, NoKeysWereUsedOnNoArticles) {
  CheckReport report = MakeReport();
  EXPECT_EQ(KeysUsed(report), report.keys);
  report.articles = 0;
  EXPECT_EQ(KeysUsed(report), KeySource::kNone);
}

TEST(CheckReportTest, EachResultHasAName) {
  EXPECT_EQ(CheckResultName(CheckResult::kNothingWrong), "NOTHING_WRONG");
  EXPECT_EQ(CheckResultName(CheckResult::kFindings), "FINDINGS");
  EXPECT_EQ(CheckResultName(CheckResult::kNotFinished), "NOT_FINISHED");
  EXPECT_EQ(CheckResultName(CheckResult::kAlarm), "ALARM");
}

TEST(CheckReportTest, FindingsPastTheBoundAreOnlyCounted) {
  CheckReport report;
  for (std::size_t i = 0; i < kMaxReportFindings + 2; ++i) AddFinding(ContentMismatch(i), report);
  EXPECT_EQ(report.findings.size(), kMaxReportFindings);
  EXPECT_EQ(report.finding_count, kMaxReportFindings + 2);
  EXPECT_EQ(report.findings.back().index(), kMaxReportFindings - 1);
}

TEST(CheckReportTest, AReceiptThatCouldNotBeCheckedLeavesItUnfinished) {
  CheckReport report;
  AddUncheckedReceipt("a.tlog-proof", "is no receipt", report);
  EXPECT_EQ(ResultOf(report), CheckResult::kNotFinished);
  for (std::size_t i = 0; i < kMaxReportFindings + 1; ++i) {
    AddUncheckedReceipt(std::string(2000, 'x'), std::string(2000, 'y'), report);
  }
  EXPECT_EQ(report.unchecked_receipt_count, kMaxReportFindings + 2);
  EXPECT_EQ(report.unchecked_receipts.size(), kMaxReportFindings);
  EXPECT_EQ(report.unchecked_receipts[0].file, "a.tlog-proof");
  EXPECT_LT(report.unchecked_receipts[1].problem.size(), kMaxReportTextBytes + 50);
}

TEST(CheckReportTest, WhatStrangersWroteIsShortAndVisible) {
  v1::Finding finding = ContentMismatch(1);
  finding.set_found(std::string(100'000, 'x'));
  finding.set_subject("\x1b[2J");
  CheckReport report;
  AddFinding(finding, report);
  AddEarlierFinding(finding, report);
  EXPECT_EQ(report.finding_count, 1U);
  EXPECT_EQ(report.earlier_finding_count, 0U);
  for (const v1::Finding& kept : {report.findings.at(0), report.earlier_findings.at(0)}) {
    EXPECT_LT(kept.found().size(), kMaxReportTextBytes + 50);
    EXPECT_TRUE(kept.found().ends_with(" ... (99,000 bytes more)"));
    EXPECT_EQ(kept.subject(), "\\x1b[2J");
    EXPECT_EQ(kept.expected(), "sha256:4555");
    EXPECT_EQ(kept.index(), 1U);
    EXPECT_EQ(kept.code(), v1::FINDING_CODE_CONTENT_MISMATCH);
  }
}

}  // namespace
}  // namespace chirograph::check_report_test
