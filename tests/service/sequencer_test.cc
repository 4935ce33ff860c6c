// SPDX-License-Identifier: Apache-2.0
#include "service/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "proto/rpc_error.h"
#include "service/receipt_builder.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::sequencer_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// An article whose publisher has no keys anywhere.
v1::Article AnArticle(int number) { return MakeArticle(number, "unknown.example"); }

std::optional<v1::ErrorReason> ReasonOf(const Sequenced& sequenced) {
  return chirograph::ReasonOf(sequenced.status());
}

// Each commit goes through `gate` before it is made.
void HoldCommits(TestArchive& archive, Gate& gate) {
  archive.store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    gate.Pass();
    return inner.Commit(batch);
  });
}

// --- What is answered ---

TEST(SequencerTest, AnAnswerIsInTheStoreUnderASignedCheckpoint) {
  TestArchive archive;
  for (int i = 0; i < 5; ++i) {
    const Sequenced sequenced = archive.Ingest(AnArticle(i));
    ASSERT_THAT(sequenced, IsOk());
    const Placement& placement = sequenced->placement;
    EXPECT_EQ(placement.index, static_cast<std::uint64_t>(i));
    EXPECT_FALSE(placement.already_archived);
    EXPECT_EQ(archive.store().ReadEntry(placement.index).value(), placement.log_entry);
    EXPECT_EQ(archive.store().ReadOpening(placement.index).value(), placement.opening);
    ASSERT_NE(sequenced->tree, nullptr);
    EXPECT_EQ(sequenced->tree->checkpoint.tree_size, placement.index + 1);
    EXPECT_EQ(sequenced->tree->note, archive.store().ReadCheckpoint().value());
    const auto receipt = BuildReceipt(archive.store(), *sequenced->tree, placement.index, placement.log_entry,
                                      placement.opening);
    ASSERT_THAT(receipt, IsOk());
    VerifyReceipt(*receipt, archive.log());
  }
}

TEST(SequencerTest, TheSameSubmissionAgainHasTheFirstOnesIndex) {
  TestArchive archive;
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  ASSERT_THAT(archive.Ingest(AnArticle(1)), IsOk());
  const Sequenced again = archive.Ingest(AnArticle(0));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->placement.already_archived);
  EXPECT_EQ(again->placement.index, 0u);
  EXPECT_EQ(again->tree->checkpoint.tree_size, 2u);
  EXPECT_EQ(archive.tree_size(), 2u);
}

TEST(SequencerTest, TheSameSubmissionAgainIsAnsweredAfterARestartToo) {
  TestArchive archive;
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  ASSERT_THAT(archive.Restart(), IsOk());
  const Sequenced again = archive.Ingest(AnArticle(0));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->placement.already_archived);
  EXPECT_EQ(archive.tree_size(), 1u);
}

TEST(SequencerTest, WhatWasAcceptedIsAnsweredThoughPolicyWouldRejectItNow) {
  TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_THAT(archive.Ingest(publisher.Article(1)), IsOk());
  publisher.key.revoked_at = kTestNow;
  Policy policy;
  policy.Set(Verdict::kKeyRevoked, PolicyAction::kReject);
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher}), policy), IsOk());

  const Sequenced again = archive.Ingest(publisher.Article(1));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->placement.already_archived);
  EXPECT_EQ(again->placement.index, 1u);
  EXPECT_EQ(again->placement.result.verdict(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(ReasonOf(archive.Ingest(publisher.Article(2))), v1::ERROR_REASON_REJECTED_BY_POLICY);
}

TEST(SequencerTest, ARefusalByPolicySaysWhyAndStoresNothing) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  v1::Article article = publisher.Article(1);
  article.set_title("Tampered");
  const Sequenced refused = archive.Ingest(article);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(refused.status()));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_REJECTED_BY_POLICY);
  ASSERT_TRUE(error.verification);
  EXPECT_EQ(error.verification->verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(archive.tree_size(), 1u);
  EXPECT_TRUE(archive.store().batch_sizes() == std::vector<std::size_t>{1});  // the key's event
}

TEST(SequencerTest, ARefusalInABatchLeavesTheOthers) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  Gate gate;
  HoldCommits(archive, gate);
  auto first = archive.Submit(publisher.Article(1));
  gate.AwaitArrivals();
  auto good = archive.Submit(publisher.Article(2));
  auto stripped = archive.Submit(MakeArticle(3));
  auto good_too = archive.Submit(publisher.Article(4));
  gate.Open();
  EXPECT_EQ(ReasonOf(stripped.get()), v1::ERROR_REASON_REJECTED_BY_POLICY);
  EXPECT_EQ(first.get()->placement.index, 1u);
  EXPECT_EQ(good.get()->placement.index, 2u);
  EXPECT_EQ(good_too.get()->placement.index, 3u);
}

// --- Group commit ---

TEST(SequencerTest, WhatComesDuringACommitIsOneBatch) {
  TestArchive archive;
  Gate gate;
  HoldCommits(archive, gate);
  std::vector<std::future<Sequenced>> answers;
  answers.push_back(archive.Submit(AnArticle(0)));
  gate.AwaitArrivals();
  for (int i = 1; i <= 50; ++i) answers.push_back(archive.Submit(AnArticle(i)));
  gate.Open();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Sequenced sequenced = answers[i].get();
    ASSERT_THAT(sequenced, IsOk());
    EXPECT_EQ(sequenced->placement.index, i);
    EXPECT_EQ(sequenced->tree->checkpoint.tree_size, i == 0 ? 1u : 51u);
  }
  EXPECT_THAT(archive.store().batch_sizes(), ElementsAre(1, 50));
}

TEST(SequencerTest, ABatchIsClosedAtItsLargestNumber) {
  TestArchive archive({}, {}, {.max_batch_articles = 20});
  Gate gate;
  HoldCommits(archive, gate);
  std::vector<std::future<Sequenced>> answers;
  answers.push_back(archive.Submit(AnArticle(0)));
  gate.AwaitArrivals();
  for (int i = 1; i <= 50; ++i) answers.push_back(archive.Submit(AnArticle(i)));
  gate.Open();
  for (auto& answer : answers) ASSERT_THAT(answer.get(), IsOk());
  EXPECT_THAT(archive.store().batch_sizes(), ElementsAre(1, 20, 20, 10));
}

TEST(SequencerTest, ABatchIsClosedOnceItHasItsBytes) {
  TestArchive archive({}, {}, {.max_batch_bytes = 100'000});
  Gate gate;
  HoldCommits(archive, gate);
  std::vector<std::future<Sequenced>> answers;
  answers.push_back(archive.Submit(AnArticle(0)));
  gate.AwaitArrivals();
  for (int i = 1; i <= 6; ++i) {
    v1::Article article = AnArticle(i);
    article.set_body(std::string(40'000, 'x'));
    answers.push_back(archive.Submit(article));
  }
  gate.Open();
  for (auto& answer : answers) ASSERT_THAT(answer.get(), IsOk());
  EXPECT_THAT(archive.store().batch_sizes(), ElementsAre(1, 3, 3));
}

TEST(SequencerTest, TheSameSubmissionManyTimesAtOnceIsArchivedOnce) {
  TestArchive archive;
  Gate gate;
  HoldCommits(archive, gate);
  auto first = archive.Submit(AnArticle(0));
  gate.AwaitArrivals();
  // While the first is being committed, and within the next batch.
  auto during = archive.Submit(AnArticle(0));
  auto other = archive.Submit(AnArticle(1));
  auto twin = archive.Submit(AnArticle(1));
  gate.Open();
  EXPECT_FALSE(first.get()->placement.already_archived);
  const Sequenced late = during.get();
  ASSERT_THAT(late, IsOk());
  EXPECT_TRUE(late->placement.already_archived);
  EXPECT_EQ(late->placement.index, 0u);
  EXPECT_FALSE(other.get()->placement.already_archived);
  const Sequenced second = twin.get();
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->placement.already_archived);
  EXPECT_EQ(second->placement.index, 1u);
  EXPECT_EQ(second->tree->checkpoint.tree_size, 2u);
  EXPECT_EQ(archive.tree_size(), 2u);
}

TEST(SequencerTest, ManyThreadsGetDifferentIndexes) {
  constexpr int kThreads = 4;
  constexpr int kArticles = 50;
  TestArchive archive;
  std::vector<std::vector<std::future<Sequenced>>> answers(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&archive, &answers, t] {
      for (int i = 0; i < kArticles; ++i) {
        answers[static_cast<std::size_t>(t)].push_back(archive.Submit(AnArticle(t * kArticles + i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::uint64_t> indexes;
  for (auto& of_thread : answers) {
    std::optional<std::uint64_t> last;
    for (auto& answer : of_thread) {
      const Sequenced sequenced = answer.get();
      ASSERT_THAT(sequenced, IsOk());
      indexes.insert(sequenced->placement.index);
      if (last) {
        EXPECT_LT(*last, sequenced->placement.index);  // in the order of submitting
      }
      last = sequenced->placement.index;
    }
  }
  EXPECT_EQ(indexes.size(), static_cast<std::size_t>(kThreads * kArticles));
  EXPECT_EQ(*indexes.rbegin(), indexes.size() - 1);
}

// --- Nothing is seen before it is durable ---

TEST(SequencerTest, NoCheckpointIsSeenBeforeItsCommitReturned) {
  TestArchive archive;
  Gate before;
  Gate after;
  archive.store().OnCommit([&](LogStore& inner, const LogBatch& batch) {
    before.Pass();
    CommitResult result = inner.Commit(batch);
    after.Pass();
    return result;
  });
  auto answer = archive.Submit(AnArticle(0));
  before.AwaitArrivals();
  EXPECT_EQ(archive.tree_size(), 0u);
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  before.Open();
  after.AwaitArrivals();
  // It is in the store, but the store has not said so.
  EXPECT_EQ(archive.tree_size(), 0u);
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  after.Open();
  ASSERT_THAT(answer.get(), IsOk());
  EXPECT_EQ(archive.tree_size(), 1u);
}

TEST(SequencerTest, AnAnswerIsNotGivenBeforeTheTreeIsSeen) {
  TestArchive archive;
  std::promise<std::uint64_t> seen;
  archive.sequencer().Submit(archive.Prepare(AnArticle(0)), [&](const Sequenced& sequenced) {
    EXPECT_THAT(sequenced, IsOk());
    seen.set_value(archive.tree_size());
  });
  EXPECT_EQ(seen.get_future().get(), 1u);
}

// --- Time ---

TEST(SequencerTest, StampsNeverGoBack) {
  TestArchive archive;
  const std::vector<absl::Duration> steps = {absl::Seconds(0),      absl::Seconds(10), absl::Seconds(-30),
                                             absl::Microseconds(1), absl::Hours(-24),  absl::Hours(25)};
  absl::Time latest = absl::InfinitePast();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    archive.clock.Advance(steps[i]);
    latest = std::max(latest, archive.clock.Now());
    ASSERT_THAT(archive.Ingest(AnArticle(static_cast<int>(i))), IsOk());
    EXPECT_EQ(LogEntryTime(archive.ReadEntry(i)), latest);
  }
}

TEST(SequencerTest, StampsNeverGoBackOverARestart) {
  TestArchive archive;
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  archive.clock.Advance(absl::Seconds(-60));
  ASSERT_THAT(archive.Restart(), IsOk());
  ASSERT_THAT(archive.Ingest(AnArticle(1)), IsOk());
  EXPECT_EQ(LogEntryTime(archive.ReadEntry(1)), kTestNow);
}

TEST(SequencerTest, AKeyThatEndsBetweenAdmissionAndStampIsOutOfItsPeriod) {
  TestPublisher publisher;
  publisher.key.not_after = kTestNow + absl::Seconds(5);
  TestArchive archive(KeyringOf({&publisher}));
  const PreparedArticle prepared = archive.Prepare(publisher.Article(1));
  ASSERT_EQ(prepared.result.verdict(), v1::VERDICT_VALID);
  archive.clock.Advance(absl::Seconds(5));
  const Sequenced sequenced = SubmitTo(archive.sequencer(), prepared).get();
  ASSERT_THAT(sequenced, IsOk());
  EXPECT_EQ(sequenced->placement.result.verdict(), v1::VERDICT_KEY_OUT_OF_PERIOD);
  EXPECT_EQ(archive.ReadEntry(1).article_record().verdict_at_ingest(), v1::VERDICT_KEY_OUT_OF_PERIOD);
}

TEST(SequencerTest, AKeyIsJudgedByTheTimeThatIsLoggedWhereTheClockWentBack) {
  TestPublisher publisher;
  publisher.key.not_after = kTestNow;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());  // stamped kTestNow
  archive.clock.Advance(absl::Seconds(-30));
  const Sequenced sequenced = archive.Ingest(publisher.Article(1));
  ASSERT_THAT(sequenced, IsOk());
  EXPECT_EQ(sequenced->placement.result.verdict(), v1::VERDICT_KEY_OUT_OF_PERIOD);
  EXPECT_EQ(LogEntryTime(archive.ReadEntry(2)), kTestNow);
}

TEST(SequencerTest, DoesNotStartOverAMinuteBehindTheLastEntry) {
  TestArchive archive;
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  archive.clock.Set(kTestNow - absl::Seconds(60) - absl::Microseconds(1));
  const absl::Status status = archive.Restart();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, "2026-03-01T12:00:00+00:00"));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, "set the clock right"));
  archive.clock.Set(kTestNow - absl::Seconds(60));
  EXPECT_THAT(archive.Restart(), IsOk());
}

// --- The queue's bounds ---

TEST(SequencerTest, RefusesPastItsNumber) {
  TestArchive archive({}, {}, {.max_queued_articles = 3});
  Gate gate;
  HoldCommits(archive, gate);
  auto held = archive.Submit(AnArticle(0));
  gate.AwaitArrivals();  // out of the queue, in the commit
  std::vector<std::future<Sequenced>> queued;
  for (int i = 1; i <= 3; ++i) queued.push_back(archive.Submit(AnArticle(i)));
  const Sequenced refused = archive.Submit(AnArticle(4)).get();  // at once, while the commit is held
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(refused.status()));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_QUEUE_FULL);
  ASSERT_TRUE(error.retry_delay);
  EXPECT_GT(*error.retry_delay, absl::ZeroDuration());
  gate.Open();
  EXPECT_THAT(held.get(), IsOk());
  for (auto& answer : queued) EXPECT_THAT(answer.get(), IsOk());
  EXPECT_THAT(archive.Ingest(AnArticle(4)), IsOk());
}

TEST(SequencerTest, RefusesPastItsBytes) {
  TestArchive archive({}, {}, {.max_queued_bytes = 100'000});
  Gate gate;
  HoldCommits(archive, gate);
  v1::Article large = AnArticle(0);
  large.set_body(std::string(60'000, 'x'));
  auto held = archive.Submit(large);
  gate.AwaitArrivals();
  large.set_quality(1);
  auto queued = archive.Submit(large);
  large.set_quality(2);
  EXPECT_EQ(ReasonOf(archive.Submit(large).get()), v1::ERROR_REASON_QUEUE_FULL);
  auto small = archive.Submit(AnArticle(3));  // for which there is room
  gate.Open();
  EXPECT_THAT(held.get(), IsOk());
  EXPECT_THAT(queued.get(), IsOk());
  EXPECT_THAT(small.get(), IsOk());
  EXPECT_THAT(archive.Ingest(large), IsOk());  // what was committed takes no room
}

// --- Stopping ---

TEST(SequencerTest, StopFinishesWhatWasAccepted) {
  TestArchive archive({}, {}, {.max_batch_articles = 10});
  Gate gate;
  HoldCommits(archive, gate);
  std::vector<std::future<Sequenced>> answers;
  answers.push_back(archive.Submit(AnArticle(0)));
  gate.AwaitArrivals();
  for (int i = 1; i <= 25; ++i) answers.push_back(archive.Submit(AnArticle(i)));
  std::thread stopper([&] { archive.sequencer().Stop(); });
  // Once it refuses it has begun to stop.
  while (archive.sequencer().healthy()) std::this_thread::yield();
  const Sequenced refused = archive.Submit(AnArticle(99)).get();
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_SHUTTING_DOWN);
  gate.Open();
  stopper.join();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(archive.tree_size(), 26u);
}

TEST(SequencerTest, RefusesAfterStop) {
  TestArchive archive;
  archive.sequencer().Stop();
  archive.sequencer().Stop();
  EXPECT_FALSE(archive.sequencer().healthy());
  EXPECT_EQ(ReasonOf(archive.Submit(AnArticle(0)).get()), v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_EQ(archive.tree_size(), 0u);
}

// --- Groups ---

// What a group is told, in the order in which it is.
class GroupLog {
 public:
  std::vector<Sequencer::Submitted> Make(TestArchive& archive, int first, int count) {
    std::vector<Sequencer::Submitted> group;
    for (int i = first; i < first + count; ++i) {
      group.push_back({archive.Prepare(AnArticle(i)), [this, i](Sequenced sequenced) {
                         MutexLock lock(mutex_);
                         answers_.emplace_back(i, ReasonOf(sequenced));
                         changed_.NotifyAll();
                       }});
    }
    return group;
  }
  std::function<void()> OnTaken() {
    return [this] {
      MutexLock lock(mutex_);
      ++taken_;
      changed_.NotifyAll();
    };
  }
  int taken() {
    MutexLock lock(mutex_);
    return taken_;
  }
  // Once there are `count` of them: the articles' numbers, and why they were refused.
  std::vector<std::pair<int, std::optional<v1::ErrorReason>>> AwaitAnswers(std::size_t count) {
    MutexLock lock(mutex_);
    while (answers_.size() < count) changed_.Wait(mutex_);
    return answers_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::pair<int, std::optional<v1::ErrorReason>>> answers_ ABSL_GUARDED_BY(mutex_);
};

constexpr std::optional<v1::ErrorReason> kArchived = std::nullopt;

TEST(SequencerTest, GroupsFillHalfTheQueueThenWaitInOrderWhileSingleOnesAreTaken) {
  TestArchive archive({}, {}, {.max_queued_articles = 4});
  Gate gate;
  HoldCommits(archive, gate);
  auto held = archive.Submit(AnArticle(0));
  gate.AwaitArrivals();
  GroupLog log;
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 1, 2), log.OnTaken());
  EXPECT_EQ(log.taken(), 1);  // half of the queue
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 3, 5), log.OnTaken());
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 8, 1), log.OnTaken());
  EXPECT_EQ(log.taken(), 1);
  auto single = archive.Submit(AnArticle(9));
  auto another = archive.Submit(AnArticle(10));
  EXPECT_EQ(ReasonOf(archive.Submit(AnArticle(11)).get()), v1::ERROR_REASON_QUEUE_FULL);
  gate.Open();
  const auto answers = log.AwaitAnswers(8);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)], std::pair(i + 1, kArchived));
  EXPECT_EQ(log.taken(), 3);
  EXPECT_THAT(held.get(), IsOk());
  EXPECT_THAT(single.get(), IsOk());
  EXPECT_THAT(another.get(), IsOk());
}

TEST(SequencerTest, AGroupWaitsForRoomInBytesToo) {
  TestArchive archive({}, {}, {.max_queued_bytes = 100});
  Gate gate;
  HoldCommits(archive, gate);
  GroupLog log;
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 0, 1),
                                     log.OnTaken());  // whatever it is, it fits alone
  gate.AwaitArrivals();
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 1, 1), log.OnTaken());
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 2, 1), log.OnTaken());
  EXPECT_EQ(log.taken(), 2);
  gate.Open();
  EXPECT_THAT(log.AwaitAnswers(3),
              ElementsAre(std::pair(0, kArchived), std::pair(1, kArchived), std::pair(2, kArchived)));
  EXPECT_EQ(log.taken(), 3);
}

TEST(SequencerTest, AGroupAfterAStopIsRefusedAndTaken) {
  TestArchive archive;
  archive.sequencer().Stop();
  GroupLog log;
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 0, 2), log.OnTaken());
  EXPECT_EQ(log.taken(), 1);
  EXPECT_THAT(log.AwaitAnswers(2), ElementsAre(std::pair(0, v1::ERROR_REASON_SHUTTING_DOWN),
                                               std::pair(1, v1::ERROR_REASON_SHUTTING_DOWN)));
}

TEST(SequencerTest, AStopFinishesTheGroupsThatWait) {
  TestArchive archive({}, {}, {.max_queued_articles = 2});
  Gate gate;
  HoldCommits(archive, gate);
  GroupLog log;
  for (int i = 0; i < 4; ++i) archive.sequencer().SubmitWhenRoom(log.Make(archive, i, 1), log.OnTaken());
  gate.AwaitArrivals();
  std::thread stopping([&archive] { archive.sequencer().Stop(); });
  gate.Open();
  stopping.join();
  EXPECT_EQ(log.taken(), 4);
  EXPECT_THAT(log.AwaitAnswers(4), SizeIs(4));
  EXPECT_EQ(archive.tree_size(), 4u);
}

TEST(SequencerTest, GroupsThatWaitAreRefusedWhenTheStoreIsFoundDamaged) {
  TestArchive archive({}, {}, {.max_queued_articles = 2});
  Gate gate;
  archive.store().OnCommit([&gate](LogStore&, const LogBatch&) {
    gate.Pass();
    return CommitResult{CommitOutcome::kUnknown, absl::UnavailableError("no answer")};
  });
  archive.store().OnReopen([](LogStore&) { return absl::DataLossError("gone"); });
  GroupLog log;
  archive.sequencer().SubmitWhenRoom(log.Make(archive, 0, 1), log.OnTaken());
  gate.AwaitArrivals();
  for (int i = 1; i < 4; ++i) archive.sequencer().SubmitWhenRoom(log.Make(archive, i, 1), log.OnTaken());
  EXPECT_EQ(log.taken(), 2);
  gate.Open();
  const auto answers = log.AwaitAnswers(4);
  EXPECT_EQ(answers[0], std::pair(0, std::optional(v1::ERROR_REASON_COMMIT_UNCERTAIN)));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(answers[i].second, v1::ERROR_REASON_STORE_DAMAGED) << i;
  archive.sequencer().Stop();
  EXPECT_EQ(log.taken(), 4);
}

// --- Key events ---

TEST(SequencerTest, LogsTheKeyringBeforeAnythingElse) {
  const TestPublisher a("a.example", "1");
  const TestPublisher b("b.example", "1");
  TestArchive archive(KeyringOf({&b, &a}));
  EXPECT_EQ(archive.tree_size(), 2u);
  EXPECT_EQ(archive.ReadEntry(0).key_event().publisher_domain(), "a.example");
  EXPECT_EQ(archive.ReadEntry(1).key_event().publisher_domain(), "b.example");
  const Sequenced sequenced = archive.Ingest(b.Article(1));
  ASSERT_THAT(sequenced, IsOk());
  EXPECT_EQ(archive.ReadEntry(2).article_record().key_event_index(), 1u);
}

TEST(SequencerTest, LogsNothingOnAStartWithTheSameKeyring) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  archive.clock.Advance(absl::Hours(1));
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher})), IsOk());
  EXPECT_EQ(archive.tree_size(), 1u);
  EXPECT_TRUE(archive.store().batch_sizes().empty());
  const Sequenced sequenced = archive.Ingest(publisher.Article(1));
  ASSERT_THAT(sequenced, IsOk());
  EXPECT_EQ(archive.ReadEntry(1).article_record().key_event_index(), 0u);
}

TEST(SequencerTest, LogsWhatChangedAndReliesOnTheLastWord) {
  TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_THAT(archive.Ingest(publisher.Article(1)), IsOk());
  publisher.key.revoked_at = kTestNow;
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher})), IsOk());
  ASSERT_EQ(archive.tree_size(), 3u);
  EXPECT_TRUE(archive.ReadEntry(2).key_event().has_revoked_at());
  ASSERT_THAT(archive.Ingest(publisher.Article(2)), IsOk());
  const v1::LogEntry entry = archive.ReadEntry(3);
  EXPECT_EQ(entry.article_record().verdict_at_ingest(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(entry.article_record().key_event_index(), 2u);
}

TEST(SequencerTest, LogsThatAKeyWasWithdrawnAndCameBack) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_THAT(archive.Restart(), IsOk());
  ASSERT_EQ(archive.tree_size(), 2u);
  EXPECT_TRUE(archive.ReadEntry(1).key_event().withdrawn());
  ASSERT_THAT(archive.Restart(), IsOk());
  EXPECT_EQ(archive.tree_size(), 2u);
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher})), IsOk());
  ASSERT_EQ(archive.tree_size(), 3u);
  EXPECT_FALSE(archive.ReadEntry(2).key_event().withdrawn());
}

TEST(SequencerTest, DoesNotStartWhereTheKeyringCannotBeLogged) {
  const TestPublisher publisher;
  TestArchive archive;
  archive.Open(KeyringOf({&publisher}));
  archive.store().OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kLost, absl::UnavailableError("the disk is full")};
  });
  EXPECT_THAT(archive.StartSequencer(), StatusIs(absl::StatusCode::kUnavailable, "the disk is full"));
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher})), IsOk());
  EXPECT_EQ(archive.tree_size(), 1u);
}

TEST(SequencerTest, DoesNotStartOnADamagedLog) {
  TestArchive archive;
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  archive.Open();
  archive.store().Spoil(HookedLogStore::What::kEntry, 0, std::string("not the leaf"));
  EXPECT_THAT(archive.StartSequencer(), StatusIs(absl::StatusCode::kDataLoss, "entry 0"));
}

// --- A store that fails ---

// The sequencer's first attempts to open the store again follow each other at once.
const SequencerOptions kImpatient = {.first_reopen_delay = std::chrono::milliseconds(1),
                                     .last_reopen_delay = std::chrono::milliseconds(2)};

// The next commit ends as `outcome`, after it was stored where `stored`; those after it are ordinary.
void FailOnce(TestArchive& archive, CommitOutcome outcome, bool stored) {
  auto failed = std::make_shared<std::atomic<bool>>(false);
  archive.store().OnCommit([failed, outcome, stored](LogStore& inner, const LogBatch& batch) {
    if (failed->exchange(true)) return inner.Commit(batch);
    if (stored) {
      EXPECT_EQ(inner.Commit(batch).outcome, CommitOutcome::kCommitted);
    }
    return CommitResult{outcome, absl::UnavailableError("a fault of the disk")};
  });
}

TEST(SequencerTest, ALostCommitIsNotStoredAndTheNextOneIs) {
  TestArchive archive({}, {}, kImpatient);
  FailOnce(archive, CommitOutcome::kLost, false);
  const Sequenced lost = archive.Ingest(AnArticle(0));
  EXPECT_EQ(ReasonOf(lost), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_THAT(std::string(lost.status().message()), HasSubstr("a fault of the disk"));
  const Sequenced again = archive.Ingest(AnArticle(0));
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->placement.already_archived);
  EXPECT_EQ(again->placement.index, 0u);
  EXPECT_TRUE(archive.sequencer().healthy());
}

TEST(SequencerTest, AnUncertainCommitThatWasStoredIsAnsweredWell) {
  TestArchive archive({}, {}, kImpatient);
  FailOnce(archive, CommitOutcome::kUnknown, true);
  const Sequenced stored = archive.Ingest(AnArticle(0));
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->tree->checkpoint.tree_size, 1u);
  const Sequenced again = archive.Ingest(AnArticle(0));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->placement.already_archived);
}

TEST(SequencerTest, AnUncertainCommitThatWasNotStoredIsRefused) {
  TestArchive archive({}, {}, kImpatient);
  FailOnce(archive, CommitOutcome::kUnknown, false);
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(0))), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(archive.tree_size(), 0u);
  EXPECT_THAT(archive.Ingest(AnArticle(0)), IsOk());
}

TEST(SequencerTest, WhereTheStoreCannotBeOpenedAgainTheFateIsUncertain) {
  TestArchive archive({}, {}, kImpatient);
  FailOnce(archive, CommitOutcome::kUnknown, true);
  Gate gate;
  std::atomic<int> attempts = 0;
  archive.store().OnReopen([&](LogStore& inner) {
    if (attempts++ == 0) return absl::UnavailableError("no such device");
    gate.Pass();
    return inner.Reopen();
  });
  const Sequenced uncertain = archive.Ingest(AnArticle(0));
  EXPECT_EQ(ReasonOf(uncertain), v1::ERROR_REASON_COMMIT_UNCERTAIN);
  EXPECT_EQ(uncertain.status().code(), absl::StatusCode::kUnavailable);
  gate.AwaitArrivals();
  EXPECT_FALSE(archive.sequencer().healthy());
  EXPECT_EQ(archive.tree_size(), 0u);
  gate.Open();
  while (!archive.sequencer().healthy()) std::this_thread::yield();
  const Sequenced again = archive.Ingest(AnArticle(0));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->placement.already_archived);
}

TEST(SequencerTest, WhileTheStoreIsAwayNobodyWaitsForIt) {
  TestArchive archive({}, {}, kImpatient);
  FailOnce(archive, CommitOutcome::kLost, false);
  Gate first;
  Gate second;
  std::atomic<int> attempts = 0;
  archive.store().OnReopen([&](LogStore& inner) {
    const int attempt = attempts++;
    if (attempt < 2) (attempt == 0 ? first : second).Pass();
    return attempt < 2 ? absl::UnavailableError("no space left") : inner.Reopen();
  });
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(0))), v1::ERROR_REASON_STORE_UNAVAILABLE);
  first.AwaitArrivals();
  auto queued = archive.Submit(AnArticle(1));  // it is not known yet that the store is away
  first.Open();
  second.AwaitArrivals();
  EXPECT_EQ(ReasonOf(queued.get()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  const Sequenced turned_away = archive.Ingest(AnArticle(2));
  EXPECT_EQ(ReasonOf(turned_away), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_TRUE(ReadRpcStatus(ToRpcStatus(turned_away.status())).retry_delay.has_value());
  std::promise<absl::Status> in_group;
  std::promise<void> taken;
  std::vector<Sequencer::Submitted> group;
  group.push_back({archive.Prepare(AnArticle(3)),
                   [&](absl::StatusOr<SequencedArticle> result) { in_group.set_value(result.status()); }});
  archive.sequencer().SubmitWhenRoom(std::move(group), [&] { taken.set_value(); });
  EXPECT_EQ(ReasonOf(in_group.get_future().get()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  taken.get_future().get();
  second.Open();
  while (!archive.sequencer().healthy()) std::this_thread::yield();
  EXPECT_THAT(archive.Ingest(AnArticle(1)), IsOk());
  EXPECT_EQ(archive.tree_size(), 1u);
}

TEST(SequencerTest, AStoreThatComesBackDamagedTakesNothingMore) {
  TestArchive archive({}, {}, kImpatient);
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  FailOnce(archive, CommitOutcome::kUnknown, false);
  archive.store().OnReopen([](LogStore&) { return absl::DataLossError("a checksum does not fit"); });
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(1))), v1::ERROR_REASON_COMMIT_UNCERTAIN);
  const Sequenced refused = archive.Ingest(AnArticle(2));
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("a checksum does not fit"));
  EXPECT_FALSE(archive.sequencer().healthy());
  EXPECT_EQ(archive.tree_size(), 1u);  // and is served still
}

TEST(SequencerTest, StopDoesNotWaitForAStoreThatDoesNotComeBack) {
  TestArchive archive;  // with the delays that a server has
  FailOnce(archive, CommitOutcome::kUnknown, false);
  Gate gate;
  archive.store().OnReopen([&](LogStore&) {
    gate.Pass();
    return absl::UnavailableError("no such device");
  });
  auto uncertain = archive.Submit(AnArticle(0));
  gate.AwaitArrivals();
  auto queued = archive.Submit(AnArticle(1));
  gate.Open();
  EXPECT_EQ(ReasonOf(uncertain.get()), v1::ERROR_REASON_COMMIT_UNCERTAIN);
  EXPECT_EQ(ReasonOf(queued.get()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  archive.sequencer().Stop();
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(2))), v1::ERROR_REASON_SHUTTING_DOWN);
}

TEST(SequencerTest, WhatIsArchivedIsAnsweredThoughItsBatchIsLost) {
  TestArchive archive({}, {}, kImpatient);
  ASSERT_THAT(archive.Ingest(AnArticle(0)), IsOk());
  Gate gate;
  std::atomic<int> commits = 0;
  archive.store().OnCommit([&](LogStore& inner, const LogBatch& batch) {
    if (commits++ == 0) {
      gate.Pass();
      return inner.Commit(batch);
    }
    return CommitResult{CommitOutcome::kLost, absl::UnavailableError("a fault of the disk")};
  });
  auto held = archive.Submit(AnArticle(1));
  gate.AwaitArrivals();
  auto again = archive.Submit(AnArticle(0));
  auto lost = archive.Submit(AnArticle(2));
  auto lost_twin = archive.Submit(AnArticle(2));
  gate.Open();
  EXPECT_THAT(held.get(), IsOk());
  const Sequenced answered = again.get();
  ASSERT_THAT(answered, IsOk());
  EXPECT_TRUE(answered->placement.already_archived);
  EXPECT_EQ(ReasonOf(lost.get()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(ReasonOf(lost_twin.get()), v1::ERROR_REASON_STORE_UNAVAILABLE);
}

TEST(SequencerTest, AnArticleThatTheStoreCannotLookUpIsRefused) {
  TestArchive archive;
  archive.store().SpoilFind(absl::DataLossError("submissions are torn"));
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(0))), v1::ERROR_REASON_STORE_DAMAGED);
  archive.store().SpoilFind(absl::UnavailableError("not now"));
  EXPECT_EQ(ReasonOf(archive.Ingest(AnArticle(0))), v1::ERROR_REASON_STORE_UNAVAILABLE);
  archive.store().Mend();
  EXPECT_THAT(archive.Ingest(AnArticle(0)), IsOk());
}

// --- Telling of new trees ---

TEST(SequencerPublishesTest, TellsOfTheTreeItFoundAndOfEachNewOneOnceItIsDurable) {
  TestArchive archive;
  archive.Open();
  std::vector<std::uint64_t> sizes;
  const auto told = [&](const std::shared_ptr<const PublishedTree>& tree,
                        const std::shared_ptr<const LogBatch>& commit) {
    sizes.push_back(tree->checkpoint.tree_size);
    ASSERT_EQ(commit == nullptr, sizes.back() == 0);
    if (commit != nullptr) {
      EXPECT_EQ(commit->first_index + commit->entries.size(), sizes.back());
      EXPECT_EQ(commit->entries.back().content, archive.store().ReadContent(sizes.back() - 1).value());
    }
    EXPECT_EQ(OpenCheckpoint(archive.store().ReadCheckpoint().value(), archive.log())->tree_size,
              sizes.back());
  };
  {
    auto sequencer = Sequencer::Start(archive.store(), archive.admission(), archive.signer(), archive.clock,
                                      {.on_published = told});
    ASSERT_TRUE(sequencer.ok()) << sequencer.status();
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(SubmitTo(**sequencer, archive.Prepare(MakeArticle(i))).get().ok());
    }
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace chirograph::sequencer_test
