// SPDX-License-Identifier: Apache-2.0
//
// What streams of articles need of a client, without a client and without a server.
#ifndef CHIROGRAPH_TESTS_CLIENT_STREAM_SERVICES_FIXTURE_H_
#define CHIROGRAPH_TESTS_CLIENT_STREAM_SERVICES_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/checkpoint_tracker.h"
#include "client/client_state.h"
#include "client/internal/listed_article.h"
#include "client/internal/rpc_channel.h"
#include "client/receipt_check.h"
#include "tests/client/listing_fixture.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_listing.h"
#include "tests/client/test_log.h"

namespace chirograph::internal {

// Never asked anything: nobody listens there.
inline std::unique_ptr<RpcChannel> MakeSilentChannel() {
  ChannelOptions options;
  options.server = "127.0.0.1:1";
  options.now = TestTime;
  return *RpcChannel::Create(std::move(options));
}

// Receipts are recomputed, and held against none that is kept.
class StreamServicesFixture : public ::testing::Test, private LogQueries {
 protected:
  StreamServicesFixture() {
    AddVariedArticles(log_, publisher_, keyring_);
    EXPECT_TRUE(state_.TrustLogKey(log_.verifier()).ok());
  }

  v1::ListedArticle Listed(std::uint64_t index, v1::ArticleView view) const {
    return MakeListed(log_, index, log_.tree_size(), view);
  }

  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  TestLog log_;
  int checkpoints_fetched_ = 0;

 private:
  Answer<std::vector<Digest>> FetchConsistencyProof(std::uint64_t first, std::uint64_t second) override {
    return *ProveConsistency(first, second, log_);
  }
  Answer<std::string> FetchCheckpoint() override {
    ++checkpoints_fetched_;
    return log_.Checkpoint();
  }
  Answer<ReceiptReport> Recompute(const v1::Receipt& receipt, const ReceiptEvidence& evidence,
                                  std::string_view came_with) {
    ReceiptReport report = CheckReceipt(receipt, log_.verifier(), evidence);
    if (report.ok()) return report;
    return DoesNotCheck(std::string(came_with) + ": " + std::string(report.ToStatus().message()));
  }

  const TempFolder folder_;
  ClientState state_ = *ClientState::Open(folder_.path(), kTestOrigin);
  const std::unique_ptr<RpcChannel> channel_ = MakeSilentChannel();
  CheckpointTracker tracker_{state_, log_.verifier(), *this, TestTime};

 protected:
  StreamServices services_{
      *channel_,
      tracker_,
      state_,
      log_.verifier(),
      &keyring_,
      [this](const v1::Receipt& receipt, const ReceiptEvidence& evidence, std::string_view came_with) {
        return Recompute(receipt, evidence, came_with);
      },
      [](std::uint64_t, Failure failure) { return failure; }};
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_TESTS_CLIENT_STREAM_SERVICES_FIXTURE_H_
