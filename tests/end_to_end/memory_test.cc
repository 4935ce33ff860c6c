// SPDX-License-Identifier: Apache-2.0
//
// Clients that send or ask, and never read: what they cost chirographd in memory.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "chirograph/v1/archive_service.grpc.pb.h"
#include "crypto/mutex.h"
#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::memory_test {
namespace {

constexpr int kMebibyte = 1 << 20;
constexpr int kArticlesPerMessage = 200;
constexpr int kArticleBytes = 16'000;
// What service/ingest_stream.h says of one stream: a message as it came, which is read into several times its
// size (4), articles that wait, answers.
constexpr int kIngestStreamMebibytes = 4 * 4 + 8 + 4;
// A message that is being written, as it was made and as it is sent, and what the connection holds of it.
constexpr int kListStreamMebibytes = 4;

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);  // what is not read stays with the server
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

v1::IngestArticlesRequest MessageOf(int number) {
  v1::IngestArticlesRequest message;
  for (int i = 0; i < kArticlesPerMessage; ++i) {
    v1::TaggedSubmission& submission = *message.add_submissions();
    submission.set_tag(static_cast<std::uint64_t>(i));
    v1::Article& article = *submission.mutable_article();
    article.set_title(fmt::format("Article {} of stream {}", i, number));
    article.set_web_url(fmt::format("https://other.example/{}/{}", number, i));
    article.mutable_provider()->set_domain("other.example");
    article.set_body(std::string(kArticleBytes, static_cast<char>('a' + i % 26)));
  }
  return message;
}

// A stream on a connection of its own that sends the same message again and again, and never reads.
class Flood final : public grpc::ClientBidiReactor<v1::IngestArticlesRequest, v1::IngestArticlesResponse> {
 public:
  Flood(const std::string& address, int number, std::atomic<std::int64_t>& taken_bytes)
      : channel_(Connect(address)),
        stub_(v1::ArchiveService::NewStub(channel_)),
        message_(MessageOf(number)),
        message_bytes_(static_cast<std::int64_t>(message_.ByteSizeLong())),
        taken_bytes_(taken_bytes) {
    stub_->async()->IngestArticles(&context_, this);
    StartWrite(&message_);
    StartCall();
  }
  ~Flood() override {
    context_.TryCancel();
    MutexLock lock(mutex_);
    while (!done_) ended_.Wait(mutex_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return;
    taken_bytes_ += message_bytes_;
    StartWrite(&message_);
  }
  void OnDone(const grpc::Status& /*status*/) override {
    MutexLock lock(mutex_);
    done_ = true;
    ended_.NotifyAll();
  }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::ArchiveService::Stub> stub_;
  grpc::ClientContext context_;
  const v1::IngestArticlesRequest message_;
  const std::int64_t message_bytes_;
  std::atomic<std::int64_t>& taken_bytes_;
  Mutex mutex_;
  CondVar ended_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

class MemoryTest : public testing::Test {
 protected:
  MemoryTest() { archive_.Start(); }

  // Archives one message's articles, as a client that reads does.
  void Ingest(int number) {
    const auto stub = v1::ArchiveService::NewStub(Connect(archive_.address()));
    grpc::ClientContext context;
    const auto call = stub->IngestArticles(&context);
    ASSERT_TRUE(call->Write(MessageOf(number)));
    call->WritesDone();
    int answers = 0;
    for (v1::IngestArticlesResponse message; call->Read(&message);) answers += message.outcomes_size();
    ASSERT_TRUE(call->Finish().ok());
    ASSERT_EQ(answers, kArticlesPerMessage);
  }

  // The most that the server had in memory so far.
  int PeakMebibytes() {
    const std::string status = ReadBytes(fmt::format("/proc/{}/status", archive_.server().pid()));
    const std::size_t at = status.find("VmHWM:");
    if (at != std::string::npos) return std::stoi(status.substr(at + 6)) / 1024;  // it is in kB
    ADD_FAILURE() << "no VmHWM in " << status;
    return 0;
  }

  // Waits until `taken` has not changed for a second, or is at `most`.
  static void AwaitStandstill(const std::atomic<std::int64_t>& taken, std::int64_t most) {
    std::int64_t before = -1;
    absl::Time changed = absl::Now();
    while (taken < most && absl::Now() - changed < absl::Seconds(1)) {
      if (taken != before) {
        before = taken;
        changed = absl::Now();
      }
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

  static void ExpectGrowth(const std::string& what, int mebibytes, int most) {
    std::cout << what << ": " << mebibytes << " MiB more, of " << most << " MiB\n";
#ifndef CHIROGRAPH_SANITIZED  // whose shadow and quarantine are many times what is measured
    EXPECT_LE(mebibytes, most) << what;
#endif
  }

  ArchiveUnderTest archive_;
};

TEST_F(MemoryTest, StreamsThatSendAndNeverReadAreBounded) {
  constexpr int kStreams = 12;
  constexpr std::int64_t kFlood = std::int64_t{1} << 30;
  for (int i = 0; i < kStreams; ++i) ASSERT_NO_FATAL_FAILURE(Ingest(i));
  const int before = PeakMebibytes();
  std::atomic<std::int64_t> taken = 0;
  {
    std::vector<std::unique_ptr<Flood>> floods;
    for (int i = 0; i < kStreams; ++i)
      floods.push_back(std::make_unique<Flood>(archive_.address(), i, taken));
    AwaitStandstill(taken, kFlood);
    EXPECT_LT(taken, kFlood) << "it is still read from";
    EXPECT_GE(taken, kStreams * std::int64_t{kArticlesPerMessage} * kArticleBytes) << "each was read from";
    ExpectGrowth(fmt::format("{} streams that were taken {} MiB from", kStreams, taken / kMebibyte),
                 PeakMebibytes() - before, kStreams * kIngestStreamMebibytes);
  }
  ASSERT_NO_FATAL_FAILURE(Ingest(kStreams)) << "others are served";
}

TEST_F(MemoryTest, ListsAndWatchesThatNobodyReadsAreBounded) {
  constexpr int kConnections = 8;
  constexpr int kListsEach = 4;
  for (int i = 0; i < 10; ++i) ASSERT_NO_FATAL_FAILURE(Ingest(i));  // 32 MiB for each list to send
  const int before = PeakMebibytes();
  v1::ListArticlesRequest list;
  list.set_view(v1::ARTICLE_VIEW_ARTICLE);
  v1::WatchArticlesRequest watch;
  watch.set_view(v1::ARTICLE_VIEW_ARTICLE);
  watch.set_start_index(0);
  {
    std::vector<std::unique_ptr<v1::ArchiveService::Stub>> stubs;
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    std::vector<std::unique_ptr<grpc::ClientReader<v1::ListArticlesResponse>>> lists;
    std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchArticlesResponse>>> watches;
    const auto context = [&contexts] {
      return contexts.emplace_back(std::make_unique<grpc::ClientContext>()).get();
    };
    for (int i = 0; i < kConnections; ++i) {
      stubs.push_back(v1::ArchiveService::NewStub(Connect(archive_.address())));
      for (int n = 0; n < kListsEach; ++n) {
        lists.push_back(stubs.back()->ListArticles(context(), list));
        watches.push_back(stubs.back()->WatchArticles(context(), watch));
      }
    }
    // One message of each: then all have begun, and the server has gone on to the next.
    v1::ListArticlesResponse listed;
    for (const auto& reader : lists) EXPECT_TRUE(reader->Read(&listed));
    v1::WatchArticlesResponse watched;
    for (const auto& reader : watches) EXPECT_TRUE(reader->Read(&watched));
    absl::SleepFor(absl::Seconds(1));
    ExpectGrowth(fmt::format("{} lists and as many watches", kConnections * kListsEach),
                 PeakMebibytes() - before, 2 * kConnections * kListsEach * kListStreamMebibytes);
    for (const auto& one : contexts) one->TryCancel();
    for (const auto& reader : lists) reader->Finish();
    for (const auto& reader : watches) reader->Finish();
  }
  ASSERT_NO_FATAL_FAILURE(Ingest(10)) << "others are served";
}

}  // namespace
}  // namespace chirograph::memory_test
