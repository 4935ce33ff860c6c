// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClient::Watch: history and what comes after it without a gap or a repeat, over any number of
// connections, and every way in which a server that lies in a watch is found out.
#include "client/internal/article_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "proto/rpc_error.h"
#include "tests/client/listing_fixture.h"
#include "tests/client/test_listing.h"

namespace chirograph::article_watch_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Indexes = std::vector<std::uint64_t>;

class ArticleWatchTest : public ListingFixture {
 protected:
  // Appends an article to the server's log.
  std::uint64_t Archive(std::string_view domain = "a.example") {
    TestLog log = server_.log();
    const std::uint64_t index = log.AddDocument(MakeDocument("later", domain));
    server_.UseLog(std::move(log));
    return index;
  }
  static v1::WatchArticlesRequest From(std::uint64_t index) {
    v1::WatchArticlesRequest request;
    request.set_start_index(index);
    return request;
  }
  // Watches until `next_index` was looked at, and does `on_batch` besides.
  Answer<WatchEnd> Watch(const v1::WatchArticlesRequest& request, std::uint64_t until, Indexes* indexes,
                         const std::function<void()>& on_batch = nullptr) {
    WatchCallbacks callbacks;
    callbacks.on_batch = [&](const WatchBatch& batch) {
      AddIndexes(batch.articles, indexes);
      if (on_batch) on_batch();
      return batch.next_index >= until ? StreamNext::kStop : StreamNext::kMore;
    };
    callbacks.on_lost = [this](const Failure&, absl::Duration wait) {
      ++losses_;
      EXPECT_GT(wait, absl::ZeroDuration());
    };
    return client_->Watch(request, callbacks);
  }

  int losses_ = 0;
};

TEST_F(ArticleWatchTest, SendsHistoryAndThenWhatComes) {
  Indexes indexes;
  int more = 3;
  const Answer<WatchEnd> end = Watch(From(0), 10, &indexes, [&] {
    if (indexes.size() >= 6 && more-- > 0) Archive();
  });
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_THAT(indexes, ElementsAre(0, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(end->next_index, 10U);
  EXPECT_EQ(end->articles, 9U);
  // The checkpoints went to the state, and no proof was asked for: each came with its message.
  EXPECT_EQ((*client_->state().ReadCheckpoint())->checkpoint.tree_size, 10U);
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 0);
}

TEST_F(ArticleWatchTest, FromNowOnSendsNothingOld) {
  Indexes indexes;
  bool archived = false;
  const Answer<WatchEnd> end = Watch({}, 8, &indexes, [&] {
    if (!std::exchange(archived, true)) Archive();
  });
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_THAT(indexes, ElementsAre(7));
}

TEST_F(ArticleWatchTest, FiltersAndEndsAtEndIndex) {
  v1::WatchArticlesRequest request = From(0);
  request.mutable_filter()->set_publisher_domain("a.example");
  request.mutable_filter()->set_end_index(6);
  Indexes indexes;
  const Answer<WatchEnd> end = Watch(request, 1000, &indexes);
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_THAT(indexes, ElementsAre(0, 3));
  EXPECT_GE(end->next_index, 6U);
}

TEST_F(ArticleWatchTest, EndsWhileNothingComes) {
  WatchCallbacks callbacks;
  int asked = 0;
  callbacks.on_batch = [](const WatchBatch&) { return StreamNext::kMore; };
  callbacks.should_stop = [&asked] { return ++asked > 3; };
  const Answer<WatchEnd> end = client_->Watch({}, callbacks);
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_EQ(end->articles, 0U);
}

TEST_F(ArticleWatchTest, TakesUpABrokenConnectionWithoutGapOrRepeat) {
  for (const absl::Status& why :
       {MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"), absl::UnavailableError("")}) {
    Lies lies;
    int cuts = 0;
    lies.cut = [&](std::string_view, int number) {
      // Each connection has one message.
      if (number == 0 || ++cuts > 50) return absl::OkStatus();
      return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, why.ToString());
    };
    server_.Tell(lies);
    Indexes indexes;
    const std::uint64_t size = server_.log().tree_size();
    const Answer<WatchEnd> end = Watch(From(0), size + 20, &indexes, [&] {
      if (server_.log().tree_size() < size + 20) Archive();
    });
    ASSERT_TRUE(end.ok()) << end.failure().status;
    Indexes expected = ListIndexes(server_.log(), size + 20, {}, v1::LIST_ORDER_INDEX_ASCENDING);
    EXPECT_EQ(indexes, expected);
    EXPECT_GT(losses_, 5);
  }
}

TEST_F(ArticleWatchTest, GivesUpOnlyWhenTold) {
  Lies lies;
  lies.cut = [](std::string_view, int) { return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"); };
  server_.Tell(lies);
  WatchCallbacks callbacks;
  callbacks.on_batch = [](const WatchBatch&) { return StreamNext::kMore; };
  callbacks.retry_for = absl::Minutes(2);
  const absl::Time before = now_;
  const Answer<WatchEnd> end = client_->Watch(From(0), callbacks);
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.failure().kind, FailureKind::kCouldNot);
  EXPECT_GT(now_ - before, absl::Minutes(1));
  callbacks.retry_for = absl::InfiniteDuration();
  int losses = 0;
  callbacks.on_lost = [&losses](const Failure&, absl::Duration) { ++losses; };
  callbacks.should_stop = [&losses] { return losses >= 100; };
  EXPECT_TRUE(client_->Watch(From(0), callbacks).ok());
}

TEST_F(ArticleWatchTest, RaisesAnAlarmWhereTheLogWentBack) {
  ASSERT_TRUE(client_->LatestCheckpoint().ok());
  TestLog shorter = server_.log();
  Archive();
  ASSERT_TRUE(client_->LatestCheckpoint().ok());
  server_.UseLog(shorter);
  Indexes indexes;
  const Answer<WatchEnd> end = Watch(From(0), 100, &indexes);
  ASSERT_FALSE(end.ok());
  ASSERT_EQ(end.failure().kind, FailureKind::kAlarm) << end.failure().status;
  EXPECT_EQ(end.failure().alarm->kind, AlarmKind::kRolledBack);
}

// --- Lies ---

struct WatchLie {
  std::string name;
  std::string message;
  std::function<void(const TestLog& log, int number, v1::WatchArticlesResponse&)> lie;
  std::optional<AlarmKind> alarm;
  std::function<void(v1::WatchArticlesRequest&)> ask;
};

std::ostream& operator<<(std::ostream& out, const WatchLie& lie) { return out << lie.name; }

class LyingWatchTest : public ArticleWatchTest, public ::testing::WithParamInterface<WatchLie> {};

TEST_P(LyingWatchTest, IsFoundOut) {
  ASSERT_TRUE(client_->LatestCheckpoint().ok());  // tree size 7 is trusted
  for (int i = 0; i < 4; ++i) Archive();
  Lies lies;
  lies.watch = [this, log = server_.log()](int number, v1::WatchArticlesResponse& response) {
    GetParam().lie(log, number, response);
  };
  server_.Tell(lies);
  v1::WatchArticlesRequest request = From(0);
  if (GetParam().ask) GetParam().ask(request);
  Indexes indexes;
  const Answer<WatchEnd> end = Watch(request, 11, &indexes);
  ASSERT_FALSE(end.ok()) << "nothing was noticed";
  const Failure& failure = end.failure();
  EXPECT_THAT(MessageOf(failure), HasSubstr(GetParam().message));
  const std::string trusted = (*client_->state().ReadCheckpoint())->note;
  if (GetParam().alarm) {
    ASSERT_EQ(FailureKindName(failure.kind), "ALARM") << failure.status;
    EXPECT_EQ(AlarmKindName(failure.alarm->kind), AlarmKindName(*GetParam().alarm));
    EXPECT_EQ(Slurp(failure.alarm->evidence_dir + "/trusted.checkpoint"), failure.alarm->trusted_note);
    EXPECT_EQ(trusted, failure.alarm->trusted_note) << "what was trusted still is";
  } else {
    EXPECT_EQ(FailureKindName(failure.kind), "DOES_NOT_CHECK") << failure.status;
    EXPECT_FALSE(std::filesystem::exists(client_->state().path() + "/alarms")) << "a false accusation";
  }
}

std::vector<WatchLie> LiesInWatches() {
  const auto no_alarm = std::nullopt;
  return {
      {"NoProof", "not as many hashes", [](const TestLog&, int, auto& r) { r.clear_consistency_proof(); },
       AlarmKind::kInconsistent},
      {"SpoiltProof", "another root",
       [](const TestLog&, int number, auto& r) {
         if (number == 0) r.set_consistency_proof(0, FlipBit(r.consistency_proof(0)));
       },
       AlarmKind::kInconsistent},
      {"ShortHash", "32 bytes",
       [](const TestLog&, int number, auto& r) {
         if (number == 0) r.mutable_consistency_proof(0)->pop_back();
       },
       AlarmKind::kInconsistent},
      {"EndlessProof", "at most",
       [](const TestLog&, int, auto& r) {
         while (r.consistency_proof_size() < 100) r.add_consistency_proof(std::string(32, 'x'));
       },
       AlarmKind::kInconsistent},
      {"AnotherRoot", "two root hashes",
       [](const TestLog& log, int number, auto& r) {
         if (number == 1) r.set_checkpoint(log.CheckpointWithRoot(11, log.RootHash(3)));
       },
       AlarmKind::kTwoRoots},
      {"OtherPreviousSize", "the one before was 7",
       [](const TestLog&, int, auto& r) { r.set_previous_tree_size(6); }, no_alarm},
      {"NoPreviousSize", "the one before was 7",
       [](const TestLog&, int, auto& r) { r.set_previous_tree_size(0); }, no_alarm},
      {"SmallerCheckpoint", "the one before was of 11",
       [](const TestLog& log, int number, auto& r) {
         if (number == 1) r.set_checkpoint(log.Checkpoint(10));
       },
       no_alarm},
      {"NoCheckpoint", "expected a checkpoint", [](const TestLog&, int, auto& r) { r.clear_checkpoint(); },
       no_alarm},
      {"NextIndexGoesBack", "it was at 3",
       [](const TestLog&, int number, auto& r) {
         if (number != 1) return;
         r.clear_articles();
         r.set_next_index(1);
       },
       no_alarm},
      {"NextIndexBeyondTree", "tree size is 11", [](const TestLog&, int, auto& r) { r.set_next_index(12); },
       no_alarm},
      {"Swapped", "expected one from",
       [](const TestLog&, int number, auto& r) {
         if (number == 1) r.mutable_articles()->SwapElements(0, 1);
       },
       no_alarm},
      {"Repeated", "expected one from",
       [](const TestLog& log, int number, auto& r) {
         if (number == 1) *r.mutable_articles(0) = MakeListed(log, 0, 11, v1::ARTICLE_VIEW_RECORD);
       },
       no_alarm},
      {"AtNextIndex", "below 3",
       [](const TestLog& log, int number, auto& r) {
         if (number == 0) *r.add_articles() = MakeListed(log, 2, 11, v1::ARTICLE_VIEW_RECORD);
       },
       no_alarm},
      {"OldFromNowOn", "expected one from 7",
       [](const TestLog& log, int, auto& r) {
         r.clear_articles();
         *r.add_articles() = MakeListed(log, 5, 11, v1::ARTICLE_VIEW_RECORD);
       },
       no_alarm, [](auto& r) { r.clear_start_index(); }},
      {"OutsideFilter", "its publisher is",
       [](const TestLog& log, int, auto& r) {
         r.clear_articles();
         *r.add_articles() = MakeListed(log, 0, 11, v1::ARTICLE_VIEW_RECORD);
       },
       no_alarm, [](auto& r) { r.mutable_filter()->set_publisher_domain("b.example"); }},
      {"Payload", "not what was asked for",
       [](const TestLog&, int, auto& r) {
         if (r.articles_size() > 0) r.mutable_articles(0)->set_content("x");
       },
       no_alarm},
      {"LogEntry", "does not check",
       [](const TestLog&, int, auto& r) {
         if (r.articles_size() == 0) return;
         auto* entry = r.mutable_articles(0)->mutable_receipt()->mutable_log_entry();
         *entry = FlipBit(*entry, -1);
       },
       no_alarm},
  };
}

INSTANTIATE_TEST_SUITE_P(Watches, LyingWatchTest, ::testing::ValuesIn(LiesInWatches()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::article_watch_test
