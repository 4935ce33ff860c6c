// SPDX-License-Identifier: Apache-2.0
//
// How a stream sends, and what it does where the connection breaks, the server is slow or refuses, or answers
// what was not asked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "client/internal/ingest_stream_impl.h"
#include "proto/rpc_error.h"
#include "tests/client/ingest_stream_fixture.h"

namespace chirograph::ingest_stream_sending_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

absl::Status ShuttingDown() { return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping"); }

class IngestStreamSendingTest : public IngestStreamFixture {
 protected:
  // Makes the server answer each call of `method` with `error`.
  void Refuse(std::string_view method, const absl::Status& error) {
    Lies lies;
    lies.refuse = [method, error](std::string_view called) {
      return called == method ? error : absl::OkStatus();
    };
    server_.Tell(lies);
  }
};

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

TEST_F(IngestStreamSendingTest, ARefusalThatIsNotByPolicyIsThatArticlesFailureAlone) {
  RefuseFirst("submission", {MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged")});
  EXPECT_FALSE(Send(2).failure.has_value());
  const auto by_tag = ByTag();
  ASSERT_THAT(by_tag, SizeIs(2));
  ASSERT_FALSE(by_tag.at(1000).ok());
  EXPECT_EQ(by_tag.at(1000).failure().server_error->reason, v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_TRUE(by_tag.at(1001)->archived);
}

TEST_F(IngestStreamSendingTest, ARefusalThatMayPassIsTriedAgain) {
  RefuseFirst("submission", {MakeError(v1::ERROR_REASON_COMMIT_UNCERTAIN, "who knows"),
                             MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "wait")});
  EXPECT_FALSE(Send(10).failure.has_value());
  ExpectEachArchivedOnce(10);
}

TEST_F(IngestStreamSendingTest, AStreamThatIsRefusedIsOpenedAgainAfterTheDelayThatIsAskedFor) {
  RefuseFirst("IngestArticles",
              {WithRetryDelay(MakeError(v1::ERROR_REASON_TOO_MANY_STREAMS, "full"), absl::Seconds(3)),
               ShuttingDown()});
  EXPECT_FALSE(Send(10).failure.has_value());
  ExpectEachArchivedOnce(10);
  EXPECT_GE(now_ - TestTime(), absl::Seconds(3));
}

TEST_F(IngestStreamSendingTest, AnArchiveThatStaysAwayIsGivenUpAndAllIsNamed) {
  Refuse("IngestArticles", ShuttingDown());
  const IngestEnd end = Send(10);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->kind, FailureKind::kCouldNot);
  EXPECT_EQ(end.failure->server_error->reason, v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_GE(now_ - TestTime(), absl::Seconds(20)) << "it was not patient";
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
  EXPECT_EQ(ended_, 1);
}

TEST_F(IngestStreamSendingTest, MessagesAreBoundedInArticlesAndBytes) {
  const std::size_t most = Messages(300, "small");
  EXPECT_LE(most, 32U);
  EXPECT_GT(most, 1U) << "nothing is packed";
  EXPECT_LE(Messages(20, std::string(150'000, 'x')), 2U);
  EXPECT_LE(Messages(300, "small", /*max_submissions=*/3), 3U) << "the server takes no more";
}

TEST_F(IngestStreamSendingTest, AnArchiveThatDoesNotAnswerAtAllIsGivenUp) {
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

TEST_F(IngestStreamSendingTest, AServerWithoutTheCallIsAClearFailure) {
  const OldServer old(server_.log().verifier());
  options_.server = old.address();
  client_ = Connect();
  const IngestEnd end = Send(3);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_TRUE(absl::IsUnimplemented(end.failure->status)) << end.failure->status;
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr("older than this chirograph"));
}

TEST_F(IngestStreamSendingTest, AnErrorThatStaysEndsItAtOnce) {
  Refuse("IngestArticles", MakeError(v1::ERROR_REASON_REQUEST_INVALID, "never"));
  const IngestEnd end = Send(3);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->server_error->reason, v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_EQ(server_.Calls("IngestArticles"), 1);
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(IngestStreamSendingTest, RefusalsThatNeverPassAreGivenUpToo) {
  Refuse("submission", MakeError(v1::ERROR_REASON_QUEUE_FULL, "full"));
  const IngestEnd end = Send(2);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->server_error->reason, v1::ERROR_REASON_QUEUE_FULL);
  EXPECT_GE(now_ - TestTime(), absl::Seconds(20)) << "it was not patient";
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
}

TEST_F(IngestStreamSendingTest, StoppedBetweenTwoAttemptsItMakesNoOther) {
  std::unique_ptr<IngestStream> stream;
  int sleeps = 0;
  options_.sleep = [&](absl::Duration) {
    ++sleeps;
    stream->Stop();
  };
  Restart();
  Refuse("IngestArticles", WithRetryDelay(ShuttingDown(), absl::Seconds(3)));
  stream = Open();
  ASSERT_TRUE(stream->Submit(1, document_));
  const IngestEnd end = stream->Finish();
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), 1U);
  EXPECT_EQ(sleeps, 1);
  EXPECT_EQ(server_.Calls("IngestArticles"), 1);
}

TEST_F(IngestStreamSendingTest, AConnectionThatBreaksOnceItIsStoppedIsNoFailure) {
  options_.retry_for = absl::ZeroDuration();
  Restart();
  std::atomic<bool> stored = false;
  std::atomic<bool> stopped = false;
  Lies lies;
  lies.stream_step = [&](StreamStep step, int) -> std::optional<absl::Status> {
    if (step != StreamStep::kStored) return std::nullopt;
    stored = true;
    stored.notify_all();
    stopped.wait(false);
    return ShuttingDown();
  };
  server_.Tell(lies);
  const auto stream = Open();
  ASSERT_TRUE(stream->Submit(1, document_));
  stored.wait(false);
  stream->Stop();
  stopped = true;
  stopped.notify_all();
  const IngestEnd end = stream->Finish();
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  EXPECT_THAT(end.unanswered, ElementsAre(1));
  EXPECT_EQ(ended_, 0);
}

TEST_F(IngestStreamSendingTest, AServerThatEndsTheStreamEarlyIsAskedAgain) {
  std::atomic<int> sleeps = 0;
  options_.sleep = [&](absl::Duration) {
    ++sleeps;
    sleeps.notify_all();
  };
  Restart();
  std::atomic<bool> cut = false;
  Lies lies;
  lies.stream_step = [&cut](StreamStep step, int) -> std::optional<absl::Status> {
    if (step != StreamStep::kAnswered || cut.exchange(true)) return std::nullopt;
    return absl::OkStatus();
  };
  server_.Tell(lies);
  const auto stream = Open();
  ASSERT_TRUE(stream->Submit(1, document_));
  sleeps.wait(0);  // all that was sent is answered, and the end was noticed
  ASSERT_TRUE(stream->Submit(2, SourceDocument{MakeDocument("second", "other.example")}));
  const IngestEnd end = stream->Finish();
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  ASSERT_THAT(outcomes_, SizeIs(2));
  for (const auto& [tag, outcome] : outcomes_) EXPECT_TRUE(outcome.ok()) << outcome.failure().status;
  EXPECT_EQ(server_.Calls("IngestArticles"), 2);
}

// --- Answers to what was not asked ---

struct Misanswer {
  std::string name;
  std::string message;  // in what is said of it
  std::function<void(v1::IngestArticlesResponse&)> lie;
};

std::ostream& operator<<(std::ostream& out, const Misanswer& answer) { return out << answer.name; }

class MisansweredStreamTest : public IngestStreamSendingTest,
                              public ::testing::WithParamInterface<Misanswer> {};

TEST_P(MisansweredStreamTest, EndsAndNamesWhatHasNoOutcome) {
  Lies lies;
  lies.ingest_stream = GetParam().lie;
  server_.Tell(lies);
  const IngestEnd end = Send(1);
  ASSERT_TRUE(end.failure.has_value()) << "nothing was noticed";
  EXPECT_EQ(FailureKindName(end.failure->kind), "DOES_NOT_CHECK") << end.failure->status;
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr(GetParam().message));
  EXPECT_THAT(end.unanswered, ElementsAre(kFirstTag));
  EXPECT_THAT(end.not_sent, IsEmpty());
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_THAT(*client_->state().ListReceipts(), IsEmpty()) << "what does not check is not kept";
  EXPECT_EQ(ended_, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, MisansweredStreamTest,
    ::testing::Values(Misanswer{"TagNeverSent", "an outcome for tag 4711, which was never sent",
                                [](auto& r) { r.mutable_outcomes(0)->set_tag(4711); }},
                      Misanswer{"TagTwice", "an outcome for tag 0, which was answered before",
                                [](auto& r) { *r.add_outcomes() = v1::SubmissionOutcome(r.outcomes(0)); }},
                      Misanswer{"NeitherReceiptNorRefusal", "neither receipt nor refusal for tag 0",
                                [](auto& r) { r.mutable_outcomes(0)->clear_outcome(); }},
                      Misanswer{"NoOutcome", "has no outcome", [](auto& r) { r.clear_outcomes(); }}),
    [](const auto& test) { return test.param.name; });

TEST_F(IngestStreamSendingTest, ToEndWellWithArticlesUnansweredDoesNotCheck) {
  Lies lies;
  lies.stream_step = [](StreamStep step, int) -> std::optional<absl::Status> {
    if (step == StreamStep::kStored) return absl::OkStatus();
    return std::nullopt;
  };
  server_.Tell(lies);
  const IngestEnd end = Send(2);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->kind, FailureKind::kDoesNotCheck) << end.failure->status;
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr("have no outcome"));
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
}

}  // namespace
}  // namespace chirograph::ingest_stream_sending_test
