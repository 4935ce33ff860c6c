// SPDX-License-Identifier: Apache-2.0
#include "service/batch_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proto/rpc_error.h"
#include "service/key_events.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::batch_builder_test {
namespace {

class BatchBuilderTest : public ::testing::Test {
 protected:
  BatchBuilderTest() : archive_(KeyringOf({&publisher_})) {}

  // A builder on where the log ends now.
  std::unique_ptr<BatchBuilder> NewBuilder(absl::Time now = kTestNow) {
    head_ = LoadLogHead(archive_.store(), archive_.log()).value();
    return std::make_unique<BatchBuilder>(head_, archive_.store(), archive_.admission(), now);
  }
  // Commits what was built, and checks that the store ends as was said.
  void Commit(BatchBuilder& builder) {
    auto built = builder.Finish(archive_.signer());
    ASSERT_THAT(built, IsOk());
    ASSERT_EQ(archive_.store().Commit(built->batch).outcome, CommitOutcome::kCommitted);
    const auto head = LoadLogHead(archive_.store(), archive_.log());
    ASSERT_THAT(head, IsOk());
    EXPECT_EQ(head->tree.checkpoint, built->next.tree.checkpoint);
    EXPECT_EQ(head->tree.note, built->next.tree.note);
    EXPECT_EQ(head->edge.RootHash(), built->next.edge.RootHash());
    EXPECT_EQ(head->last_time, built->next.last_time);
    EXPECT_EQ(head->keys->size(), built->next.keys->size());
  }

  TestPublisher publisher_;
  TestArchive archive_;  // entry 0: the publisher's key
  LogHead head_;
};

TEST_F(BatchBuilderTest, AnArticleGetsTheNextIndexAndARecord) {
  const PreparedArticle prepared = archive_.Prepare(publisher_.Article(1));
  const auto builder = NewBuilder(kTestNow + absl::Hours(1));
  const auto placement = builder->AddArticle(prepared);
  ASSERT_THAT(placement, IsOk());
  EXPECT_EQ(placement->index, 1u);
  EXPECT_FALSE(placement->already_archived);
  EXPECT_EQ(placement->opening, prepared.opening);
  EXPECT_EQ(placement->result.verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(FromTimestamp(placement->result.evaluated_at()), kTestNow + absl::Hours(1));

  const v1::LogEntry entry = ParseLogEntry(placement->log_entry).value();
  EXPECT_EQ(entry.version(), kLogEntryVersion);
  const v1::ArticleRecord& record = entry.article_record();
  EXPECT_EQ(record.opening_digest(), AsBytes(Sha256(prepared.opening)));
  EXPECT_EQ(record.verdict_at_ingest(), v1::VERDICT_VALID);
  EXPECT_EQ(record.reason_at_ingest(), v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  ASSERT_TRUE(record.has_key_event_index());
  EXPECT_EQ(record.key_event_index(), 0u);
  EXPECT_EQ(FromTimestamp(record.ingest_time()), kTestNow + absl::Hours(1));
  Commit(*builder);
  EXPECT_EQ(archive_.store().ReadContent(1).value(), prepared.content);
}

TEST_F(BatchBuilderTest, ARecordWithoutAKeyHasNoKeyEvent) {
  const auto builder = NewBuilder();
  const auto placement = builder->AddArticle(archive_.Prepare(MakeArticle(1, "other.example")));
  ASSERT_THAT(placement, IsOk());
  const v1::LogEntry entry = ParseLogEntry(placement->log_entry).value();
  EXPECT_EQ(entry.article_record().verdict_at_ingest(), v1::VERDICT_UNSIGNED);
  EXPECT_FALSE(entry.article_record().has_key_event_index());
}

TEST_F(BatchBuilderTest, CountsIndexesThroughTheBatch) {
  const auto builder = NewBuilder();
  for (int i = 1; i <= 300; ++i) {
    const auto placement = builder->AddArticle(archive_.Prepare(MakeArticle(i, "other.example")));
    ASSERT_THAT(placement, IsOk());
    EXPECT_EQ(placement->index, static_cast<std::uint64_t>(i));
  }
  EXPECT_EQ(builder->size(), 300u);
  Commit(*builder);
}

TEST_F(BatchBuilderTest, TheSameSubmissionTwiceInABatchIsOneEntry) {
  const auto builder = NewBuilder();
  const auto first = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  // Prepared again, with other salt; what is archived is the first one's.
  const auto second = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->already_archived);
  EXPECT_EQ(second->index, first->index);
  EXPECT_EQ(second->log_entry, first->log_entry);
  EXPECT_EQ(second->opening, first->opening);
  EXPECT_EQ(builder->size(), 1u);
}

TEST_F(BatchBuilderTest, ASubmissionInTheStoreIsFoundThere) {
  ASSERT_THAT(archive_.Ingest(publisher_.Article(1)), IsOk());
  const auto builder = NewBuilder();
  const auto placement = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(placement, IsOk());
  EXPECT_TRUE(placement->already_archived);
  EXPECT_EQ(placement->index, 1u);
  EXPECT_TRUE(placement->log_entry.empty());
  EXPECT_TRUE(placement->opening.empty());
  EXPECT_EQ(builder->size(), 0u);
}

TEST_F(BatchBuilderTest, AnotherSecuredFieldOrSourceIsAnotherSubmission) {
  const auto builder = NewBuilder();
  const v1::Article article = MakeArticle(1, "other.example");
  v1::Article with_field = article;
  with_field.set_secured("AAAA");
  ASSERT_THAT(builder->AddArticle(archive_.Prepare(article)), IsOk());
  ASSERT_THAT(builder->AddArticle(archive_.Prepare(with_field)), IsOk());
  ASSERT_THAT(builder->AddArticle(archive_.Prepare(MakeDocument(1, "other.example"))), IsOk());
  EXPECT_EQ(builder->size(), 3u);
}

TEST_F(BatchBuilderTest, RefusesWhatPolicyRejectsAndStaysAsItWas) {
  const auto builder = NewBuilder();
  const auto refused = builder->AddArticle(archive_.Prepare(MakeArticle(1)));  // its publisher has keys
  EXPECT_EQ(ReasonOf(refused.status()), v1::ERROR_REASON_REJECTED_BY_POLICY);
  EXPECT_EQ(builder->size(), 0u);
  // Nothing of it was kept that a second try would find.
  EXPECT_EQ(ReasonOf(builder->AddArticle(archive_.Prepare(MakeArticle(1))).status()),
            v1::ERROR_REASON_REJECTED_BY_POLICY);
  const auto placement = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(placement, IsOk());
  EXPECT_EQ(placement->index, 1u);
  Commit(*builder);
}

TEST_F(BatchBuilderTest, WhatIsArchivedIsAnsweredEvenWherePolicyWouldRejectIt) {
  ASSERT_THAT(archive_.Ingest(publisher_.Article(1)), IsOk());
  publisher_.key.revoked_at = kTestNow;
  Policy policy;
  policy.Set(Verdict::kKeyRevoked, PolicyAction::kReject);
  ASSERT_THAT(archive_.Restart(KeyringOf({&publisher_}), policy), IsOk());
  const auto builder = NewBuilder();
  const auto again = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->already_archived);
  EXPECT_EQ(again->index, 1u);
  EXPECT_EQ(again->result.verdict(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(ReasonOf(builder->AddArticle(archive_.Prepare(publisher_.Article(2))).status()),
            v1::ERROR_REASON_REJECTED_BY_POLICY);
}

TEST_F(BatchBuilderTest, AKeyIsJudgedAtTheStamp) {
  TestPublisher ending("ending.example");
  ending.key.not_after = kTestNow + absl::Seconds(1);
  ASSERT_THAT(archive_.Restart(KeyringOf({&ending})), IsOk());
  const PreparedArticle prepared = archive_.Prepare(ending.Article(1));
  ASSERT_EQ(prepared.result.verdict(), v1::VERDICT_VALID);
  const auto builder = NewBuilder(kTestNow + absl::Seconds(1));
  const auto placement = builder->AddArticle(prepared);
  ASSERT_THAT(placement, IsOk());
  EXPECT_EQ(placement->result.verdict(), v1::VERDICT_KEY_OUT_OF_PERIOD);
  EXPECT_EQ(placement->result.reason(), v1::VERDICT_REASON_AFTER_PERIOD);
  const v1::LogEntry entry = ParseLogEntry(placement->log_entry).value();
  EXPECT_EQ(entry.article_record().verdict_at_ingest(), v1::VERDICT_KEY_OUT_OF_PERIOD);
  EXPECT_TRUE(entry.article_record().has_key_event_index());
}

TEST_F(BatchBuilderTest, PolicyIsAskedForTheVerdictAtTheStamp) {
  TestPublisher ending("ending.example");
  ending.key.not_after = kTestNow + absl::Seconds(1);
  TestPublisher beginning("beginning.example");
  beginning.key.not_before = kTestNow + absl::Seconds(1);
  Policy policy;
  policy.Set(Verdict::kKeyOutOfPeriod, PolicyAction::kReject);
  ASSERT_THAT(archive_.Restart(KeyringOf({&ending, &beginning}), policy), IsOk());
  const auto builder = NewBuilder(kTestNow + absl::Seconds(1));
  EXPECT_EQ(ReasonOf(builder->AddArticle(archive_.Prepare(ending.Article(1))).status()),
            v1::ERROR_REASON_REJECTED_BY_POLICY);
  const auto accepted = builder->AddArticle(archive_.Prepare(beginning.Article(1)));
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ(accepted->result.verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(accepted->result.policy_action(), v1::POLICY_ACTION_ACCEPT);
}

TEST_F(BatchBuilderTest, TheStampIsNeverEarlierThanTheLastEntrys) {
  const auto builder = NewBuilder(kTestNow - absl::Hours(1));
  const auto placement = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(placement, IsOk());
  EXPECT_EQ(LogEntryTime(ParseLogEntry(placement->log_entry).value()), kTestNow);
}

TEST_F(BatchBuilderTest, TheStampIsCutToMicroseconds) {
  const auto builder = NewBuilder(kTestNow + absl::Nanoseconds(1'999));
  const auto placement = builder->AddArticle(archive_.Prepare(publisher_.Article(1)));
  ASSERT_THAT(placement, IsOk());
  EXPECT_EQ(LogEntryTime(ParseLogEntry(placement->log_entry).value()), kTestNow + absl::Microseconds(1));
}

TEST_F(BatchBuilderTest, AKeyEventIsStampedAndCountsFromThereOn) {
  const TestPublisher late("late.example", "k");
  ASSERT_THAT(archive_.Restart(KeyringOf({&publisher_})), IsOk());
  const Admission admission(KeyringOf({&publisher_, &late}), Policy());
  head_ = LoadLogHead(archive_.store(), archive_.log()).value();
  BatchBuilder builder(head_, archive_.store(), admission, kTestNow + absl::Hours(1));
  const auto events = MissingKeyEvents(admission.keyring(), *head_.keys, kTestNow);
  ASSERT_EQ(events.size(), 1u);
  ASSERT_THAT(builder.AddKeyEvent(events[0]), IsOk());
  const v1::Article late_article = late.Article(1);
  const auto placement =
      builder.AddArticle(admission.Prepare(admission.Check(late_article, kTestNow).value()).value());
  ASSERT_THAT(placement, IsOk());
  const v1::LogEntry entry = ParseLogEntry(placement->log_entry).value();
  EXPECT_EQ(entry.article_record().key_event_index(), 1u);
  EXPECT_EQ(placement->index, 2u);
  Commit(builder);
  EXPECT_EQ(FromTimestamp(archive_.ReadEntry(1).key_event().event_time()), kTestNow + absl::Hours(1));
  // The head that it was built on is as it was.
  EXPECT_EQ(head_.keys->size(), 1u);
  EXPECT_EQ(head_.edge.tree_size(), 1u);
}

TEST_F(BatchBuilderTest, AKeyWithoutAnEventIsADefectOfOurs) {
  const TestPublisher late("late.example", "k");
  const Admission admission(KeyringOf({&late}), Policy());
  const auto builder = NewBuilder();
  const v1::Article late_article = late.Article(1);
  const auto placement =
      builder->AddArticle(admission.Prepare(admission.Check(late_article, kTestNow).value()).value());
  EXPECT_THAT(placement, StatusIs(absl::StatusCode::kInternal, "key k of late.example has no event"));
  EXPECT_EQ(builder->size(), 0u);
}

TEST_F(BatchBuilderTest, AStoreThatCannotBeAskedIsAnError) {
  const auto builder = NewBuilder();
  const PreparedArticle prepared = archive_.Prepare(publisher_.Article(1));
  archive_.store().SpoilFind(absl::UnavailableError("not now"));
  EXPECT_THAT(builder->AddArticle(prepared), StatusIs(absl::StatusCode::kUnavailable, "not now"));
  EXPECT_EQ(builder->size(), 0u);
  archive_.store().Mend();
  EXPECT_THAT(builder->AddArticle(prepared), IsOk());
}

TEST_F(BatchBuilderTest, CannotSignForAnotherOrigin) {
  const auto builder = NewBuilder();
  ASSERT_THAT(builder->AddArticle(archive_.Prepare(publisher_.Article(1))), IsOk());
  EXPECT_FALSE(builder->Finish(NoteSigner::Generate("other.example").value()).ok());
}

}  // namespace
}  // namespace chirograph::batch_builder_test
