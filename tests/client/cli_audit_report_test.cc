// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/audit_report.h"
#include "proto/check_report_text.h"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_audit_report_test {
namespace {

using testing::HasSubstr;

class CliAuditReportTest : public testing::Test {
 protected:
  CliAuditReportTest() {
    context_.options.server = "archive.example:7443";
    summary_.checkpoint = {std::string(kTestOrigin), 100, {}, {}};
    summary_.checkpoint_note = log_.Checkpoint();
    summary_.first_index = 40;
    summary_.next_index = 100;
    summary_.is_complete = true;
    summary_.articles = 3;
    summary_.now = {{Verdict::kValid, 2}};
    summary_.verified_by_keyring = 2;
    summary_.receipts = 5;
  }

  AuditReport Begin(bool has_keyring = true, bool with_articles = true) {
    return AuditReport(context_, log_.verifier(), has_keyring, with_articles);
  }
  CheckedEntry Article(std::uint64_t index, Verdict verdict, std::string publisher) {
    CheckedEntry checked{.index = index, .entry = v1::LogEntry()};
    v1::ArticleRecord& record = *checked.entry->mutable_article_record();
    record.set_verdict_at_ingest(static_cast<v1::Verdict>(verdict));
    *record.mutable_ingest_time() = ToTimestamp(TestTime());
    checked.article.emplace();
    checked.article->publisher_domain = std::move(publisher);
    return checked;
  }

  TestLog log_;
  FakeHost host_;
  CommandContext context_{host_};
  AuditSummary summary_;
  AuditCallbacks callbacks_;
};

TEST_F(CliAuditReportTest, HasWhatTheAuditHas) {
  AuditReport report = Begin();
  report.Listen(callbacks_);
  callbacks_.on_entry(Article(40, Verdict::kValid, "a.example"));
  callbacks_.on_entry(Article(42, Verdict::kUnsigned, ""));
  callbacks_.on_finding(MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 41, "a", "b"));
  summary_.earlier = {MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 1, "a", "b")};
  summary_.earlier_findings = 4;
  summary_.earlier_audit = TestTime();
  callbacks_.on_end(summary_);
  host_.now += absl::Minutes(5);
  const CheckReport made = report.Finish(std::nullopt);
  EXPECT_EQ(made.kind, CheckKind::kAudit);
  EXPECT_THAT(made.software, testing::StartsWith("chirograph 0."));
  EXPECT_EQ(made.archive, "archive.example:7443");
  EXPECT_EQ(made.ended - made.started, absl::Minutes(5));
  EXPECT_EQ(made.origin, kTestOrigin);
  EXPECT_EQ(made.verifier_key, log_.verifier().vkey());
  EXPECT_EQ(made.checkpoint.tree_size, 100U);
  EXPECT_EQ(made.checkpoint_note, log_.Checkpoint());
  EXPECT_EQ(made.first_index, 40U);
  EXPECT_EQ(made.next_index, 100U);
  EXPECT_EQ(made.not_finished, "");
  EXPECT_EQ(made.keys, KeySource::kKeyring);
  EXPECT_EQ(made.articles, 3U);
  EXPECT_EQ(made.now.Of(Verdict::kValid), 2U);
  EXPECT_EQ(made.verified_by_keyring, 2U);
  EXPECT_EQ(made.receipts, 5U);
  EXPECT_EQ(made.finding_count, 1U);
  EXPECT_EQ(made.findings.at(0).index(), 41U);
  EXPECT_EQ(made.earlier_finding_count, 4U);
  EXPECT_EQ(made.earlier_findings.size(), 1U);
  EXPECT_EQ(made.earlier_check, TestTime());
  EXPECT_EQ(SumOf(made.at_ingest.publishers().at("a.example")).Of(Verdict::kValid), 1U);
  EXPECT_EQ(SumOf(made.at_ingest.publishers().at("")).Of(Verdict::kUnsigned), 1U);
  EXPECT_FALSE(made.alarm.has_value());
}

TEST_F(CliAuditReportTest, TellsWhoListenedBefore) {
  int told = 0;
  callbacks_.on_finding = [&told](const v1::Finding&) { ++told; };
  AuditReport report = Begin();
  report.Listen(callbacks_);
  callbacks_.on_finding(MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 41, "a", "b"));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(report.Finish(std::nullopt).finding_count, 1U);
}

TEST_F(CliAuditReportTest, WithoutArticlesPublishersAreUnknownAndNoKeyIsAnybodys) {
  AuditReport report = Begin(true, false);
  report.Listen(callbacks_);
  CheckedEntry entry = Article(40, Verdict::kValid, "a.example");
  entry.article.reset();
  callbacks_.on_entry(entry);
  callbacks_.on_entry(CheckedEntry{.index = 41});  // missing
  CheckedEntry unopened = Article(42, Verdict::kValid, "");
  unopened.findings = {MakeFinding(v1::FINDING_CODE_OPENING_MISSING, 42, "", "")};
  callbacks_.on_entry(unopened);
  callbacks_.on_end(summary_);
  const CheckReport made = report.Finish(std::nullopt);
  EXPECT_EQ(made.keys, KeySource::kNone);
  EXPECT_FALSE(made.with_articles);
  EXPECT_EQ(SumOf(made.at_ingest.unknown_publishers()).Total(), 2U);
  EXPECT_TRUE(made.at_ingest.publishers().empty());
  EXPECT_EQ(Begin(false, true).Finish(std::nullopt).keys, KeySource::kLog);
}

TEST_F(CliAuditReportTest, OneThatWasStoppedSaysWhere) {
  AuditReport report = Begin();
  report.Listen(callbacks_);
  summary_.is_complete = false;
  summary_.next_index = 60;
  callbacks_.on_end(summary_);
  EXPECT_THAT(report.Finish(std::nullopt).not_finished, HasSubstr("it was stopped at entry #60 of 100"));
}

TEST_F(CliAuditReportTest, OneThatFailedSaysWhyAndOneWithAnAlarmHasIt) {
  AuditReport failed = Begin();
  CheckReport made = failed.Finish(CouldNot(absl::UnavailableError("the archive is away")));
  EXPECT_EQ(made.not_finished, "the archive is away");
  EXPECT_EQ(made.checkpoint_note, "");
  EXPECT_FALSE(made.earlier_check.has_value());
  AuditReport alarmed = Begin();
  Alarm alarm;
  alarm.kind = AlarmKind::kTwoRoots;
  alarm.message = "two roots";
  alarm.trusted_note = "one";
  alarm.received_note = "other";
  alarm.evidence_dir = "/evidence";
  made = alarmed.Finish(Alarmed(alarm));
  ASSERT_TRUE(made.alarm.has_value());
  EXPECT_EQ(made.alarm->message, "two roots");
  EXPECT_EQ(made.alarm->what_it_proves, AlarmProofText(AlarmKind::kTwoRoots));
  EXPECT_EQ(made.alarm->trusted_note, "one");
  EXPECT_EQ(made.alarm->received_note, "other");
  EXPECT_EQ(made.alarm->evidence_dir, "/evidence");
  EXPECT_EQ(ResultOf(made), CheckResult::kAlarm);
}

TEST_F(CliAuditReportTest, StepsAreForAShell) {
  context_.options.server = "a b:1";
  AuditReport report = Begin();
  report.Listen(callbacks_);
  callbacks_.on_entry(Article(42, Verdict::kValid, "a.example"));
  const std::vector<CheckStep> steps = report.Finish(std::nullopt).steps;
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].commands,
            "chirograph audit --full --server 'a b:1' --log-key " + log_.verifier().vkey() + "\n");
  EXPECT_THAT(steps[1].commands, HasSubstr("chirograph proof get 42 -o 42.tlog-proof --server"));
  EXPECT_THAT(steps[1].commands, HasSubstr("chirograph proof verify 42.tlog-proof --log-key"));
  EXPECT_THAT(steps[2].commands, HasSubstr("chirograph checkpoint --server"));
}

}  // namespace
}  // namespace chirograph::cli_audit_report_test
