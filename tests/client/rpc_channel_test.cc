// SPDX-License-Identifier: Apache-2.0
#include "client/internal/rpc_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "proto/rpc_error.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_certificates.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph::internal::rpc_channel_test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;

// What a server seems to say that is none of ours, or gRPC on this side in its place.
struct FakeStub {
  grpc::Status GetCheckpoint(grpc::ClientContext* context, const v1::GetCheckpointRequest&,
                             v1::GetCheckpointResponse*) {
    ++calls;
    deadline = context->deadline();
    return status;
  }
  grpc::Status status;
  int calls = 0;
  std::chrono::system_clock::time_point deadline = {};
};

class RpcChannelTest : public ::testing::Test {
 protected:
  RpcChannelTest() {
    options_.server = server_.address();
    options_.call_timeout = absl::Seconds(30);
    options_.retry_for = absl::Seconds(30);
    options_.now = [this] { return now_; };
    options_.sleep = [this](absl::Duration wait) {
      now_ += wait;
      waits_.push_back(wait);
    };
  }

  absl::Status CreateStatus() { return RpcChannel::Create(options_).status(); }
  // Asks for the checkpoint over a new channel. Nothing: it came.
  std::optional<Failure> Ask(int attempts = 100) {
    const auto channel = RpcChannel::Create(options_);
    EXPECT_TRUE(channel.ok()) << channel.status();
    if (!channel.ok()) return std::nullopt;
    auto answer = (*channel)->Call("GetCheckpoint", &v1::LogService::Stub::GetCheckpoint, (*channel)->log(),
                                   v1::GetCheckpointRequest(), attempts);
    if (answer.ok()) {
      EXPECT_EQ(answer->checkpoint(), server_.log().Checkpoint());
      return std::nullopt;
    }
    EXPECT_EQ(answer.failure().kind, FailureKind::kCouldNot);
    return std::move(answer).failure();
  }
  std::string MessageOfAsking(int attempts = 100) {
    const std::optional<Failure> failure = Ask(attempts);
    return failure.has_value() ? std::string(failure->status.message()) : "it came";
  }
  // Makes the server answer with these errors first, one a call.
  void RefuseFirst(std::vector<absl::Status> errors) {
    auto left = std::make_shared<std::vector<absl::Status>>(std::move(errors));
    Lies lies;
    lies.refuse = [left](std::string_view) {
      if (left->empty()) return absl::OkStatus();
      const absl::Status error = left->front();
      left->erase(left->begin());
      return error;
    };
    server_.Tell(lies);
  }
  int Calls() const { return server_.Calls("GetCheckpoint"); }

  const TempFolder folder_;
  TestServer server_{TestLog()};
  ChannelOptions options_;
  absl::Time now_ = TestTime();
  std::vector<absl::Duration> waits_;
};

// --- What is no server ---

TEST_F(RpcChannelTest, RefusesWhatIsNoAddress) {
  for (const char* server : {"",
                             "archive.example.org",
                             "http://127.0.0.1:7443",
                             "127.0.0.1:",
                             ":7443",
                             "::1:7443",
                             "[]:7443",
                             "127.0.0.1:https",
                             "127.0.0.1:7443/x",
                             "127.0.0.1:123456",
                             "a b:7443",
                             "127.0.0.1:0",
                             "127.0.0.1:65536",
                             "[::1]:72979",
                             "127.0.0.1:99999",
                             "127.0.0.1:+1",
                             "unix:socket",
                             "unix:7443",
                             "unix:",
                             "unix:./socket",
                             "unix:/a,b"}) {
    options_.server = server;
    EXPECT_EQ(CreateStatus().code(), absl::StatusCode::kInvalidArgument) << server;
    EXPECT_THAT(std::string(CreateStatus().message()), HasSubstr("HOST:PORT (port 1 to 65535)")) << server;
  }
  options_.server = "unix:/" + std::string(107, 'a');
  EXPECT_THAT(std::string(CreateStatus().message()), HasSubstr("at most 107 bytes"));
  for (const char* server :
       {"archive.example.org:7443", "[::1]:7443", "localhost:1", "127.0.0.1:65535", "unix:/socket"}) {
    options_.server = server;
    EXPECT_TRUE(CreateStatus().ok()) << server;
  }
}

TEST_F(RpcChannelTest, ReachesAServerOnASocketByItsPath) {
  const TestServer local(server_.log(), {{}, "", "", "unix:" + folder_.path() + "/c.sock"});
  options_.server = local.address();
  EXPECT_EQ(MessageOfAsking(), "it came");
  EXPECT_EQ(local.Calls("GetCheckpoint"), 1);
  // To gRPC some of these would be a URI's own characters.
  const std::string odd = folder_.path() + "/a%20 b?c#d\xc3\xa9.sock";
  std::filesystem::rename(folder_.path() + "/c.sock", odd);
  options_.server = "unix:" + odd;
  EXPECT_EQ(MessageOfAsking(), "it came");
  options_.server = "unix:" + folder_.path() + "/none.sock";
  EXPECT_THAT(MessageOfAsking(1), HasSubstr("does chirographd listen there?"));
}

TEST_F(RpcChannelTest, SaysWhatToTryWhereNobodyListens) {
  options_.server = "127.0.0.1:1";
  const std::optional<Failure> failure = Ask(/*attempts=*/1);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(failure->server_error.has_value());
  EXPECT_THAT(std::string(failure->status.message()),
              AllOf(StartsWith("cannot reach 127.0.0.1:1: "), HasSubstr("does chirographd listen there?")));
}

// --- TLS ---

class RpcChannelTlsTest : public RpcChannelTest {
 protected:
  RpcChannelTlsTest() {
    options_.server = tls_server_.address();
    options_.use_tls = true;
    options_.tls_ca_file = folder_.path() + "/ca.pem";
    Spill(options_.tls_ca_file, kTestAuthority);
  }
  TestServer tls_server_{server_.log(), {{}, kTestServerKey, kTestServerCertificate}};
};

TEST_F(RpcChannelTlsTest, ReachesAServerWhoseAuthorityIsNamed) {
  EXPECT_EQ(MessageOfAsking(), "it came");
  Spill(options_.tls_ca_file, std::string(kOtherAuthority) + kTestAuthority);
  EXPECT_EQ(MessageOfAsking(), "it came") << "one of several";
}

TEST_F(RpcChannelTlsTest, SaysThatTheAuthorityIsAnother) {
  Spill(options_.tls_ca_file, kOtherAuthority);
  EXPECT_THAT(MessageOfAsking(1), AllOf(StartsWith("cannot reach "), HasSubstr("--tls-ca FILE")));
}

TEST_F(RpcChannelTlsTest, SaysThatTheServerSpeaksTls) {
  options_.use_tls = false;
  EXPECT_THAT(MessageOfAsking(1), HasSubstr("add --tls"));
}

TEST_F(RpcChannelTlsTest, SaysThatTheServerDoesNotSpeakTls) {
  options_.server = server_.address();
  EXPECT_THAT(MessageOfAsking(1), HasSubstr("leave out --tls"));
}

TEST_F(RpcChannelTlsTest, RefusesAFileThatIsNotCertificatesAlone) {
  for (const std::string junk :
       {"", "nonsense", "-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nMIIB\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"}) {
    for (const std::string& pem : {junk, kTestAuthority + junk}) {
      if (pem == kTestAuthority || pem == std::string(kTestAuthority) + "nonsense") continue;
      Spill(options_.tls_ca_file, pem);
      EXPECT_EQ(CreateStatus().code(), absl::StatusCode::kInvalidArgument) << pem;
      EXPECT_THAT(std::string(CreateStatus().message()), StartsWith(options_.tls_ca_file + ": "));
    }
  }
}

TEST_F(RpcChannelTlsTest, SaysThatTheFileIsNotThereAndAsksForNoneWithoutTls) {
  options_.tls_ca_file += ".not.there";
  EXPECT_EQ(CreateStatus().code(), absl::StatusCode::kNotFound);
  options_.use_tls = false;
  EXPECT_TRUE(CreateStatus().ok());
}

// --- Trying again ---

TEST_F(RpcChannelTest, TriesAgainWithGrowingDelaysWhereTheServerIsUnavailable) {
  RefuseFirst({MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "not now"),
               MakeError(v1::ERROR_REASON_COMMIT_UNCERTAIN, "perhaps"),
               MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping")});
  EXPECT_EQ(MessageOfAsking(), "it came");
  EXPECT_EQ(Calls(), 4);
  EXPECT_THAT(waits_, ElementsAre(absl::Milliseconds(50), absl::Milliseconds(100), absl::Milliseconds(200)));
}

TEST_F(RpcChannelTest, WaitsAsLongAsTheServerAsksButNeverNotAtAll) {
  const absl::Status full = MakeError(v1::ERROR_REASON_QUEUE_FULL, "full");
  RefuseFirst({WithRetryDelay(full, absl::Milliseconds(1234)), WithRetryDelay(full, absl::ZeroDuration())});
  EXPECT_EQ(MessageOfAsking(), "it came");
  EXPECT_THAT(waits_, ElementsAre(absl::Milliseconds(1234), absl::Milliseconds(50)));
}

TEST_F(RpcChannelTest, GivesUpInTimeAndNeverWaitsLongForEachAttempt) {
  options_.retry_for = absl::Minutes(1);
  RefuseFirst(std::vector<absl::Status>(99, MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "not now")));
  const std::optional<Failure> failure = Ask();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->server_error->reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_LE(now_, TestTime() + absl::Minutes(1));
  EXPECT_GT(now_, TestTime() + absl::Seconds(50));
  EXPECT_THAT(waits_, Each(Le(absl::Seconds(5))));
}

TEST_F(RpcChannelTest, DoesNotWaitLongerThanItHas) {
  RefuseFirst({WithRetryDelay(MakeError(v1::ERROR_REASON_QUEUE_FULL, "full"), absl::Hours(1))});
  EXPECT_THAT(MessageOfAsking(), HasSubstr("full"));
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(RpcChannelTest, TriesNoMoreOftenThanTheCallerWants) {
  RefuseFirst(std::vector<absl::Status>(9, MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "not now")));
  EXPECT_THAT(MessageOfAsking(/*attempts=*/3), HasSubstr("not now"));
  EXPECT_EQ(Calls(), 3);
  EXPECT_THAT(waits_, SizeIs(2));
}

TEST_F(RpcChannelTest, DoesNotTryAgainWhatCannotSucceed) {
  const std::vector<absl::Status> errors = {MakeError(v1::ERROR_REASON_REQUEST_INVALID, "no"),
                                            MakeError(v1::ERROR_REASON_STORE_DAMAGED, "no"),
                                            MakeError(v1::ERROR_REASON_INTERNAL, "no")};
  RefuseFirst(errors);
  for (const absl::Status& error : errors) EXPECT_NE(MessageOfAsking(), "it came") << error;
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(RpcChannelTest, DoesNotAskAgainForAnAnswerThatIsTooLarge) {
  Lies lies;
  lies.checkpoint = [](v1::GetCheckpointResponse& response) {
    response.set_checkpoint(std::string(limits::kMaxGrpcMessageBytes, 'x'));
  };
  server_.Tell(lies);
  const std::optional<Failure> failure = Ask();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(failure->server_error.has_value());
  EXPECT_EQ(Calls(), 1);
}

// --- Whose word a failure is ---

TEST_F(RpcChannelTest, HandsOnTheServersOwnErrors) {
  RefuseFirst({MakeError(v1::ERROR_REASON_REQUEST_INVALID, "I do not like it")});
  const std::optional<Failure> failure = Ask();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->server_error->reason, v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_EQ(std::string(failure->status.message()),
            server_.address() + " answers to GetCheckpoint: I do not like it");
}

TEST_F(RpcChannelTest, WhatHasNoReasonAndCouldBeFromThisSideIsNeitherTheServersWordNorTriedAgain) {
  const auto channel = RpcChannel::Create(options_);
  ASSERT_TRUE(channel.ok()) << channel.status();
  for (const grpc::StatusCode code :
       {grpc::StatusCode::INTERNAL, grpc::StatusCode::UNKNOWN, grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    FakeStub stub{grpc::Status(code, "x")};
    const Answer<v1::GetCheckpointResponse> answer =
        (*channel)->Call("GetCheckpoint", &FakeStub::GetCheckpoint, stub, v1::GetCheckpointRequest());
    ASSERT_FALSE(answer.ok()) << code;
    EXPECT_FALSE(answer.failure().server_error.has_value()) << code;
    EXPECT_EQ(static_cast<int>(answer.failure().status.code()), static_cast<int>(code));
    EXPECT_EQ(std::string(answer.failure().status.message()),
              "GetCheckpoint at " + server_.address() + " failed: x");
    EXPECT_EQ(stub.calls, 1);
  }
}

TEST_F(RpcChannelTest, ACallThatAStoppingServerCutsOffIsTriedAgain) {
  options_.sleep = [](absl::Duration) {};
  const auto channel = RpcChannel::Create(options_);
  ASSERT_TRUE(channel.ok()) << channel.status();
  for (const auto& [status, why] : std::vector<std::pair<grpc::Status, std::string>>{
           {grpc::Status(grpc::StatusCode::CANCELLED, ""), ""},
           {grpc::Status(grpc::StatusCode::INTERNAL, "Received RST_STREAM with error code 2"),
            ": Received RST_STREAM with error code 2"}}) {
    FakeStub stub{status};
    const Answer<v1::GetCheckpointResponse> answer =
        (*channel)->Call("GetCheckpoint", &FakeStub::GetCheckpoint, stub, v1::GetCheckpointRequest(), 3);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(stub.calls, 3);
    EXPECT_EQ(std::string(answer.failure().status.message()),
              "GetCheckpoint at " + server_.address() + " was cut off" + why +
                  "; is the server stopping? try again in a moment");
  }
}

TEST_F(RpcChannelTest, GivesACallItsTimeAndSaysThatNoAnswerCameIn) {
  options_.call_timeout = absl::Seconds(7);
  const auto channel = RpcChannel::Create(options_);
  ASSERT_TRUE(channel.ok()) << channel.status();
  FakeStub stub{grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded")};
  const auto earliest = std::chrono::system_clock::now() + std::chrono::seconds(7);
  const Answer<v1::GetCheckpointResponse> answer =
      (*channel)->Call("GetCheckpoint", &FakeStub::GetCheckpoint, stub, v1::GetCheckpointRequest());
  ASSERT_FALSE(answer.ok());
  EXPECT_GE(stub.deadline, earliest - std::chrono::milliseconds(1));
  EXPECT_LE(stub.deadline, std::chrono::system_clock::now() + std::chrono::seconds(7));
  EXPECT_EQ(answer.failure().status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(answer.failure().server_error.has_value());
  EXPECT_EQ(std::string(answer.failure().status.message()),
            server_.address() + " did not answer to GetCheckpoint in time: Deadline Exceeded");
}

TEST_F(RpcChannelTest, AnUnboundedTimeoutIsNoOverflow) {
  options_.call_timeout = absl::InfiniteDuration();
  options_.retry_for = absl::InfiniteDuration();
  EXPECT_EQ(MessageOfAsking(), "it came");
}

}  // namespace
}  // namespace chirograph::internal::rpc_channel_test
