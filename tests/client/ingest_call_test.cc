// SPDX-License-Identifier: Apache-2.0
#include "client/internal/ingest_call.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "proto/rpc_error.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph::internal::ingest_call_test {
namespace {

class IngestCallTest : public testing::Test {
 protected:
  // The next response, or nothing where the call ended.
  std::optional<v1::IngestArticlesResponse> Next(IngestCall& call) {
    while (true) {
      const std::uint64_t seen = bell_.Rings();
      if (auto response = call.TakeResponse()) return response;
      if (call.End().has_value()) return std::nullopt;
      bell_.WaitFor(seen, std::chrono::seconds(10));
    }
  }
  void WaitToWrite(IngestCall& call) {
    for (std::uint64_t seen = bell_.Rings(); !call.CanWrite(); seen = bell_.Rings()) {
      bell_.WaitFor(seen, std::chrono::milliseconds(10));
    }
  }
  static v1::IngestArticlesRequest MessageOf(std::uint64_t tag) {
    v1::IngestArticlesRequest message;
    v1::TaggedSubmission& submission = *message.add_submissions();
    submission.set_tag(tag);
    submission.set_source_document(MakeDocument(std::to_string(tag), "other.example"));
    return message;
  }

  TestServer server_{TestLog()};
  std::unique_ptr<v1::ArchiveService::Stub> stub_ =
      v1::ArchiveService::NewStub(grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials()));
  Bell bell_;
};

TEST_F(IngestCallTest, MessagesGoThereAndBackTillTheSendingSideIsClosed) {
  IngestCall call(*stub_, bell_);
  for (std::uint64_t tag = 1; tag <= 3; ++tag) {
    WaitToWrite(call);
    call.Write(MessageOf(tag));
  }
  WaitToWrite(call);
  call.CloseWriting();
  EXPECT_FALSE(call.CanWrite());
  for (std::uint64_t tag = 1; tag <= 3; ++tag) {
    const auto response = Next(call);
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->outcomes(0).tag(), tag);
  }
  EXPECT_FALSE(Next(call).has_value());
  EXPECT_TRUE(call.End()->ok());
}

TEST_F(IngestCallTest, EndsWithWhatTheServerEndsItWith) {
  Lies lies;
  lies.stream_step = [](StreamStep, int) { return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"); };
  server_.Tell(lies);
  IngestCall call(*stub_, bell_);
  call.Write(MessageOf(1));
  EXPECT_FALSE(Next(call).has_value());
  EXPECT_EQ(call.End()->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(call.CanWrite());
}

TEST_F(IngestCallTest, MayGoAtAnyMoment) {
  { const IngestCall at_once(*stub_, bell_); }
  IngestCall call(*stub_, bell_);
  call.Write(MessageOf(1));
  call.Cancel();
  call.Cancel();
}

TEST_F(IngestCallTest, WhereNobodyListensItEnds) {
  const auto nobody =
      v1::ArchiveService::NewStub(grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials()));
  IngestCall call(*nobody, bell_);
  EXPECT_FALSE(Next(call).has_value());
  EXPECT_EQ(call.End()->error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace chirograph::internal::ingest_call_test
