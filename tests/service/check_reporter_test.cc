// SPDX-License-Identifier: Apache-2.0
#include "service/check_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/finding.h"
#include "service/archive_check.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::check_reporter_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// The report of a check of `spoilt`, with all its messages taken.
CheckReport ReportOn(SpoilableArchive& spoilt, const NoteVerifier& log, ArchiveCheckOptions options) {
  CheckReporter reporter("archive", "keys.yaml", log, kTestNow);
  ArchiveCheck check(spoilt.Examine(), options, spoilt.clock());
  while (!check.is_done()) {
    const auto message = check.Next();
    EXPECT_TRUE(message.ok()) << message.status();
    if (!message.ok()) break;
    reporter.Take(*message);
  }
  return reporter.Finish("", kTestNow + absl::Seconds(3));
}

TEST(CheckReporterTest, SaysWhatWasCheckedAndByWhom) {
  const TestPublisher publisher;
  const Keyring keyring = KeyringOf({&publisher});
  TestArchive archive(keyring);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(archive.Ingest(publisher.Article(i)).ok());
  SpoilableArchive spoilt(archive);
  const CheckReport report = ReportOn(spoilt, archive.log(), {.keyring = &keyring});
  EXPECT_EQ(ResultOf(report), CheckResult::kNothingWrong);
  EXPECT_EQ(report.kind, CheckKind::kSelfCheck);
  EXPECT_EQ(report.archive, "archive");
  EXPECT_EQ(report.origin, archive.log().name());
  EXPECT_EQ(report.verifier_key, archive.log().vkey());
  EXPECT_EQ(report.checkpoint.tree_size, 4U);
  EXPECT_EQ(report.checkpoint.origin, report.origin);
  EXPECT_THAT(report.checkpoint_note, HasSubstr("\n4\n"));
  EXPECT_EQ(report.first_index, 0U);
  EXPECT_EQ(report.next_index, 4U);
  EXPECT_EQ(report.articles, 3U);
  EXPECT_EQ(report.key_events, 1U);
  EXPECT_EQ(report.verified_by_log_keys, 3U);
  EXPECT_EQ(report.now.Of(Verdict::kValid), 3U);
  EXPECT_EQ(report.started, kTestNow);
  EXPECT_EQ(report.ended, kTestNow + absl::Seconds(3));
  ASSERT_EQ(report.at_ingest.publishers().size(), 1U);
  EXPECT_EQ(SumOf(report.at_ingest.publishers().begin()->second).Of(Verdict::kValid), 3U);
  ASSERT_EQ(report.steps.size(), 2U);
  EXPECT_EQ(report.steps[0].commands, "chirographd check --data-dir archive --keyring keys.yaml\n");
  EXPECT_THAT(report.steps[1].commands, HasSubstr("chirograph audit --full"));
}

TEST(CheckReporterTest, FindingsAreKeptAndAPartOfTheLogIsNamed) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(archive.Ingest(publisher.Article(i)).ok());
  SpoilableArchive spoilt(archive);
  CheckReporter reporter("a folder", "", archive.log(), kTestNow);
  v1::CheckArchiveResponse message;
  *message.add_findings() = MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 2, "a", "b");
  reporter.Take(message);
  ArchiveCheck check(spoilt.Examine(), {.start_index = 2, .end_index = 3}, spoilt.clock());
  while (!check.is_done()) reporter.Take(check.Next().value());
  const CheckReport report = reporter.Finish("", kTestNow);
  EXPECT_EQ(ResultOf(report), CheckResult::kFindings);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].index(), 2U);
  EXPECT_EQ(report.first_index, 2U);
  EXPECT_EQ(report.next_index, 3U);
  EXPECT_EQ(report.articles, 1U);
  EXPECT_EQ(report.steps[0].commands, "chirographd check --data-dir 'a folder'\n");
}

TEST(CheckReporterTest, AnArticleWhoseOpeningCannotBeReadIsOfNobodyKnown) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  CheckReporter reporter("archive", "", archive.log(), kTestNow);
  v1::CheckArchiveResponse message;
  for (const bool damaged : {false, true}) {
    v1::CheckedArticle& article = *message.add_articles();
    article.set_verdict_at_ingest(v1::VERDICT_UNSIGNED);
    article.mutable_ingest_time()->set_seconds(absl::ToUnixSeconds(kTestNow));
    article.set_finding_count(1);  // of the other, its content is missing
    if (!damaged) article.set_publisher_domain("");
  }
  message.add_articles()->set_verdict_at_ingest(v1::VERDICT_VALID);  // without a time it has no month
  reporter.Take(message);
  const CheckReport report = reporter.Finish("", kTestNow);
  EXPECT_EQ(SumOf(report.at_ingest.unknown_publishers()).Total(), 1U);
  ASSERT_THAT(report.at_ingest.publishers(), ElementsAre(Pair("", ::testing::_)));
  EXPECT_EQ(SumOf(report.at_ingest.publishers().begin()->second).Total(), 1U);
}

TEST(CheckReporterTest, ACheckThatEndedEarlySaysHowFarItWas) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  CheckReporter reporter("archive", "", archive.log(), kTestNow);
  v1::CheckArchiveResponse message;
  message.mutable_progress()->set_stage(v1::CHECK_STAGE_ENTRIES);
  message.mutable_progress()->set_next_index(500);
  message.mutable_progress()->set_articles(499);
  reporter.Take(message);
  const CheckReport report = reporter.Finish("the disk could not", kTestNow);
  EXPECT_EQ(ResultOf(report), CheckResult::kNotFinished);
  EXPECT_EQ(report.not_finished, "the disk could not");
  EXPECT_EQ(report.next_index, 500U);
  EXPECT_EQ(report.articles, 499U);
}

}  // namespace
}  // namespace chirograph::check_reporter_test
