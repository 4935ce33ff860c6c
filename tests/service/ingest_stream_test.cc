// SPDX-License-Identifier: Apache-2.0
#include "service/ingest_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "proto/stored_format.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_services.h"

namespace chirograph::ingest_stream_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using What = HookedLogStore::What;

// One call, with what a client does to it.
class IngestCall {
 public:
  explicit IngestCall(TestClient& client) {
    context_.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    stream_ = client.archive().IngestArticles(&context_);
  }
  // Tags are the articles' numbers.
  bool Send(const std::vector<v1::Article>& articles) {
    v1::IngestArticlesRequest request;
    for (const v1::Article& article : articles) {
      v1::TaggedSubmission& submission = *request.add_submissions();
      submission.set_tag(static_cast<std::uint64_t>(article.quality()));
      *submission.mutable_article() = article;
    }
    return Send(request);
  }
  bool Send(const v1::IngestArticlesRequest& request) { return stream_->Write(request); }
  void Close() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }
  std::optional<v1::IngestArticlesResponse> Read() {
    v1::IngestArticlesResponse response;
    if (!stream_->Read(&response)) return std::nullopt;
    return response;
  }
  // All that is still to come.
  std::vector<v1::IngestArticlesResponse> ReadAll() {
    std::vector<v1::IngestArticlesResponse> responses;
    while (auto response = Read()) responses.push_back(*std::move(response));
    return responses;
  }
  grpc::Status Finish() { return stream_->Finish(); }
  std::optional<v1::ErrorReason> FinishReason() {
    const grpc::Status status = Finish();
    return ReadRpcError(status.error_code(), status.error_message(), status.error_details()).reason;
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::IngestArticlesRequest, v1::IngestArticlesResponse>> stream_;
};

std::vector<v1::SubmissionOutcome> OutcomesOf(const std::vector<v1::IngestArticlesResponse>& responses) {
  std::vector<v1::SubmissionOutcome> outcomes;
  for (const auto& response : responses) {
    EXPECT_GT(response.outcomes_size(), 0);
    EXPECT_LE(response.ByteSizeLong(), limits::kMaxStreamMessageBytes);
    outcomes.insert(outcomes.end(), response.outcomes().begin(), response.outcomes().end());
  }
  return outcomes;
}

std::vector<std::uint64_t> TagsOf(const std::vector<v1::SubmissionOutcome>& outcomes) {
  std::vector<std::uint64_t> tags;
  tags.reserve(outcomes.size());
  for (const auto& outcome : outcomes) tags.push_back(outcome.tag());
  return tags;
}

std::optional<v1::ErrorReason> RefusalOf(const v1::SubmissionOutcome& outcome) {
  return ReadRpcStatus(outcome.refusal()).reason;
}

class IngestStreamTest : public ServicesTest {
 protected:
  explicit IngestStreamTest(SequencerOptions options = {}) : ServicesTest({}, options) {}

  // What one stream answers to these, sent in one message.
  std::vector<v1::SubmissionOutcome> Ingest(const std::vector<v1::Article>& articles) {
    IngestCall call(client());
    EXPECT_TRUE(call.Send(articles));
    call.Close();
    std::vector<v1::SubmissionOutcome> outcomes = OutcomesOf(call.ReadAll());
    EXPECT_TRUE(call.Finish().ok());
    return outcomes;
  }
  std::vector<v1::Article> Articles(int first, int count) {
    std::vector<v1::Article> articles;
    for (int i = first; i < first + count; ++i) articles.push_back(publisher_.Article(i));
    return articles;
  }
  void HoldCommits() {
    store().OnCommit([this](LogStore& inner, const LogBatch& batch) {
      gate_.Pass();
      return inner.Commit(batch);
    });
  }

  Gate gate_;
};

// --- Answers ---

TEST_F(IngestStreamTest, EachIsAnsweredUnderItsTagInTheOrderOfSendingWithAReceiptThatVerifies) {
  IngestCall call(client());
  for (int first = 1; first <= 100; first += 20) ASSERT_TRUE(call.Send(Articles(first, 20)));
  call.Close();
  std::uint64_t index = 1;
  for (const v1::IngestArticlesResponse& response : call.ReadAll()) {
    for (const v1::SubmissionOutcome& outcome : response.outcomes()) {
      EXPECT_EQ(outcome.tag(), index);
      ASSERT_TRUE(outcome.has_receipt()) << outcome.ShortDebugString();
      EXPECT_EQ(outcome.receipt().index(), index);
      EXPECT_FALSE(outcome.already_archived());
      EXPECT_EQ(outcome.verification().verdict(), v1::VERDICT_VALID);
      v1::Receipt receipt = outcome.receipt();
      EXPECT_EQ(receipt.checkpoint(), "") << "the message has it, once";
      receipt.set_checkpoint(response.checkpoint());
      const VerifiedReceipt verified = VerifyReceipt(receipt, archive_.log());
      EXPECT_EQ(verified.record.verdict_at_ingest(), v1::VERDICT_VALID);
      ++index;
    }
  }
  EXPECT_EQ(index, 101u);
  EXPECT_TRUE(call.Finish().ok());
  EXPECT_EQ(archive_.tree_size(), 101u);
}

TEST_F(IngestStreamTest, AnAnswerComesWhileTheStreamIsOpen) {
  IngestCall call(client());
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(call.Send(Articles(i, 1)));
    const auto response = call.Read();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->outcomes(0).receipt().index(), static_cast<std::uint64_t>(i));
  }
  call.Close();
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(IngestStreamTest, ASourceDocumentIsTakenToo) {
  v1::IngestArticlesRequest request;
  request.add_submissions()->set_source_document(MakeDocument(7, "unknown.example"));
  IngestCall call(client());
  ASSERT_TRUE(call.Send(request));
  call.Close();
  const auto outcomes = OutcomesOf(call.ReadAll());
  ASSERT_THAT(outcomes, SizeIs(1));
  EXPECT_EQ(outcomes[0].verification().verdict(), v1::VERDICT_UNSIGNED);
  const auto opening = ParseOpening(outcomes[0].receipt().opening());
  ASSERT_THAT(opening, IsOk());
  EXPECT_TRUE(opening->has_source_digest());
}

TEST_F(IngestStreamTest, TheSameAgainIsAnsweredWithItsFirstIndex) {
  Ingest(Articles(1, 3));
  const auto outcomes = Ingest({publisher_.Article(2), publisher_.Article(9), publisher_.Article(9)});
  ASSERT_THAT(outcomes, SizeIs(3));
  std::map<std::uint64_t, std::vector<bool>> known;
  for (const auto& outcome : outcomes) known[outcome.receipt().index()].push_back(outcome.already_archived());
  EXPECT_THAT(known[2], ElementsAre(true));
  EXPECT_THAT(known[4], ElementsAre(false, true));
  EXPECT_EQ(archive_.tree_size(), 5u);
}

TEST_F(IngestStreamTest, AnEmptyMessageIsNoError) {
  IngestCall call(client());
  ASSERT_TRUE(call.Send(v1::IngestArticlesRequest()));
  ASSERT_TRUE(call.Send(Articles(1, 1)));
  call.Close();
  EXPECT_THAT(TagsOf(OutcomesOf(call.ReadAll())), ElementsAre(1));
  EXPECT_TRUE(call.Finish().ok());
}

TEST_F(IngestStreamTest, LongAnswersArePartedIntoMessages) {
  std::vector<v1::Article> articles;
  for (int i = 1; i <= 250; ++i) {
    v1::Article article = MakeArticle(i, "unknown.example");
    article.set_web_url("https://unknown.example/" + std::string(8000, 'x') + std::to_string(i));
    articles.push_back(std::move(article));
  }
  IngestCall call(client());
  ASSERT_TRUE(call.Send(articles));
  call.Close();
  const auto responses = call.ReadAll();
  EXPECT_GT(responses.size(), 2u);
  EXPECT_THAT(OutcomesOf(responses), SizeIs(250));  // and each message is under its limit
}

// --- Refusals ---

TEST_F(IngestStreamTest, ARefusalIsTheUnaryCallsAndTheOthersAreArchived) {
  v1::Article tampered = publisher_.Article(2);
  tampered.set_title("Tampered");
  v1::Article strange = publisher_.Article(3);
  (*strange.mutable_extra()->mutable_fields())["title"].set_string_value("twice");
  const auto outcomes = Ingest({publisher_.Article(1), tampered, strange, publisher_.Article(4)});
  ASSERT_THAT(outcomes, SizeIs(4));
  for (const auto& outcome : outcomes) {
    const bool refused = outcome.tag() == 2 || outcome.tag() == 3;
    EXPECT_EQ(outcome.has_refusal(), refused) << outcome.tag();
    EXPECT_EQ(outcome.has_verification(), !refused);
    if (!refused) continue;
    const auto unary = client().Ingest(outcome.tag() == 2 ? tampered : strange);
    EXPECT_FALSE(unary.ok());
    EXPECT_EQ(outcome.refusal().SerializeAsString(), unary.status.error_details());
  }
  EXPECT_EQ(archive_.tree_size(), 3u);
}

TEST_F(IngestStreamTest, ASubmissionOfNothingIsRefusedByItself) {
  v1::IngestArticlesRequest request;
  request.add_submissions()->set_tag(5);
  IngestCall call(client());
  ASSERT_TRUE(call.Send(request));
  ASSERT_TRUE(call.Send(Articles(1, 1)));
  call.Close();
  const auto outcomes = OutcomesOf(call.ReadAll());
  ASSERT_THAT(TagsOf(outcomes), ElementsAre(5, 1));
  EXPECT_EQ(RefusalOf(outcomes[0]), v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_TRUE(outcomes[1].has_receipt());
}

TEST_F(IngestStreamTest, AnArticleWhoseReceiptCannotBeMadeIsRefusedByItself) {
  Ingest(Articles(1, 2));
  store().Spoil(What::kOpening, 1, absl::UnavailableError("being opened again"));
  store().Spoil(What::kOpening, 2, std::string("\xFF"));
  const auto outcomes = Ingest({publisher_.Article(1), publisher_.Article(2), publisher_.Article(3)});
  ASSERT_THAT(TagsOf(outcomes), ElementsAre(1, 2, 3));
  EXPECT_EQ(RefusalOf(outcomes[0]), v1::ERROR_REASON_COMMIT_UNCERTAIN);
  EXPECT_EQ(RefusalOf(outcomes[1]), v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_EQ(outcomes[2].receipt().index(), 3u);
}

// --- The stream's own errors ---

TEST_F(IngestStreamTest, TooManySubmissionsInAMessageEndTheStreamAndNothingOfThemIsStored) {
  IngestCall call(client());
  ASSERT_TRUE(call.Send(Articles(1, 1)));
  v1::IngestArticlesRequest request;
  for (std::uint32_t i = 0; i <= limits::kMaxSubmissionsPerMessage; ++i) {
    *request.add_submissions()->mutable_article() = MakeArticle(static_cast<int>(i), "unknown.example");
  }
  ASSERT_TRUE(call.Send(request));
  EXPECT_THAT(TagsOf(OutcomesOf(call.ReadAll())), ElementsAre(1));
  EXPECT_EQ(call.FinishReason(), v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_EQ(archive_.tree_size(), 2u);
}

TEST_F(IngestStreamTest, AMessageThatWouldTakeTooMuchMemoryEndsTheStream) {
  IngestCall call(client());
  ASSERT_TRUE(call.Send(Articles(1, 1)));
  v1::IngestArticlesRequest request;
  v1::Article& article = *request.add_submissions()->mutable_article();
  for (int i = 0; i < 1'000'000; ++i) article.add_related();
  ASSERT_TRUE(call.Send(request));
  EXPECT_THAT(TagsOf(OutcomesOf(call.ReadAll())), ElementsAre(1));
  EXPECT_EQ(call.FinishReason(), v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_EQ(archive_.tree_size(), 2u);
}

TEST_F(IngestStreamTest, AMessageThatCannotBeReadEndsTheStreamWithAnErrorAfterWhatCameBefore) {
  grpc::GenericStub stub(client().channel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  v1::IngestArticlesRequest good;
  *good.add_submissions()->mutable_article() = publisher_.Article(1);
  const auto call = stub.PrepareCall(&context, "/chirograph.v1.ArchiveService/IngestArticles", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(wait());
  for (const std::string& bytes : {good.SerializeAsString(), std::string("\xff")}) {
    const grpc::Slice slice(bytes);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    ASSERT_TRUE(wait());
  }
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  EXPECT_TRUE(wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  ASSERT_TRUE(wait());
  EXPECT_EQ(ReadRpcError(status.error_code(), status.error_message(), status.error_details()).reason,
            v1::ERROR_REASON_REQUEST_INVALID)
      << status.error_message();
  EXPECT_EQ(archive_.tree_size(), 2u);
}

TEST_F(IngestStreamTest, AsManyAsAreAllowedAreTaken) {
  std::vector<v1::Article> articles;
  for (std::uint32_t i = 0; i < limits::kMaxSubmissionsPerMessage; ++i) {
    articles.push_back(MakeArticle(static_cast<int>(i), "unknown.example"));
  }
  EXPECT_THAT(Ingest(articles), SizeIs(limits::kMaxSubmissionsPerMessage));
}

TEST_F(IngestStreamTest, AStreamTooManyIsToldToComeBackAndOneThatEndsMakesRoom) {
  std::vector<std::unique_ptr<IngestCall>> open;
  for (std::size_t i = 0; i < kTestStreams; ++i) {
    open.push_back(std::make_unique<IngestCall>(client()));
    ASSERT_TRUE(open.back()->Send(Articles(static_cast<int>(i) + 1, 1)));
    ASSERT_TRUE(open.back()->Read());
  }
  IngestCall refused(client());
  EXPECT_FALSE(refused.Read());
  EXPECT_EQ(refused.FinishReason(), v1::ERROR_REASON_TOO_MANY_STREAMS);
  open.back()->Close();
  EXPECT_TRUE(open.back()->Finish().ok());
  // The server forgets a stream when gRPC is done with it, which the client does not see.
  for (;;) {
    IngestCall next(client());
    next.Send(Articles(9, 1));
    if (const auto response = next.Read()) {
      EXPECT_TRUE(response->outcomes(0).has_receipt());
      break;
    }
    ASSERT_EQ(next.FinishReason(), v1::ERROR_REASON_TOO_MANY_STREAMS);
  }
}

TEST_F(IngestStreamTest, AStopEndsAnIdleStreamAndLetsNoneBegin) {
  IngestCall call(client());
  ASSERT_TRUE(call.Send(Articles(1, 1)));
  ASSERT_TRUE(call.Read());
  services_.streams().StopAll();
  EXPECT_FALSE(call.Read());
  EXPECT_EQ(call.FinishReason(), v1::ERROR_REASON_SHUTTING_DOWN);
  IngestCall late(client());
  EXPECT_FALSE(late.Read());
  EXPECT_EQ(late.FinishReason(), v1::ERROR_REASON_SHUTTING_DOWN);
}

TEST_F(IngestStreamTest, AStopFirstAnswersWhatWasTaken) {
  HoldCommits();
  IngestCall call(client());
  ASSERT_TRUE(call.Send(Articles(1, 5)));
  gate_.AwaitArrivals();
  services_.streams().StopAll();
  gate_.Open();
  EXPECT_THAT(TagsOf(OutcomesOf(call.ReadAll())), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(call.FinishReason(), v1::ERROR_REASON_SHUTTING_DOWN);
}

// --- Flow control, and clients that go away ---

// Writes until the stream is ended, from a thread of its own.
class Flood {
 public:
  Flood(IngestCall& call, std::size_t url_bytes) : call_(call), url_(url_bytes, 'x') {
    thread_ = std::thread([this] {
      for (int first = 0;; first += kPerMessage) {
        std::vector<v1::Article> articles;
        for (int i = first; i < first + kPerMessage; ++i) {
          articles.push_back(MakeArticle(i, "flood.example"));
          articles.back().set_web_url("https://flood.example/" + url_ + std::to_string(i));
        }
        if (!call_.Send(articles)) return;
      }
    });
  }
  ~Flood() {
    call_.Cancel();
    thread_.join();
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  static constexpr int kPerMessage = 32;

 private:
  IngestCall& call_;
  const std::string url_;
  std::thread thread_;
};

TEST_F(IngestStreamTest, WhileTheStoreIsSlowNoMoreIsReadThanTheWindow) {
  HoldCommits();
  IngestCall call(client());
  const std::uint64_t before = archive_.clock.looks();
  Flood flood(call, 10);
  const auto admitted = [&] { return archive_.clock.looks() - before; };  // the clock is asked once for each
  while (admitted() < kIngestWindowArticles) std::this_thread::yield();
  // The server has all the time that it takes to serve these.
  for (int i = 0; i < 100; ++i) ASSERT_THAT(client().Checkpoint(), IsAnswered());
  EXPECT_LE(admitted(), kIngestWindowArticles + Flood::kPerMessage);
  gate_.Open();
}

TEST_F(IngestStreamTest, AClientThatReadsNoAnswersIsNotReadFromForEverAndHoldsUpNobody) {
  IngestCall call(client());
  constexpr std::size_t kUrlBytes = 8000;
  Flood flood(call, kUrlBytes);
  // Others are served beside it, for as long as the flood would need to bring 40 MB.
  std::uint64_t before = 0;
  for (int i = 1; i <= 200; ++i) {
    ASSERT_THAT(client().Ingest(publisher_.Article(i)), IsAnswered());
    before = archive_.tree_size();
  }
  for (int i = 201; i <= 250; ++i) ASSERT_THAT(client().Ingest(publisher_.Article(i)), IsAnswered());
  EXPECT_LE(archive_.tree_size() - before, 50u + kIngestWindowArticles) << "it is still read from";
}

TEST_F(IngestStreamTest, AStreamThatIsCutAtAnyMessageLeavesWholeArticlesOnly) {
  constexpr int kMessages = 20;
  constexpr int kPerMessage = 5;
  constexpr auto kArticles = static_cast<std::size_t>(kMessages * kPerMessage);
  for (int cut = 0; cut <= kMessages; ++cut) {
    SCOPED_TRACE(cut);
    const auto message = [this, cut](int i) {
      return Articles(1000 + cut * 1000 + i * kPerMessage, kPerMessage);
    };
    const std::uint64_t before = archive_.tree_size();
    {
      IngestCall call(client());
      for (int i = 0; i < cut; ++i) call.Send(message(i));
      call.Cancel();
      call.Finish();
    }
    // The same again finishes the work, wherever the server was in it: each is there once, and whole.
    IngestCall call(client());
    for (int i = 0; i < kMessages; ++i) ASSERT_TRUE(call.Send(message(i)));
    call.Close();
    const auto outcomes = OutcomesOf(call.ReadAll());
    ASSERT_THAT(outcomes, SizeIs(kArticles));
    std::set<std::uint64_t> indexes;
    for (const auto& outcome : outcomes) {
      ASSERT_TRUE(outcome.has_receipt());
      indexes.insert(outcome.receipt().index());
    }
    EXPECT_EQ(archive_.tree_size(), before + kArticles);
    EXPECT_THAT(indexes, SizeIs(kArticles));
    for (std::uint64_t index = before; index < archive_.tree_size(); ++index) {
      EXPECT_TRUE(indexes.contains(index)) << index;
      const auto opening = store().ReadOpening(index);
      const auto content = store().ReadContent(index);
      ASSERT_THAT(opening, IsOk());
      ASSERT_THAT(content, IsOk());
      EXPECT_EQ(AsBytes(Sha256(*opening)), archive_.ReadEntry(index).article_record().opening_digest());
      EXPECT_EQ(AsBytes(Sha256(*content)), ParseOpening(*opening)->content_digest());
    }
  }
}

class NarrowIngestStreamTest : public IngestStreamTest {
 protected:
  NarrowIngestStreamTest() : IngestStreamTest({.max_queued_articles = 4}) {}
};

TEST_F(NarrowIngestStreamTest, AFullQueueMakesAStreamWaitAndLeavesRoomForSingleCalls) {
  HoldCommits();
  IngestCall call(client());
  for (int first = 1; first <= 90; first += 3) ASSERT_TRUE(call.Send(Articles(first, 3)));
  call.Close();
  gate_.AwaitArrivals();
  std::thread single([this] { EXPECT_THAT(client().Ingest(publisher_.Article(100)), IsAnswered()); });
  gate_.Open();
  EXPECT_THAT(OutcomesOf(call.ReadAll()), SizeIs(90));  // none of them QUEUE_FULL
  EXPECT_TRUE(call.Finish().ok());
  single.join();
  EXPECT_EQ(archive_.tree_size(), 92u);
}

// A source document that is a hundred times as large as an article.
std::string ExpandingDocument(int number) {
  std::string document =
      fmt::format("---\ntitle: Expanding {}\nlong: &a {}\nlist:\n", number, std::string(1000, 'x'));
  for (int i = 0; i < 1200; ++i) document += "- *a\n";
  return document + "---\n";
}

class SmallQueueIngestStreamTest : public IngestStreamTest {
 protected:
  SmallQueueIngestStreamTest() : IngestStreamTest({.max_queued_bytes = std::size_t{16} << 20}) {}
};

TEST_F(SmallQueueIngestStreamTest, AMessageThatGrowsIsQueuedInPartsAndLeavesRoomForSingleCalls) {
  HoldCommits();
  v1::IngestArticlesRequest request;
  for (int i = 0; i < 40; ++i) {
    v1::TaggedSubmission& submission = *request.add_submissions();
    submission.set_tag(static_cast<std::uint64_t>(i));
    submission.set_source_document(ExpandingDocument(i));
  }
  ASSERT_LT(request.ByteSizeLong(), std::size_t{1} << 20);
  IngestCall call(client());
  ASSERT_TRUE(call.Send(request));
  call.Close();
  gate_.AwaitArrivals();
  std::thread single([this] { EXPECT_THAT(client().Ingest(publisher_.Article(100)), IsAnswered()); });
  for (int i = 0; i < 20; ++i) ASSERT_THAT(client().Checkpoint(), IsAnswered());
  gate_.Open();
  EXPECT_THAT(OutcomesOf(call.ReadAll()), SizeIs(40));
  EXPECT_TRUE(call.Finish().ok());
  single.join();
  EXPECT_EQ(archive_.tree_size(), 42u);
}

}  // namespace
}  // namespace chirograph::ingest_stream_test
