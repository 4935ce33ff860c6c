// SPDX-License-Identifier: Apache-2.0
#include "service/verify_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/limits.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/service/test_services.h"

namespace chirograph::verify_stream_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class VerifyCall {
 public:
  explicit VerifyCall(TestClient& client) {
    context_.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    stream_ = client.verification().VerifyArticles(&context_);
  }
  bool Send(const v1::VerifyArticlesRequest& request) { return stream_->Write(request); }
  void Close() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }
  bool Read(v1::VerifyArticlesResponse* response) { return stream_->Read(response); }
  // All that is still to come.
  std::vector<v1::VerifyArticlesResponse> ReadAll() {
    std::vector<v1::VerifyArticlesResponse> responses;
    for (v1::VerifyArticlesResponse response; stream_->Read(&response);) responses.push_back(response);
    return responses;
  }
  Answer<int> Finish() { return {stream_->Finish(), 0}; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::VerifyArticlesRequest, v1::VerifyArticlesResponse>> stream_;
};

std::vector<v1::VerificationOutcome> OutcomesOf(const std::vector<v1::VerifyArticlesResponse>& responses) {
  std::vector<v1::VerificationOutcome> outcomes;
  for (const auto& response : responses) {
    EXPECT_GT(response.outcomes_size(), 0);
    if (response.outcomes_size() > 1) {
      EXPECT_LE(response.ByteSizeLong(), limits::kMaxStreamMessageBytes);
    }
    outcomes.insert(outcomes.end(), response.outcomes().begin(), response.outcomes().end());
  }
  return outcomes;
}

class VerifyStreamTest : public ServicesTest {
 protected:
  static void Add(std::uint64_t tag, const v1::Article& article, v1::VerifyArticlesRequest* request) {
    v1::TaggedSubmission& submission = *request->add_submissions();
    submission.set_tag(tag);
    *submission.mutable_article() = article;
  }
  // The answers to these messages, on a stream that ends well.
  std::vector<v1::VerificationOutcome> Verify(const std::vector<v1::VerifyArticlesRequest>& requests) {
    VerifyCall call(client());
    for (const v1::VerifyArticlesRequest& request : requests) EXPECT_TRUE(call.Send(request));
    call.Close();
    std::vector<v1::VerificationOutcome> outcomes = OutcomesOf(call.ReadAll());
    EXPECT_THAT(call.Finish(), IsAnswered());
    return outcomes;
  }
};

TEST_F(VerifyStreamTest, EachIsAnsweredAsTheSingleCallAnswers) {
  v1::Article tampered = publisher_.Article(2);
  tampered.set_title("Tampered");
  ASSERT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered());
  v1::VerifyArticlesRequest request;
  request.set_include_canonical_form(true);
  request.mutable_evaluated_at()->set_seconds(1'700'000'000);
  Add(11, publisher_.Article(1), &request);
  Add(22, tampered, &request);
  v1::TaggedSubmission& document = *request.add_submissions();
  document.set_tag(33);
  document.set_source_document(publisher_.Document(3));
  v1::TaggedSubmission& unreadable = *request.add_submissions();
  unreadable.set_tag(44);
  unreadable.set_source_document("no front matter");
  request.add_submissions()->set_tag(55);  // without an input

  const auto outcomes = Verify({request});
  ASSERT_EQ(outcomes.size(), 5u);
  for (int i = 0; i < 5; ++i) {
    const v1::TaggedSubmission& sent = request.submissions(i);
    v1::VerifyArticleRequest single;
    *single.mutable_evaluated_at() = request.evaluated_at();
    single.set_include_canonical_form(true);
    if (sent.has_article()) *single.mutable_article() = sent.article();
    if (sent.has_source_document()) single.set_source_document(sent.source_document());
    const auto expected = client().Verify(single);
    const v1::VerificationOutcome& outcome = outcomes[static_cast<std::size_t>(i)];
    EXPECT_EQ(outcome.tag(), sent.tag());
    ASSERT_EQ(outcome.has_answer(), expected.ok());
    if (expected.ok()) {
      EXPECT_TRUE(MessageDifferencer::Equals(outcome.answer(), expected.response));
    } else {
      EXPECT_EQ(ReadRpcStatus(outcome.refusal()).reason, expected.error().reason);
      EXPECT_EQ(outcome.refusal().message(), expected.status.error_message());
    }
  }
  EXPECT_EQ(outcomes[0].answer().archived_index(), 1u);
  EXPECT_EQ(outcomes[1].answer().verification().verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(archive_.tree_size(), 2u) << "nothing is stored";
}

TEST_F(VerifyStreamTest, MessagesAreAnsweredInTheOrderOfSendingEachInItsManner) {
  std::vector<v1::VerifyArticlesRequest> requests(3);
  for (std::uint64_t tag = 0; tag < 9; ++tag) {
    Add(tag, publisher_.Article(static_cast<int>(tag)), &requests[tag / 3]);
  }
  requests[1].set_include_canonical_form(true);
  requests.insert(requests.begin() + 1, v1::VerifyArticlesRequest());  // of nothing, which is no error
  std::uint64_t tag = 0;
  for (const v1::VerificationOutcome& outcome : Verify(requests)) {
    EXPECT_EQ(outcome.tag(), tag);
    EXPECT_EQ(outcome.answer().verification().verdict(), v1::VERDICT_VALID);
    EXPECT_EQ(outcome.answer().has_canonical_form(), tag / 3 == 1);
    ++tag;
  }
  EXPECT_EQ(tag, 9u);
}

TEST_F(VerifyStreamTest, NoMessageIsOverOneMebibyteUnlessItHasOneAnswerAlone) {
  v1::VerifyArticlesRequest request;
  request.set_include_canonical_form(true);
  const std::vector<std::size_t> sizes = {400'000, 400'000, 400'000, 1'300'000, 10, 1'000'000, 10};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    v1::Article article = MakeArticle(static_cast<int>(i));
    article.set_body(std::string(sizes[i], 'x'));
    Add(i, article, &request);
  }
  VerifyCall call(client());
  ASSERT_TRUE(call.Send(request));
  call.Close();
  const auto responses = call.ReadAll();
  std::vector<int> counts;
  counts.reserve(responses.size());
  for (const auto& response : responses) counts.push_back(response.outcomes_size());
  EXPECT_THAT(counts, ElementsAre(2, 1, 1, 3));
  EXPECT_EQ(OutcomesOf(responses).size(), sizes.size());
  EXPECT_THAT(call.Finish(), IsAnswered());
}

TEST_F(VerifyStreamTest, AMessageThatIsNoneOfOursEndsTheStreamAfterWhatCameBefore) {
  using Change = std::function<void(v1::VerifyArticlesRequest&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"submissions",
       [](auto& request) {
         for (std::uint32_t i = 0; i <= limits::kMaxSubmissionsPerMessage; ++i) request.add_submissions();
       }},
      {"evaluated_at", [](auto& request) { request.mutable_evaluated_at()->set_nanos(-1); }},
  };
  for (const auto& [field, change] : changes) {
    v1::VerifyArticlesRequest good;
    Add(1, publisher_.Article(1), &good);
    v1::VerifyArticlesRequest bad = good;
    change(bad);
    VerifyCall call(client());
    ASSERT_TRUE(call.Send(good));
    ASSERT_TRUE(call.Send(bad));
    EXPECT_EQ(OutcomesOf(call.ReadAll()).size(), 1u) << field;
    const auto end = call.Finish();
    EXPECT_THAT(end, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
    EXPECT_THAT(end.error().field_violations, ElementsAre(Pair(field, ::testing::_)));
  }
}

TEST_F(VerifyStreamTest, BytesThatAreNoMessageAreSaidToBe) {
  const auto answer = CallWithBytes(client().channel(), "/chirograph.v1.VerificationService/VerifyArticles",
                                    "\x0a\x7f", true);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.status.error_message(), HasSubstr("no VerifyArticlesRequest"));
}

TEST_F(VerifyStreamTest, BeyondTheNumberOfStreamsTheNextIsRefusedUntilOneEnds) {
  auto first = std::make_unique<VerifyCall>(client());
  VerifyCall second(client());
  v1::VerifyArticlesRequest request;
  Add(1, publisher_.Article(1), &request);
  v1::VerifyArticlesResponse response;
  for (VerifyCall* call : {first.get(), &second}) {
    ASSERT_TRUE(call->Send(request));
    ASSERT_TRUE(call->Read(&response));
  }
  VerifyCall third(client());
  EXPECT_TRUE(third.ReadAll().empty());
  const auto refused = third.Finish();
  EXPECT_THAT(refused, IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
  EXPECT_TRUE(refused.error().retry_delay);
  first->Close();
  EXPECT_TRUE(first->ReadAll().empty());
  EXPECT_THAT(first->Finish(), IsAnswered());
  // The server hears of the end in its own time.
  for (bool taken = false; !taken;) {
    VerifyCall next(client());
    next.Send(request);
    taken = next.Read(&response);
    next.Close();
    const auto end = next.Finish();
    if (!taken) {
      ASSERT_THAT(end, IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
    }
  }
}

TEST_F(VerifyStreamTest, OneThatIsCancelledWhileItIsReadLeavesRoomForAnother) {
  for (int i = 0; i < 3 * static_cast<int>(kTestStreams); ++i) {
    VerifyCall call(client());
    v1::VerifyArticlesRequest request;
    Add(1, publisher_.Article(1), &request);
    v1::VerifyArticlesResponse response;
    // The server hears of the end of the one before in its own time.
    if (!call.Send(request) || !call.Read(&response)) {
      ASSERT_THAT(call.Finish(), IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
      --i;
      continue;
    }
    call.Cancel();
    EXPECT_EQ(call.Finish().status.error_code(), grpc::StatusCode::CANCELLED);
  }
}

TEST_F(VerifyStreamTest, AServerThatStopsEndsItAtOnce) {
  VerifyCall call(client());
  v1::VerifyArticlesRequest request;
  Add(1, publisher_.Article(1), &request);
  v1::VerifyArticlesResponse response;
  ASSERT_TRUE(call.Send(request));
  ASSERT_TRUE(call.Read(&response));
  services_.streams().StopAll();
  EXPECT_TRUE(call.ReadAll().empty());
  EXPECT_THAT(call.Finish(), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
}

}  // namespace
}  // namespace chirograph::verify_stream_test
