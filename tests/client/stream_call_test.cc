// SPDX-License-Identifier: Apache-2.0
#include "client/internal/stream_call.h"

#include <gtest/gtest.h>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "client/internal/rpc_channel.h"
#include "tests/client/listing_fixture.h"

namespace chirograph::internal::stream_call_test {
namespace {

class StreamCallTest : public ListingFixture {
 protected:
  using Call = StreamCall<v1::WatchArticlesResponse>;

  StreamCallTest() {
    ChannelOptions options;
    options.server = server_.address();
    options.call_timeout = absl::Seconds(10);
    options.now = absl::Now;
    options.sleep = absl::SleepFor;
    channel_ = *RpcChannel::Create(options);
  }
  // A watch of the whole log, up to `end_index`.
  Call::Prepare Watch(std::uint64_t end_index) {
    v1::WatchArticlesRequest request;
    request.set_start_index(0);
    request.mutable_filter()->set_end_index(end_index);
    return [this, request](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
      return channel_->archive().PrepareAsyncWatchArticles(context, request, queue);
    };
  }

  std::unique_ptr<RpcChannel> channel_;
};

TEST_F(StreamCallTest, GivesEachMessageAndThenTheEnd) {
  Call call(Watch(7));
  v1::WatchArticlesResponse* message = nullptr;
  std::uint64_t next_index = 0;
  while (call.Next(absl::Seconds(10), &message) == Call::Got::kMessage) next_index = message->next_index();
  EXPECT_EQ(next_index, 7U);
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_TRUE(call.Finish().ok()) << "the same again";
}

TEST_F(StreamCallTest, WaitsNoLongerThanItMayAndGoesOnWaiting) {
  Call call(Watch(8));
  v1::WatchArticlesResponse* message = nullptr;
  std::uint64_t next_index = 0;
  while (next_index < 7) {
    ASSERT_EQ(call.Next(absl::Seconds(10), &message), Call::Got::kMessage);
    next_index = message->next_index();
  }
  EXPECT_EQ(call.Next(absl::Milliseconds(20), &message), Call::Got::kNothing);
  EXPECT_EQ(call.Next(absl::ZeroDuration(), &message), Call::Got::kNothing);
  TestLog log = server_.log();
  log.AddDocument(MakeDocument("late", "a.example"));
  server_.UseLog(std::move(log));
  ASSERT_EQ(call.Next(absl::InfiniteDuration(), &message), Call::Got::kMessage);
  EXPECT_EQ(message->next_index(), 8U);
}

TEST_F(StreamCallTest, EndsWhateverIsUnderWay) {
  { Call unread(Watch(100)); }
  Call waiting(Watch(100));
  v1::WatchArticlesResponse* message = nullptr;
  while (waiting.Next(absl::Milliseconds(50), &message) == Call::Got::kMessage) continue;
  EXPECT_EQ(waiting.Finish().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace chirograph::internal::stream_call_test
