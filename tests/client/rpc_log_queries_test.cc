// SPDX-License-Identifier: Apache-2.0
#include "client/internal/rpc_log_queries.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chirograph/v1/error.pb.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "proto/rpc_error.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph::internal::rpc_log_queries_test {
namespace {

using ::testing::HasSubstr;

TestLog MakeLog() {
  TestLog log;
  for (int i = 0; i < 5; ++i) log.AddDocument(MakeDocument(fmt::format("article {}", i), "news.example"));
  return log;
}

class RpcLogQueriesTest : public ::testing::Test {
 protected:
  RpcLogQueriesTest() : server_(MakeLog()) {
    ChannelOptions options;
    options.server = server_.address();
    options.call_timeout = absl::Seconds(30);
    options.now = TestTime;
    options.sleep = [](absl::Duration) {};
    channel_ = *RpcChannel::Create(options);
  }

  void TellOfConsistency(std::function<void(v1::GetConsistencyProofResponse&)> lie) {
    Lies lies;
    lies.consistency = std::move(lie);
    server_.Tell(lies);
  }
  // The failure of asking for the proof from 2 to 5.
  Failure Refused() {
    const Answer<std::vector<Digest>> proof = RpcLogQueries(*channel_).FetchConsistencyProof(2, 5);
    EXPECT_FALSE(proof.ok());
    return proof.ok() ? Failure() : proof.failure();
  }

  TestServer server_;
  std::unique_ptr<RpcChannel> channel_;
};

TEST_F(RpcLogQueriesTest, GivesAProofThatHolds) {
  const TestLog log = server_.log();
  const Answer<std::vector<Digest>> proof = RpcLogQueries(*channel_).FetchConsistencyProof(2, 5);
  ASSERT_TRUE(proof.ok()) << proof.failure().status;
  EXPECT_EQ(VerifyConsistency(2, log.RootHash(2), 5, log.RootHash(5), *proof), ProofVerdict::kVerified);
  EXPECT_NE(VerifyConsistency(2, log.RootHash(3), 5, log.RootHash(5), *proof), ProofVerdict::kVerified);
}

TEST_F(RpcLogQueriesTest, AProofToAnotherTreeSizeIsRefused) {
  TellOfConsistency([](v1::GetConsistencyProofResponse& response) { response.set_second_tree_size(4); });
  const Failure failure = Refused();
  EXPECT_EQ(failure.kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(std::string(failure.status.message()), HasSubstr("tree sizes 2 and 5, got one to 4"));
}

TEST_F(RpcLogQueriesTest, AHashThatIsNot32BytesIsRefusedByItsPosition) {
  for (const std::size_t size : {0U, 31U, 33U}) {
    TellOfConsistency([size](v1::GetConsistencyProofResponse& response) {
      response.set_hashes(1, std::string(size, 'x'));
    });
    const Failure failure = Refused();
    EXPECT_EQ(failure.kind, FailureKind::kDoesNotCheck);
    EXPECT_THAT(std::string(failure.status.message()), HasSubstr(fmt::format("hash 1 has {}", size)));
  }
}

TEST_F(RpcLogQueriesTest, AProofLongerThanAnyTreesIsRefused) {
  const auto fill = [](std::size_t count) {
    return [count](v1::GetConsistencyProofResponse& response) {
      response.clear_hashes();
      for (std::size_t i = 0; i < count; ++i) response.add_hashes(std::string(32, 'x'));
    };
  };
  TellOfConsistency(fill(limits::kMaxProofHashes));
  EXPECT_EQ(RpcLogQueries(*channel_).FetchConsistencyProof(2, 5)->size(), limits::kMaxProofHashes);
  TellOfConsistency(fill(limits::kMaxProofHashes + 1));
  EXPECT_EQ(Refused().kind, FailureKind::kDoesNotCheck);
}

TEST_F(RpcLogQueriesTest, AServersErrorIsHandedOn) {
  const Answer<std::vector<Digest>> beyond = RpcLogQueries(*channel_).FetchConsistencyProof(2, 1000);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(beyond.failure().server_error->reason, v1::ERROR_REASON_BEYOND_TREE_SIZE);
  Lies lies;
  lies.refuse = [](std::string_view) { return MakeError(v1::ERROR_REASON_STORE_DAMAGED, "tile 0 is gone"); };
  server_.Tell(lies);
  const Answer<std::string> checkpoint = RpcLogQueries(*channel_).FetchCheckpoint();
  ASSERT_FALSE(checkpoint.ok());
  EXPECT_THAT(std::string(checkpoint.failure().status.message()), HasSubstr("tile 0 is gone"));
}

TEST_F(RpcLogQueriesTest, GivesTheCheckpointAsItCame) {
  Lies lies;
  lies.checkpoint = [](v1::GetCheckpointResponse& response) { response.set_checkpoint("no note\n"); };
  EXPECT_EQ(*RpcLogQueries(*channel_).FetchCheckpoint(), server_.log().Checkpoint());
  server_.Tell(lies);
  EXPECT_EQ(*RpcLogQueries(*channel_).FetchCheckpoint(), "no note\n");
}

}  // namespace
}  // namespace chirograph::internal::rpc_log_queries_test
