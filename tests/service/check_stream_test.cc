// SPDX-License-Identifier: Apache-2.0
//
// VerificationService.CheckArchive over a socket.
#include "service/check_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/archive_check.h"
#include "tests/service/test_services.h"

namespace chirograph::check_stream_test {
namespace {

using ::testing::IsEmpty;
using What = HookedLogStore::What;

constexpr std::uint64_t kTreeSize = 7;

class CheckStreamTest : public ServicesTest {
 protected:
  CheckStreamTest() { IngestArticles(kTreeSize - 1); }

  struct Outcome {
    grpc::Status status;
    std::vector<v1::CheckedArticle> articles;
    std::vector<v1::Finding> findings;
    v1::CheckSummary summary;
    int summaries = 0;
  };
  Outcome Check(const v1::CheckArchiveRequest& request = {}) {
    const auto answer =
        CallForStream(client().verification(), &v1::VerificationService::Stub::CheckArchive, request);
    Outcome outcome{.status = answer.status};
    for (const v1::CheckArchiveResponse& message : answer.response) {
      EXPECT_GT(message.ByteSizeLong(), 0u);
      outcome.articles.insert(outcome.articles.end(), message.articles().begin(), message.articles().end());
      outcome.findings.insert(outcome.findings.end(), message.findings().begin(), message.findings().end());
      if (!message.has_summary()) continue;
      ++outcome.summaries;
      outcome.summary = message.summary();
      EXPECT_EQ(&message, &answer.response.back());
    }
    return outcome;
  }
  void CatchUp() { ASSERT_TRUE(archive_.CatchUp().ok()); }
  Answer<std::vector<v1::CheckArchiveResponse>> Ask(const v1::CheckArchiveRequest& request) {
    return CallForStream(client().verification(), &v1::VerificationService::Stub::CheckArchive, request);
  }
};

TEST_F(CheckStreamTest, ChecksWhatIsServed) {
  CatchUp();
  const Outcome outcome = Check();
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.error_message();
  EXPECT_THAT(outcome.findings, IsEmpty());
  ASSERT_EQ(outcome.articles.size(), kTreeSize - 1);
  EXPECT_EQ(outcome.articles.front().standing(), v1::ARTICLE_STANDING_VALID_NOW);
  EXPECT_EQ(outcome.summaries, 1);
  EXPECT_EQ(outcome.summary.heading(), kCheckHeading);
  EXPECT_EQ(outcome.summary.tree_size(), kTreeSize);
  EXPECT_EQ(outcome.summary.checkpoint(), archive_.sequencer().tree()->note);
  EXPECT_EQ(outcome.summary.catalog_tree_size(), kTreeSize);
  EXPECT_EQ(outcome.summary.signatures_verified(), kTreeSize - 1);
}

TEST_F(CheckStreamTest, ARangeAndFindingsAlone) {
  v1::CheckArchiveRequest request;
  request.set_start_index(3);
  request.set_end_index(5);
  Outcome outcome = Check(request);
  ASSERT_EQ(outcome.articles.size(), 2u);
  EXPECT_EQ(outcome.articles.front().index(), 3u);
  EXPECT_EQ(outcome.summary.start_index(), 3u);
  EXPECT_EQ(outcome.summary.end_index(), 5u);
  request.set_end_index(3);
  EXPECT_TRUE(Check(request).status.ok());
  request.set_end_index(5);
  request.set_findings_only(true);
  outcome = Check(request);
  EXPECT_THAT(outcome.articles, IsEmpty());
  EXPECT_EQ(outcome.summary.articles(), 2u);
}

TEST_F(CheckStreamTest, NothingBeyondTheTree) {
  v1::CheckArchiveRequest request;
  request.set_end_index(kTreeSize + 1);
  EXPECT_THAT(Ask(request), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  request.Clear();
  request.set_start_index(kTreeSize + 1);
  EXPECT_THAT(Ask(request), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  request.set_start_index(3);
  request.set_end_index(2);
  EXPECT_THAT(Ask(request), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
}

TEST_F(CheckStreamTest, DamageIsAFindingAndEndsNothing) {
  store().Spoil(What::kContent, 4, absl::DataLossError("a spoilt block"));
  store().Spoil(What::kEntry, 2, store().ReadEntry(3).value());
  const Outcome outcome = Check();
  EXPECT_TRUE(outcome.status.ok());
  ASSERT_GE(outcome.findings.size(), 2u);
  bool is_explained = false;
  for (const v1::Finding& finding : outcome.findings) {
    EXPECT_TRUE(finding.index() == 2 || finding.index() == 4) << finding.DebugString();
    is_explained = is_explained || finding.found() == "a spoilt block";
  }
  EXPECT_TRUE(is_explained);
  EXPECT_EQ(outcome.articles[3].index(), 4u);
  EXPECT_EQ(outcome.articles[3].finding_count(), 1u);
}

TEST_F(CheckStreamTest, AStoreThatCannotAnswerNowEndsIt) {
  store().Spoil(What::kEntry, 5, absl::UnavailableError("away"));
  EXPECT_THAT(Ask({}), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
}

TEST_F(CheckStreamTest, GoesOnBesideIngestAndChecksWhatThereWasAtItsBegin) {
  CatchUp();
  std::atomic<bool> stop = false;
  std::atomic<int> ingested = 0;
  std::thread ingest([&] {
    // So many at most: where checking is slow, the log would grow faster than it is checked, for good.
    for (int i = 1000; i < 1200 && (!stop || ingested < 10); ++i) {
      if (client().Ingest(publisher_.Article(i)).ok()) ++ingested;
    }
  });
  std::uint64_t tree_size = kTreeSize;
  for (int i = 0; i < 20; ++i) {
    const Outcome outcome = Check();
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.error_message();
    for (const v1::Finding& finding : outcome.findings) ADD_FAILURE() << finding.DebugString();
    EXPECT_GE(outcome.summary.tree_size(), tree_size);
    tree_size = outcome.summary.tree_size();
    EXPECT_EQ(outcome.summary.articles(), tree_size - 1);
  }
  stop = true;
  ingest.join();
  EXPECT_GE(ingested, 10);
}

// A call that is at its first message and waits for the test's clock.
class SlowCheck {
 public:
  explicit SlowCheck(TestClient& client) {
    v1::CheckArchiveRequest request;
    request.set_start_index(1);  // an article: the first step has something to say
    request.set_max_articles_per_second(1);
    context_.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    reader_ = client.verification().CheckArchive(&context_, request);
    v1::CheckArchiveResponse message;
    EXPECT_TRUE(reader_->Read(&message));
  }
  void Cancel() { context_.TryCancel(); }
  grpc::Status End() {
    v1::CheckArchiveResponse message;
    while (reader_->Read(&message)) continue;
    return reader_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::CheckArchiveResponse>> reader_;
};

TEST_F(CheckStreamTest, ThereAreSoManyAtATime) {
  std::vector<std::unique_ptr<SlowCheck>> checks;
  for (std::size_t i = 0; i < kTestStreams; ++i) checks.push_back(std::make_unique<SlowCheck>(client()));
  const auto refused = Ask({});
  EXPECT_THAT(refused, IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
  EXPECT_TRUE(refused.error().retry_delay.has_value());
  EXPECT_THAT(refused.status.error_message(), testing::HasSubstr("checks of the archive"));
  for (const auto& check : checks) check->Cancel();
  for (const auto& check : checks) EXPECT_EQ(check->End().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(CheckStreamTest, EndsWhenTheServerStops) {
  SlowCheck check(client());
  services_.checks().StopAll();
  const grpc::Status status = check.End();
  EXPECT_EQ(ReadRpcError(status.error_code(), status.error_message(), status.error_details()).reason,
            v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_THAT(Ask({}), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
}

TEST_F(CheckStreamTest, GoesAsFastAsTheClockWhereThatIsItsLimit) {
  SlowCheck check(client());
  std::atomic<bool> stop = false;
  std::thread time([this, &stop] {
    while (!stop) archive_.clock.Advance(absl::Milliseconds(50));
  });
  const grpc::Status status = check.End();
  stop = true;
  time.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace chirograph::check_stream_test
