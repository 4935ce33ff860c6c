// SPDX-License-Identifier: Apache-2.0
//
// The stream against an honest server that breaks, is slow or refuses; lying_ingest_stream_test.cc has one
// that lies.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "client/receipt_check.h"
#include "crypto/source_position.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "tests/client/ingest_stream_fixture.h"

namespace chirograph {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

absl::Status ShuttingDown() { return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping"); }

class IngestStreamTest : public IngestStreamFixture {};

// That it comes to `count`, however long that takes, and does not go past it for a moment. A slow machine
// makes the test weaker, and never fail.
void ExpectStaysAt(const std::atomic<int>& number, int count) {
  while (number < count) absl::SleepFor(absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(number, count);
}

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

TEST_F(IngestStreamTest, WithoutArticlesNothingIsAsked) {
  EXPECT_FALSE(Send(0).failure.has_value());
  EXPECT_EQ(server_.Calls("IngestArticles"), 0);
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

TEST_F(IngestStreamTest, ARefusalThatIsNotByPolicyIsThatArticlesFailureAlone) {
  RefuseFirst("submission", {MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged")});
  EXPECT_FALSE(Send(2).failure.has_value());
  const auto by_tag = ByTag();
  ASSERT_THAT(by_tag, SizeIs(2));
  ASSERT_FALSE(by_tag.at(1000).ok());
  EXPECT_EQ(by_tag.at(1000).failure().server_error->reason, v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_TRUE(by_tag.at(1001)->archived);
}

TEST_F(IngestStreamTest, ARefusalThatMayPassIsTriedAgain) {
  RefuseFirst("submission", {MakeError(v1::ERROR_REASON_COMMIT_UNCERTAIN, "who knows"),
                             MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "wait")});
  EXPECT_FALSE(Send(10).failure.has_value());
  ExpectEachArchivedOnce(10);
}

TEST_F(IngestStreamTest, AStreamThatIsRefusedIsOpenedAgainAfterTheDelayThatIsAskedFor) {
  RefuseFirst("IngestArticles",
              {WithRetryDelay(MakeError(v1::ERROR_REASON_TOO_MANY_STREAMS, "full"), absl::Seconds(3)),
               ShuttingDown()});
  EXPECT_FALSE(Send(10).failure.has_value());
  ExpectEachArchivedOnce(10);
  EXPECT_GE(now_ - TestTime(), absl::Seconds(3));
}

TEST_F(IngestStreamTest, AnArchiveThatStaysAwayIsGivenUpAndAllIsNamed) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "IngestArticles" ? ShuttingDown() : absl::OkStatus();
  };
  server_.Tell(lies);
  const IngestEnd end = Send(10);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->kind, FailureKind::kCouldNot);
  EXPECT_EQ(end.failure->server_error->reason, v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_GE(now_ - TestTime(), absl::Seconds(20)) << "it was not patient";
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
  EXPECT_EQ(ended_, 1);
}

// An archive of before there were streams.
class OldServer final : public v1::LogService::Service {
 public:
  explicit OldServer(const NoteVerifier& log) : log_(log) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~OldServer() override { server_->Shutdown(); }

  grpc::Status GetLogInfo(grpc::ServerContext*, const v1::GetLogInfoRequest*,
                          v1::GetLogInfoResponse* response) override {
    response->set_origin(log_.name());
    response->set_verifier_key(log_.vkey());
    return grpc::Status::OK;
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }

 private:
  const NoteVerifier log_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(IngestStreamTest, AServerWithoutTheCallIsAClearFailure) {
  const OldServer old(server_.log().verifier());
  options_.server = old.address();
  client_ = Connect();
  const IngestEnd end = Send(3);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_TRUE(absl::IsUnimplemented(end.failure->status)) << end.failure->status;
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr("older than this chirograph"));
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
        return ShuttingDown();
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

TEST_F(IngestStreamTest, NoMoreThanTheWindowIsTakenWhileTheServerDoesNotAnswer) {
  std::atomic<bool> answer = false;
  Lies lies;
  lies.stream_step = [&answer](StreamStep step, int) -> std::optional<absl::Status> {
    while (step == StreamStep::kStored && !answer) absl::SleepFor(absl::Milliseconds(1));
    return std::nullopt;
  };
  server_.Tell(lies);
  stream_options_.window_articles = 7;
  const auto stream = Open();
  std::atomic<int> taken = 0;
  std::thread caller([&] {
    for (int i = 0; i < 20; ++i) {
      stream->Submit(static_cast<std::uint64_t>(i),
                     SourceDocument{MakeDocument(std::to_string(i), "o.example")});
      ++taken;
    }
  });
  ExpectStaysAt(taken, 7);
  answer = true;
  caller.join();
  EXPECT_FALSE(stream->Finish().failure.has_value());
  EXPECT_THAT(outcomes_, SizeIs(20));
}

TEST_F(IngestStreamTest, TheWindowIsOfBytesTooButALargeArticlePasses) {
  std::atomic<bool> answer = false;
  Lies lies;
  lies.stream_step = [&answer](StreamStep step, int) -> std::optional<absl::Status> {
    while (step == StreamStep::kStored && !answer) absl::SleepFor(absl::Milliseconds(1));
    return std::nullopt;
  };
  server_.Tell(lies);
  stream_options_.window_bytes = 100'000;
  const auto stream = Open();
  std::atomic<int> taken = 0;
  std::thread caller([&] {
    for (int i = 0; i < 4; ++i) {
      stream->Submit(
          static_cast<std::uint64_t>(i),
          SourceDocument{MakeDocument(std::to_string(i), "o.example") + std::string(200'000, 'x')});
      ++taken;
    }
  });
  ExpectStaysAt(taken, 1);
  answer = true;
  caller.join();
  EXPECT_FALSE(stream->Finish().failure.has_value());
  EXPECT_THAT(outcomes_, SizeIs(4));
}

TEST_F(IngestStreamTest, MessagesAreBoundedInArticlesAndBytes) {
  const std::size_t most = Messages(300, "small");
  EXPECT_LE(most, 32U);
  EXPECT_GT(most, 1U) << "nothing is packed";
  EXPECT_LE(Messages(20, std::string(150'000, 'x')), 2U);
}

TEST_F(IngestStreamTest, AnArchiveThatDoesNotAnswerAtAllIsGivenUp) {
  options_.call_timeout = absl::Milliseconds(300);
  Restart();
  const auto over = std::make_shared<std::atomic<bool>>(false);  // outlives the test in the server
  Lies lies;
  lies.stream_step = [over](StreamStep, int) -> std::optional<absl::Status> {
    while (!*over) absl::SleepFor(absl::Milliseconds(1));
    return absl::UnavailableError("over");
  };
  server_.Tell(lies);
  const IngestEnd end = Send(3);
  *over = true;
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_TRUE(absl::IsDeadlineExceeded(end.failure->status)) << end.failure->status;
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), 3U);
}

TEST_F(IngestStreamTest, StoppedItSendsNoMoreAndWaitsForWhatIsUnderWay) {
  std::atomic<bool> answer = false;
  std::atomic<int> stored = 0;
  Lies lies;
  lies.stream_step = [&](StreamStep step, int) -> std::optional<absl::Status> {
    if (step != StreamStep::kStored) return std::nullopt;
    ++stored;
    while (!answer) absl::SleepFor(absl::Milliseconds(1));
    return std::nullopt;
  };
  server_.Tell(lies);
  stream_options_.window_articles = 500;
  const auto stream = Open();
  for (std::uint64_t i = 0; i < 400; ++i) {
    ASSERT_TRUE(stream->Submit(i, SourceDocument{MakeDocument(fmt::format("{}", i), "o.example")}));
  }
  while (stored == 0) absl::SleepFor(absl::Milliseconds(1));
  stream->Stop();
  EXPECT_FALSE(stream->Submit(1000, document_));
  answer = true;
  const IngestEnd end = stream->Finish();
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  EXPECT_THAT(end.unanswered, IsEmpty());
  EXPECT_GT(outcomes_.size(), 0U);
  EXPECT_EQ(outcomes_.size() + end.not_sent.size(), 400U);
}

TEST_F(IngestStreamTest, GivenUpInTheMiddleItGoesAtOnce) {
  auto stream = Open();
  for (std::uint64_t i = 0; i < 50; ++i) {
    stream->Submit(i, SourceDocument{MakeDocument(fmt::format("{}", i), "o.example")});
  }
  stream.reset();
  EXPECT_LE(outcomes_.size(), 50U);
  EXPECT_EQ(ended_, 0);
}

TEST_F(IngestStreamTest, AReceiptThatCannotBeKeptEndsItRatherThanBeReported) {
  Spill(client_->state().path() + "/receipts", "a file where the folder must be");
  const IngestEnd end = Send(3);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr("receipts"));
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
}

}  // namespace
}  // namespace chirograph
