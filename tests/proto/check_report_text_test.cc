// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/report_fixture.h"

namespace chirograph::check_report_text_test {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

std::string FactOf(const CheckReport& report, std::string_view what) {
  for (const CheckFact& fact : FactsOf(report)) {
    if (fact.what == what) return fact.fact + " [" + fact.by_whom + "]";
  }
  return "";
}

std::string AllNotClaimed(const CheckReport& report) {
  std::string all;
  for (const std::string& claim : NotClaimed(report)) all += claim + "\n";
  return all;
}

TEST(CheckReportTextTest, TheHeadlineIsHonest) {
  CheckReport report = MakeReport();
  EXPECT_EQ(HeadlineOf(report), "Nothing wrong was found");
  EXPECT_THAT(SummaryOf(report),
              HasSubstr("Entries #0 to #1203 of the log log.example/report were checked, with"));
  AddFinding(ContentMismatch(1), report);
  EXPECT_EQ(HeadlineOf(report), "1 finding");
  EXPECT_THAT(SummaryOf(report), Not(HasSubstr("as the log signed it")));
  report.not_finished = "it was stopped";
  EXPECT_EQ(HeadlineOf(report), "Not finished: 1 finding so far");
  EXPECT_THAT(SummaryOf(report), HasSubstr("It is not finished: it was stopped."));
  report.findings.clear();
  report.finding_count = 0;
  EXPECT_EQ(HeadlineOf(report), "Not finished");
  report.alarm = CheckAlarm{.message = "two roots"};
  EXPECT_EQ(HeadlineOf(report), "ALARM: the log contradicts what it signed before");
  EXPECT_THAT(SummaryOf(report), HasSubstr("two roots"));
}

TEST(CheckReportTextTest, SaysOfReceiptsThatCouldNotBeChecked) {
  CheckReport report = MakeReport();
  EXPECT_EQ(WhyNotFinished(report), "");
  AddUncheckedReceipt("a.tlog-proof", "is no receipt", report);
  EXPECT_EQ(HeadlineOf(report), "Not finished");
  EXPECT_THAT(SummaryOf(report), HasSubstr("It is not finished: 1 receipt could not be checked."));
  report.not_finished = "it was stopped";
  EXPECT_EQ(WhyNotFinished(report), "it was stopped; and 1 receipt could not be checked");
}

TEST(CheckReportTextTest, RangesAreInWords) {
  CheckReport report = MakeReport();
  report.next_index = 1;
  EXPECT_THAT(SummaryOf(report), HasSubstr("Entry #0 of the log log.example/report was checked"));
  report.next_index = 0;
  EXPECT_THAT(SummaryOf(report), HasSubstr("No entries of the log"));
  report.with_articles = false;
  EXPECT_THAT(SummaryOf(report), HasSubstr("without the articles"));
}

TEST(CheckReportTextTest, FactsSayWhoSaysSo) {
  CheckReport report = MakeReport();
  EXPECT_EQ(FactOf(report, "Entries of the log"),
            "Entries #0 to #1203, of 1,204: they hash to the root that the log signed, or it is a finding. "
            "[recomputed on the auditor's machine]");
  EXPECT_THAT(FactOf(report, "Checkpoint"), HasSubstr("extends every one that this machine trusted before"));
  EXPECT_EQ(FactOf(report, "Verdicts at ingest"),
            "30 articles: 20 VALID, 10 UNSIGNED. [as the operator recorded them]");
  EXPECT_THAT(FactOf(report, "Publishers' signatures"), HasSubstr("the operator's word whose keys they are"));
  EXPECT_THAT(FactOf(report, "Receipts"), HasSubstr("3 held against the log"));
  EXPECT_THAT(FactOf(report, "Times of archiving"), HasSubstr("by the operator's clock"));
  report.not_finished = "stopped";
  EXPECT_THAT(FactOf(report, "Entries of the log"), Not(HasSubstr("they hash to the root")));
  EXPECT_EQ(FactOf(report, "Receipts"), "");
  report.kind = CheckKind::kSelfCheck;
  for (const CheckFact& fact : FactsOf(report)) EXPECT_THAT(fact.by_whom, Not(HasSubstr("auditor")));
}

TEST(CheckReportTextTest, WithoutACheckpointNothingWasLookedAt) {
  CheckReport report = MakeReport();
  report.checkpoint_note.clear();
  EXPECT_TRUE(FactsOf(report).empty());
}

TEST(CheckReportTextTest, TellsTheOperatorsKeysFromOnesOwn) {
  CheckReport report = MakeReport();
  EXPECT_THAT(WhoseKeys(report), HasSubstr("is the publisher's is the operator's word"));
  report.keys = KeySource::kKeyring;
  EXPECT_THAT(WhoseKeys(report), HasSubstr("keys of the auditor's own keyring"));
  EXPECT_THAT(WhoseKeys(report),
              HasSubstr("does not hold for 20 signatures, by keys that the keyring does not name"));
  EXPECT_THAT(FactOf(report, "Verdicts today"), HasSubstr("by the auditor's keyring"));
  report.verified_by_log_keys = 0;
  EXPECT_THAT(WhoseKeys(report), Not(HasSubstr("does not hold")));
  report.with_articles = false;
  EXPECT_EQ(WhoseKeys(report), "No publisher's signature was verified.");
  EXPECT_EQ(FactOf(report, "Publishers' signatures"), "");
}

TEST(CheckReportTextTest, BeforeTheFirstArticleNoSignatureWasVerified) {
  CheckReport report = MakeReport();
  report.keys = KeySource::kKeyring;
  report.articles = 0;
  EXPECT_EQ(WhoseKeys(report), "No publisher's signature was verified.");
}

TEST(CheckReportTextTest, WhatHasFindingsWasNotAllAsLogged) {
  CheckReport report = MakeReport();
  EXPECT_THAT(FactOf(report, "Articles"), HasSubstr("against what was logged."));
  AddFinding(ContentMismatch(1), report);
  EXPECT_THAT(FactOf(report, "Articles"), HasSubstr("against what was logged, or it is among the findings."));
}

TEST(CheckReportTextTest, WhatIsNotClaimedDependsOnWhatWasDone) {
  CheckReport report = MakeReport();
  std::string all = AllNotClaimed(report);
  for (const char* about :
       {"Truth.", "Exact times.", "Completeness beyond", "One log for everybody.", "This report itself."}) {
    EXPECT_THAT(all, HasSubstr(about));
  }
  EXPECT_THAT(all, Not(HasSubstr("What lies before")));
  EXPECT_THAT(all, Not(HasSubstr("Independence")));
  EXPECT_THAT(all, Not(HasSubstr("only a part")));
  EXPECT_THAT(all, Not(HasSubstr("were not looked at")));
  report.first_index = 1000;
  report.earlier_check = report.started;
  report.with_articles = false;
  all = AllNotClaimed(report);
  EXPECT_THAT(all,
              HasSubstr("What lies before entry #1000. It was checked earlier (last at 2026-11-23 08:01Z)"));
  EXPECT_THAT(all, HasSubstr("were not looked at"));
  report.kind = CheckKind::kSelfCheck;
  all = AllNotClaimed(report);
  EXPECT_THAT(all, Not(HasSubstr("It was checked earlier"))) << "a check remembers none before it";
  EXPECT_THAT(all, HasSubstr("only a part of the log was checked"));
  EXPECT_THAT(all, HasSubstr("Independence"));
  EXPECT_EQ(TitleOf(report), "Self-check by the operator");
}

TEST(CheckReportTextTest, TheOpensslStepNeedsASignatureOfTheKey) {
  CheckReport report = MakeReport();
  ASSERT_EQ(StepsOf(report).size(), 2U);
  EXPECT_THAT(StepsOf(report).back().commands, HasSubstr("openssl pkeyutl -verify"));
  report.verifier_key = MakeReport().verifier_key;  // of the same name
  EXPECT_EQ(StepsOf(report).size(), 1U);
  report.verifier_key = "no key";
  EXPECT_EQ(StepsOf(report).size(), 1U);
}

}  // namespace
}  // namespace chirograph::check_report_text_test
