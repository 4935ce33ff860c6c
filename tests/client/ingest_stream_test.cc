// SPDX-License-Identifier: Apache-2.0
//
// A whole stream against an honest server. What one part of it does on its own is in
// ingest_stream_impl_test.cc, ingest_stream_sending_test.cc and ingest_judge_test.cc;
// lying_ingest_stream_test.cc has a server that lies.
#include "client/ingest_stream.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/receipt_check.h"
#include "crypto/source_position.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "tests/client/ingest_stream_fixture.h"

namespace chirograph::ingest_stream_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using IngestStreamTest = IngestStreamFixture;

TEST_F(IngestStreamTest, EachArticleHasOneOutcomeInOrderAndAKeptReceipt) {
  const IngestEnd end = Send(100);
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  EXPECT_THAT(end.unanswered, IsEmpty());
  EXPECT_THAT(end.not_sent, IsEmpty());
  ASSERT_THAT(outcomes_, SizeIs(100));
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const auto& [tag, outcome] = outcomes_[i];
    EXPECT_EQ(tag, 1000 + i);
    ASSERT_TRUE(outcome.ok()) << outcome.failure().status;
    EXPECT_TRUE(outcome->archived);
    EXPECT_FALSE(outcome->already_archived);
    const auto kept = client_->state().ReadReceipt(outcome->report.index);
    ASSERT_TRUE(kept.ok() && kept->has_value());
    EXPECT_TRUE(CheckReceipt(**kept, client_->log_key()).ok());
  }
  EXPECT_EQ(server_.Calls("IngestArticles"), 1);
  EXPECT_EQ(server_.Calls("IngestArticle"), 0);
}

TEST_F(IngestStreamTest, MessagesAndDocumentsMayBeMixedAndRepeated) {
  const auto stream = Open();
  const v1::Article article = *ParseDocument(document_.bytes);
  EXPECT_TRUE(stream->Submit(1, document_));
  EXPECT_TRUE(stream->Submit(2, article));
  EXPECT_TRUE(stream->Submit(2, document_)) << "the caller's tags need not be unique";
  EXPECT_FALSE(stream->Finish().failure.has_value());
  ASSERT_THAT(outcomes_, SizeIs(3));
  EXPECT_NE(outcomes_[0].second->report.index, outcomes_[1].second->report.index);
  EXPECT_EQ(outcomes_[0].second->report.index, outcomes_[2].second->report.index);
  EXPECT_TRUE(outcomes_[2].second->already_archived);
}

TEST_F(IngestStreamTest, RefusedAndUnreadableArticlesEndNothing) {
  const auto stream = Open();
  stream->Submit(1, SourceDocument{"---\na: 1\na: 2\n---\n"});
  stream->Submit(2, SourceDocument{MakeSignedDocument("forged", TestPublisher("news.example"))});
  stream->Submit(3, document_);
  EXPECT_FALSE(stream->Finish().failure.has_value());
  const auto by_tag = ByTag();
  ASSERT_THAT(by_tag, SizeIs(3));
  EXPECT_TRUE(absl::IsInvalidArgument(by_tag.at(1).failure().status));
  EXPECT_TRUE(PositionOf(by_tag.at(1).failure().status).has_value());
  ASSERT_TRUE(by_tag.at(2).ok()) << by_tag.at(2).failure().status;
  EXPECT_FALSE(by_tag.at(2)->archived);
  EXPECT_EQ(by_tag.at(2)->refusal, "policy rejects it");
  EXPECT_TRUE(by_tag.at(3)->archived);
}

// Cut at each moment of each message: nothing is lost, nothing is archived or reported twice.
TEST_F(IngestStreamTest, WhereverAConnectionBreaksEachArticleIsArchivedAndReportedOnce) {
  constexpr std::size_t kArticles = 150;
  int cuts = 0;
  for (const StreamStep step : {StreamStep::kRead, StreamStep::kStored, StreamStep::kAnswered}) {
    for (int message = 0; message < 4; ++message) {
      SCOPED_TRACE(fmt::format("step {}, message {}", static_cast<int>(step), message));
      Restart();
      std::atomic<int> left = 2;  // the second connection breaks at the same place
      Lies lies;
      lies.stream_step = [&left, step, message](StreamStep at, int number) -> std::optional<absl::Status> {
        if (at != step || number != message || left == 0) return std::nullopt;
        --left;
        return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping");
      };
      server_.Tell(lies);
      const IngestEnd end = Send(kArticles);
      EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
      ExpectEachArchivedOnce(kArticles);
      if (left < 2) ++cuts;
    }
  }
  EXPECT_GE(cuts, 9) << "hardly anything was cut";
}

}  // namespace
}  // namespace chirograph::ingest_stream_test
