// SPDX-License-Identifier: Apache-2.0
#include "client/checkpoint_tracker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"

namespace chirograph::checkpoint_tracker_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Failure ServerSays(absl::StatusCode code) {
  Failure failure = CouldNot(absl::Status(code, "no such size"));
  failure.server_error = ReceivedError();
  failure.server_error->code = code;
  return failure;
}

// Answers from a log, which can be another one than the notes come from.
class FakeQueries final : public LogQueries {
 public:
  explicit FakeQueries(const TestLog& log) : log_(&log) {}
  void UseLog(const TestLog& log) { log_ = &log; }

  Answer<std::vector<Digest>> FetchConsistencyProof(std::uint64_t first, std::uint64_t second) override {
    ++proofs;
    if (proof_failure.has_value()) return *proof_failure;
    absl::StatusOr<std::vector<Digest>> proof = ProveConsistency(first, second, *log_);
    if (!proof.ok()) return ServerSays(absl::StatusCode::kOutOfRange);
    if (spoil && !proof->empty()) (*proof)[0][0] ^= 1;
    return *std::move(proof);
  }
  Answer<std::string> FetchCheckpoint() override {
    ++checkpoints;
    if (checkpoint_failure.has_value()) return *checkpoint_failure;
    return newest.value_or(log_->Checkpoint());
  }

  std::atomic<int> proofs = 0;
  std::atomic<int> checkpoints = 0;
  bool spoil = false;
  std::optional<Failure> proof_failure;
  std::optional<Failure> checkpoint_failure;
  std::optional<std::string> newest;

 private:
  const TestLog* log_;
};

class CheckpointTrackerTest : public ::testing::Test {
 protected:
  CheckpointTrackerTest() : state_(*ClientState::Open(folder_.path(), kTestOrigin)) {
    Grow(log_, 12, "first");
    EXPECT_TRUE(state_.TrustLogKey(log_.verifier()).ok());
    tracker_ = std::make_unique<CheckpointTracker>(state_, log_.verifier(), queries_, TestTime);
  }

  static void Grow(TestLog& log, int count, const std::string& title) {
    for (int i = 0; i < count; ++i) log.AddDocument(MakeDocument(title, "news.example"));
  }

  Answer<TrackedCheckpoint> Observe(const std::string& note) {
    return tracker_->Observe(note, "a test's answer");
  }
  void Trust(std::uint64_t size) { ASSERT_TRUE(Observe(log_.Checkpoint(size)).ok()); }
  std::uint64_t TrustedSize() { return (*state_.ReadCheckpoint())->checkpoint.tree_size; }
  CheckpointRelation RelationOf(const std::string& note) {
    const Answer<TrackedCheckpoint> answer = Observe(note);
    EXPECT_TRUE(answer.ok()) << answer.failure().status;
    return answer.ok() ? answer->relation : CheckpointRelation::kFirst;
  }

  // An alarm of that kind, with both notes on disk, that left the trusted checkpoint as it was.
  void ExpectAlarm(const Answer<TrackedCheckpoint>& answer, AlarmKind kind, const std::string& trusted,
                   const std::string& received) {
    ASSERT_FALSE(answer.ok());
    const Failure& failure = answer.failure();
    ASSERT_EQ(failure.kind, FailureKind::kAlarm) << failure.status;
    EXPECT_EQ(failure.alarm->kind, kind);
    EXPECT_EQ(failure.alarm->trusted_note, trusted);
    EXPECT_EQ(failure.alarm->received_note, received);
    EXPECT_TRUE(failure.alarm->evidence_status.ok());
    EXPECT_EQ(Slurp(failure.alarm->evidence_dir + "/trusted.checkpoint"), trusted);
    EXPECT_EQ(Slurp(failure.alarm->evidence_dir + "/received.checkpoint"), received);
    EXPECT_THAT(Slurp(failure.alarm->evidence_dir + "/README.txt"), HasSubstr(failure.alarm->message));
    EXPECT_FALSE(Slurp(failure.alarm->evidence_dir + "/exchange.txt").empty());
  }
  // A failure of that kind that left no evidence.
  void ExpectNoAlarm(const Answer<TrackedCheckpoint>& answer, FailureKind kind) {
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure().kind, kind) << answer.failure().status;
    EXPECT_FALSE(std::filesystem::exists(state_.path() + "/alarms"));
  }

  const TempFolder folder_;
  TestLog log_;
  ClientState state_;
  FakeQueries queries_{log_};
  std::unique_ptr<CheckpointTracker> tracker_;
};

TEST_F(CheckpointTrackerTest, TrustsTheFirst) {
  EXPECT_EQ(RelationOf(log_.Checkpoint(5)), CheckpointRelation::kFirst);
  EXPECT_EQ(TrustedSize(), 5u);
  EXPECT_EQ(queries_.proofs, 0);
}

TEST_F(CheckpointTrackerTest, AsksNothingForTheSame) {
  Trust(5);
  EXPECT_EQ(RelationOf(log_.Checkpoint(5)), CheckpointRelation::kSame);
  EXPECT_EQ(queries_.proofs, 0);
}

TEST_F(CheckpointTrackerTest, AdvancesByProof) {
  Trust(5);
  EXPECT_EQ(RelationOf(log_.Checkpoint(9)), CheckpointRelation::kAdvanced);
  EXPECT_EQ(queries_.proofs, 1);
  EXPECT_EQ(TrustedSize(), 9u);
}

TEST_F(CheckpointTrackerTest, TakesAnOlderByProofAndDoesNotGoBack) {
  Trust(9);
  EXPECT_EQ(RelationOf(log_.Checkpoint(4)), CheckpointRelation::kOlder);
  EXPECT_EQ(queries_.proofs, 1);
  EXPECT_EQ(TrustedSize(), 9u);
  EXPECT_EQ(RelationOf(log_.Checkpoint(4)), CheckpointRelation::kOlder);
  EXPECT_EQ(queries_.proofs, 1) << "it was proved before";
}

TEST_F(CheckpointTrackerTest, KnowsWhatItTrustedBefore) {
  Trust(5);
  Trust(9);
  EXPECT_EQ(RelationOf(log_.Checkpoint(5)), CheckpointRelation::kOlder);
  EXPECT_EQ(queries_.proofs, 1);
}

TEST_F(CheckpointTrackerTest, NeedsNoProofFromTheEmptyTree) {
  Trust(0);
  EXPECT_EQ(RelationOf(log_.Checkpoint(7)), CheckpointRelation::kAdvanced);
  EXPECT_EQ(RelationOf(log_.Checkpoint(0)), CheckpointRelation::kOlder);
  EXPECT_EQ(queries_.proofs, 0);
}

TEST_F(CheckpointTrackerTest, EveryPairOfSizesIsConsistent) {
  for (std::uint64_t first = 0; first <= 6; ++first) {
    for (std::uint64_t second = 0; second <= 6; ++second) {
      const TempFolder folder;
      ClientState state = *ClientState::Open(folder.path(), kTestOrigin);
      ASSERT_TRUE(state.TrustLogKey(log_.verifier()).ok());
      CheckpointTracker tracker(state, log_.verifier(), queries_, TestTime);
      ASSERT_TRUE(tracker.Observe(log_.Checkpoint(first), "").ok());
      ASSERT_TRUE(tracker.Observe(log_.Checkpoint(second), "").ok()) << first << ", " << second;
      EXPECT_EQ((*state.ReadCheckpoint())->checkpoint.tree_size, std::max(first, second));
    }
  }
}

TEST_F(CheckpointTrackerTest, RefusesWhatTheLogDidNotSign) {
  Trust(5);
  const TestLog same_name;
  const TestLog other_name("log.example/other");
  for (const std::string& note : {std::string(), std::string("nonsense"), FlipBit(log_.Checkpoint(9), 25),
                                  same_name.CheckpointWithRoot(9, log_.RootHash(9)),
                                  other_name.CheckpointWithRoot(9, log_.RootHash(9))}) {
    ExpectNoAlarm(Observe(note), FailureKind::kDoesNotCheck);
  }
  EXPECT_EQ(TrustedSize(), 5u);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForTwoRoots) {
  Trust(5);
  const std::string forged = log_.CheckpointWithRoot(5, log_.RootHash(4));
  ExpectAlarm(Observe(forged), AlarmKind::kTwoRoots, log_.Checkpoint(5), forged);
  EXPECT_EQ(TrustedSize(), 5u);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForTwoRootsOfAnOlderSize) {
  Trust(5);
  Trust(9);
  const std::string forged = log_.CheckpointWithRoot(5, log_.RootHash(4));
  ExpectAlarm(Observe(forged), AlarmKind::kTwoRoots, log_.Checkpoint(5), forged);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForAFork) {
  TestLog fork = log_;
  Grow(log_, 4, "one");
  Grow(fork, 8, "other");
  Trust(14);
  queries_.UseLog(fork);
  const std::string trusted = log_.Checkpoint(14);
  ExpectAlarm(Observe(fork.Checkpoint(19)), AlarmKind::kInconsistent, trusted, fork.Checkpoint(19));
  ExpectAlarm(Observe(fork.Checkpoint(13)), AlarmKind::kInconsistent, trusted, fork.Checkpoint(13));
  queries_.UseLog(log_);
  EXPECT_TRUE(Observe(fork.Checkpoint(12)).ok()) << "there they were one";
  EXPECT_EQ((*state_.ReadCheckpoint())->note, trusted);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForAProofThatDoesNotLeadThere) {
  Trust(5);
  queries_.spoil = true;
  ExpectAlarm(Observe(log_.Checkpoint(9)), AlarmKind::kInconsistent, log_.Checkpoint(5), log_.Checkpoint(9));
  EXPECT_EQ(TrustedSize(), 5u);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForAFalseEmptyTree) {
  Trust(5);
  const std::string forged = log_.CheckpointWithRoot(0, log_.RootHash(4));
  ExpectAlarm(Observe(forged), AlarmKind::kInconsistent, log_.Checkpoint(5), forged);
}

// --- Answers under an older checkpoint ---

TEST_F(CheckpointTrackerTest, AsksForTheNewestWhereAnAnswerIsOlderThanItsQuestion) {
  EXPECT_EQ(tracker_->LargestSeen(), 0u);
  Trust(5);
  Trust(9);
  EXPECT_EQ(tracker_->LargestSeen(), 9u);
  const Answer<TrackedCheckpoint> answer = tracker_->Observe(log_.Checkpoint(5), "", 9);
  ASSERT_TRUE(answer.ok()) << answer.failure().status;
  EXPECT_EQ(answer->relation, CheckpointRelation::kOlder);
  EXPECT_EQ(queries_.checkpoints, 1);
  EXPECT_EQ(TrustedSize(), 12u) << "the newest is trusted";
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmWhereThatNewestIsSmaller) {
  Trust(5);
  Trust(9);
  queries_.newest = log_.Checkpoint(5);
  ExpectAlarm(tracker_->Observe(log_.Checkpoint(5), "", 9), AlarmKind::kRolledBack, log_.Checkpoint(9),
              log_.Checkpoint(5));
}

TEST_F(CheckpointTrackerTest, AsksNothingWhereAnAnswerWasOnlyOvertaken) {
  Trust(5);
  Trust(9);
  EXPECT_TRUE(tracker_->Observe(log_.Checkpoint(5), "", 5).ok());
  EXPECT_EQ(queries_.checkpoints, 0);
}

// --- The newest checkpoint ---

TEST_F(CheckpointTrackerTest, FetchesTheLatest) {
  EXPECT_EQ(tracker_->FetchLatest()->relation, CheckpointRelation::kFirst);
  EXPECT_EQ(tracker_->FetchLatest()->relation, CheckpointRelation::kSame);
  Grow(log_, 1, "more");
  const Answer<TrackedCheckpoint> latest = tracker_->FetchLatest();
  ASSERT_TRUE(latest.ok());
  EXPECT_EQ(latest->relation, CheckpointRelation::kAdvanced);
  EXPECT_EQ(latest->received.checkpoint.tree_size, 13u);
  EXPECT_EQ(TrustedSize(), 13u);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForALatestThatIsSmaller) {
  Trust(9);
  queries_.newest = log_.Checkpoint(8);
  ExpectAlarm(tracker_->FetchLatest(), AlarmKind::kRolledBack, log_.Checkpoint(9), log_.Checkpoint(8));
  EXPECT_EQ(TrustedSize(), 9u);
}

TEST_F(CheckpointTrackerTest, DoesNotTakeAnUnsignedLatestForARollback) {
  Trust(9);
  queries_.newest = TestLog().CheckpointWithRoot(3, Digest{});
  ExpectNoAlarm(tracker_->FetchLatest(), FailureKind::kDoesNotCheck);
}

TEST_F(CheckpointTrackerTest, PassesOnThatTheLatestCouldNotBeHad) {
  Trust(9);
  queries_.checkpoint_failure = CouldNot(absl::UnavailableError("no route"));
  ExpectNoAlarm(tracker_->FetchLatest(), FailureKind::kCouldNot);
}

// --- What it signed at some time before ---

TEST_F(CheckpointTrackerTest, HoldsWhatWasSignedBeforeAgainstTheNewest) {
  EXPECT_TRUE(tracker_->ObserveSignedBefore(log_.Checkpoint(5), "a receipt").ok());
  EXPECT_EQ(TrustedSize(), 12u);
  Grow(log_, 1, "more");
  const Answer<TrackedCheckpoint> answer = tracker_->ObserveSignedBefore(log_.Checkpoint(13), "a receipt");
  ASSERT_TRUE(answer.ok()) << answer.failure().status;
  EXPECT_EQ(queries_.checkpoints, 2);
  EXPECT_TRUE(tracker_->ObserveSignedBefore(log_.Checkpoint(4), "a receipt").ok());
  EXPECT_EQ(queries_.checkpoints, 2) << "it is smaller than what is trusted";
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmWhereTheNewestIsSmallerThanWhatWasSignedBefore) {
  Trust(5);
  queries_.newest = log_.Checkpoint(6);
  const Answer<TrackedCheckpoint> answer = tracker_->ObserveSignedBefore(log_.Checkpoint(9), "a receipt");
  ExpectAlarm(answer, AlarmKind::kRolledBack, log_.Checkpoint(9), log_.Checkpoint(6));
  EXPECT_THAT(answer.failure().alarm->message,
              HasSubstr("signed tree size 9 in a receipt, and now says that its newest is 6"));
  EXPECT_EQ(TrustedSize(), 6u);
}

TEST_F(CheckpointTrackerTest, SaysInWhatTheContradictionCame) {
  Trust(5);
  const Answer<TrackedCheckpoint> two_roots =
      tracker_->ObserveSignedBefore(log_.CheckpointWithRoot(5, log_.RootHash(4)), "a receipt");
  EXPECT_THAT(two_roots.failure().alarm->message, HasSubstr(", and, in a receipt, "));
  const Answer<TrackedCheckpoint> other =
      tracker_->ObserveSignedBefore(log_.CheckpointWithRoot(4, log_.RootHash(3)), "a receipt");
  EXPECT_THAT(other.failure().alarm->message, HasSubstr("tree sizes 4 and 5, that of 4 in a receipt, and"));
}

TEST_F(CheckpointTrackerTest, PassesOnWhyWhatWasSignedBeforeCannotBeJudged) {
  Trust(5);
  ExpectNoAlarm(tracker_->ObserveSignedBefore("nonsense", ""), FailureKind::kDoesNotCheck);
  queries_.checkpoint_failure = CouldNot(absl::UnavailableError("no route"));
  ExpectNoAlarm(tracker_->ObserveSignedBefore(log_.Checkpoint(9), ""), FailureKind::kCouldNot);
}

// --- A server that does not prove ---

TEST_F(CheckpointTrackerTest, IsNoAlarmWhereTheProofCouldNotBeHad) {
  Trust(5);
  for (const absl::StatusCode code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kDataLoss}) {
    queries_.proof_failure = ServerSays(code);
    ExpectNoAlarm(Observe(log_.Checkpoint(9)), FailureKind::kCouldNot);
  }
  queries_.proof_failure = CouldNot(absl::UnavailableError("no route"));
  ExpectNoAlarm(Observe(log_.Checkpoint(9)), FailureKind::kCouldNot);
  EXPECT_EQ(queries_.checkpoints, 0);
  EXPECT_EQ(TrustedSize(), 5u);
  queries_.proof_failure.reset();
  EXPECT_TRUE(Observe(log_.Checkpoint(9)).ok());
}

TEST_F(CheckpointTrackerTest, FollowsUpARefusalAndFindsARollback) {
  for (const absl::StatusCode code : {absl::StatusCode::kOutOfRange, absl::StatusCode::kNotFound}) {
    Trust(9);
    queries_.proof_failure = ServerSays(code);
    queries_.newest = log_.Checkpoint(8);
    ExpectAlarm(Observe(log_.Checkpoint(4)), AlarmKind::kRolledBack, log_.Checkpoint(9), log_.Checkpoint(8));
  }
}

// What it signed a moment ago counts too, although it never became trusted.
TEST_F(CheckpointTrackerTest, FindsARollbackBehindWhatItJustSigned) {
  Trust(5);
  queries_.proof_failure = ServerSays(absl::StatusCode::kOutOfRange);
  queries_.newest = log_.Checkpoint(6);
  ExpectAlarm(Observe(log_.Checkpoint(9)), AlarmKind::kRolledBack, log_.Checkpoint(9), log_.Checkpoint(6));
}

TEST_F(CheckpointTrackerTest, FollowsUpARefusalAndFindsTwoRoots) {
  Trust(9);
  queries_.proof_failure = ServerSays(absl::StatusCode::kNotFound);
  queries_.newest = log_.CheckpointWithRoot(9, log_.RootHash(8));
  ExpectAlarm(Observe(log_.Checkpoint(4)), AlarmKind::kTwoRoots, log_.Checkpoint(9), *queries_.newest);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmWhereTheServerRefusesToProveWhatItHas) {
  Trust(5);
  for (const absl::StatusCode code :
       {absl::StatusCode::kNotFound, absl::StatusCode::kOutOfRange, absl::StatusCode::kInvalidArgument,
        absl::StatusCode::kPermissionDenied, absl::StatusCode::kUnimplemented}) {
    queries_.proof_failure = ServerSays(code);
    ExpectAlarm(Observe(log_.Checkpoint(9)), AlarmKind::kInconsistent, log_.Checkpoint(5),
                log_.Checkpoint(9));
  }
  EXPECT_EQ(TrustedSize(), 5u);
}

TEST_F(CheckpointTrackerTest, RaisesAnAlarmForWhatCannotBeAProof) {
  Trust(5);
  queries_.proof_failure = DoesNotCheck("hash 0 has 31 bytes");
  const Answer<TrackedCheckpoint> answer = Observe(log_.Checkpoint(9));
  ExpectAlarm(answer, AlarmKind::kInconsistent, log_.Checkpoint(5), log_.Checkpoint(9));
  EXPECT_THAT(answer.failure().alarm->message, HasSubstr("hash 0 has 31 bytes"));
  EXPECT_THAT(answer.failure().alarm->exchange, HasSubstr("answered: hash 0 has 31 bytes"));
}

TEST_F(CheckpointTrackerTest, EvidenceSaysWhatItProvesAndWhatToType) {
  Trust(5);
  const auto readme_of = [](const Answer<TrackedCheckpoint>& answer) {
    return Slurp(answer.failure().alarm->evidence_dir + "/README.txt");
  };
  const std::string two_roots = readme_of(Observe(log_.CheckpointWithRoot(5, log_.RootHash(4))));
  EXPECT_THAT(two_roots, HasSubstr("cannot come\nfrom the network"));
  EXPECT_THAT(two_roots, HasSubstr(fmt::format("\n  chirograph log forget {}\n", kTestOrigin)));
  queries_.newest = log_.Checkpoint(4);
  const std::string rolled_back = readme_of(tracker_->FetchLatest());
  EXPECT_THAT(rolled_back,
              AllOf(HasSubstr("could have replayed an old\nnote"), Not(HasSubstr("cannot come"))));
  queries_.spoil = true;
  const std::string inconsistent = readme_of(Observe(log_.Checkpoint(9)));
  EXPECT_THAT(inconsistent,
              AllOf(HasSubstr("could have spoilt or withheld it"), Not(HasSubstr("cannot come"))));
}

TEST_F(CheckpointTrackerTest, PassesOnThatTheFollowUpCouldNotBeDone) {
  Trust(5);
  queries_.proof_failure = ServerSays(absl::StatusCode::kNotFound);
  queries_.checkpoint_failure = CouldNot(absl::UnavailableError("no route"));
  ExpectNoAlarm(Observe(log_.Checkpoint(9)), FailureKind::kCouldNot);
}

// --- Others at the same state ---

TEST_F(CheckpointTrackerTest, SeesWhatAnotherProcessTrusted) {
  Trust(5);
  ASSERT_EQ(*state_.SwapCheckpoint(log_.Checkpoint(5), log_.Checkpoint(11)), ClientState::Swap::kSwapped);
  EXPECT_EQ(RelationOf(log_.Checkpoint(9)), CheckpointRelation::kOlder);
  EXPECT_EQ(TrustedSize(), 11u);
  queries_.newest = log_.Checkpoint(10);
  ExpectAlarm(tracker_->FetchLatest(), AlarmKind::kRolledBack, log_.Checkpoint(11), log_.Checkpoint(10));
}

TEST_F(CheckpointTrackerTest, ProvesAgainWhereAnotherProcessWasQuicker) {
  Trust(5);
  // The other process moves the state between this one's proof and its swap.
  class Racing final : public LogQueries {
   public:
    Racing(FakeQueries& queries, std::function<void()> race) : queries_(queries), race_(std::move(race)) {}
    Answer<std::vector<Digest>> FetchConsistencyProof(std::uint64_t first, std::uint64_t second) override {
      if (race_) std::exchange(race_, nullptr)();
      return queries_.FetchConsistencyProof(first, second);
    }
    Answer<std::string> FetchCheckpoint() override { return queries_.FetchCheckpoint(); }

   private:
    FakeQueries& queries_;
    std::function<void()> race_;
  };
  Racing racing(queries_, [this] {
    ASSERT_EQ(*state_.SwapCheckpoint(log_.Checkpoint(5), log_.Checkpoint(7)), ClientState::Swap::kSwapped);
  });
  CheckpointTracker tracker(state_, log_.verifier(), racing, TestTime);
  const Answer<TrackedCheckpoint> answer = tracker.Observe(log_.Checkpoint(9), "");
  ASSERT_TRUE(answer.ok()) << answer.failure().status;
  EXPECT_EQ(answer->relation, CheckpointRelation::kAdvanced);
  EXPECT_EQ(queries_.proofs, 2);
  EXPECT_EQ(TrustedSize(), 9u);
}

TEST_F(CheckpointTrackerTest, TheProofThatCameWithANoteCountsAlsoWhereAnotherProcessWasQuicker) {
  Trust(5);
  const TrustedCheckpoint before = **state_.ReadCheckpoint();
  ASSERT_EQ(*state_.SwapCheckpoint(before.note, log_.Checkpoint(7)), ClientState::Swap::kSwapped);
  std::vector<Digest> proof = *ProveConsistency(5, 9, log_);
  proof[0][0] ^= 1;
  ExpectAlarm(tracker_->ObserveExtension(log_.Checkpoint(9), "", before, proof), AlarmKind::kInconsistent,
              before.note, log_.Checkpoint(9));
  EXPECT_EQ(TrustedSize(), 7u);
}

TEST_F(CheckpointTrackerTest, TakesAnswersThatOvertakeEachOtherFromManyThreads) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      std::vector<std::uint64_t> sizes;
      for (std::uint64_t size = 0; size <= log_.tree_size(); ++size) sizes.push_back(size);
      std::shuffle(sizes.begin(), sizes.end(), std::mt19937(i));
      for (const std::uint64_t size : sizes) {
        if (!Observe(log_.Checkpoint(size)).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(TrustedSize(), log_.tree_size());
}

TEST_F(CheckpointTrackerTest, SaysThatTheStateIsDamaged) {
  Trust(5);
  Spill(state_.path() + "/checkpoint", "nonsense");
  const Answer<TrackedCheckpoint> answer = Observe(log_.Checkpoint(9));
  ExpectNoAlarm(answer, FailureKind::kCouldNot);
  EXPECT_EQ(answer.failure().status.code(), absl::StatusCode::kDataLoss);
  ExpectNoAlarm(tracker_->FetchLatest(), FailureKind::kCouldNot);
  EXPECT_EQ(Slurp(state_.path() + "/checkpoint"), "nonsense");
}

TEST_F(CheckpointTrackerTest, RaisesTheAlarmAlsoWhereEvidenceCannotBeWritten) {
  Trust(5);
  Spill(state_.path() + "/alarms", "a file where the folder should be");
  const Answer<TrackedCheckpoint> answer = Observe(log_.CheckpointWithRoot(5, log_.RootHash(4)));
  ASSERT_FALSE(answer.ok());
  ASSERT_EQ(answer.failure().kind, FailureKind::kAlarm);
  EXPECT_THAT(answer.failure().alarm->evidence_dir, IsEmpty());
  EXPECT_THAT(std::string(answer.failure().alarm->evidence_status.message()),
              HasSubstr(state_.path() + "/alarms"));
}

}  // namespace
}  // namespace chirograph::checkpoint_tracker_test
