// SPDX-License-Identifier: Apache-2.0
#include "client/internal/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/archive_service.pb.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/client/test_log.h"

namespace chirograph::internal::submission_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(PrepareTest, ReadsADocumentAndPointsIntoIt) {
  const Submission submission = SourceDocument{MakeDocument("a title", "news.example")};
  const absl::StatusOr<PreparedSubmission> prepared = Prepare(submission);
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_EQ(prepared->article.title(), "a title");
  EXPECT_EQ(prepared->canonical_form, *CanonicalForm(prepared->article));
  EXPECT_EQ(prepared->article_digest, Sha256(prepared->canonical_form));
  ASSERT_TRUE(prepared->source.has_value());
  EXPECT_EQ(prepared->source->data(), std::get<SourceDocument>(submission).bytes.data());
}

TEST(PrepareTest, AMessageHasTheSameDigestAndNoSource) {
  const std::string document = MakeDocument("a title", "news.example");
  const absl::StatusOr<PreparedSubmission> prepared = Prepare(*ParseDocument(document));
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_EQ(prepared->article_digest, Prepare(SourceDocument{document})->article_digest);
  EXPECT_FALSE(prepared->source.has_value());
}

TEST(PrepareTest, ADocumentThatCannotBeReadIsRefusedWithItsPosition) {
  const absl::Status status = Prepare(SourceDocument{"---\na: 1\na: 2\n---\n"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(PositionOf(status).has_value());
  EXPECT_EQ(PositionOf(status)->line, 3);
}

TEST(PrepareTest, ADocumentOverTheLimitsIsRefusedHoweverItIsTooLarge) {
  const std::string document = MakeDocument("a title", "news.example");
  const SourceDocument too_long{document + std::string(limits::kMaxSourceDocumentBytes, 'x')};
  EXPECT_EQ(Prepare(too_long).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(PositionOf(Prepare(too_long).status()).has_value());
  const SourceDocument long_in_json{document + std::string(limits::kMaxCanonicalFormBytes / 2, '"')};
  EXPECT_EQ(Prepare(long_in_json).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(PrepareTest, AMessageThatIsNoDocumentsIsRefused) {
  v1::Article article;
  article.set_body(" ");
  EXPECT_EQ(Prepare(article).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SetInputTest, SendsWhatWasGivenInTheFormInWhichItWasGiven) {
  v1::IngestArticleRequest request;
  SetInput(SourceDocument{"bytes \xff"}, &request);
  EXPECT_EQ(request.source_document(), "bytes \xff");
  EXPECT_FALSE(request.has_article());
  v1::Article article;
  article.set_title("t");
  SetInput(article, &request);
  EXPECT_EQ(request.article().title(), "t");
  EXPECT_FALSE(request.has_source_document());
}

class CheckVerificationTest : public ::testing::Test {
 protected:
  CheckVerificationTest() {
    result_.set_verdict(v1::VERDICT_UNSIGNED);
    result_.set_reason(v1::VERDICT_REASON_NO_SECURED_FIELD);
    result_.set_article_digest(std::string(AsBytes(prepared_.article_digest)));
    result_.set_publisher_domain("news.example");
  }
  std::string Failed() {
    const std::optional<Failure> failure = CheckVerification(result_, prepared_, "the answer");
    if (!failure.has_value()) return "it passes";
    EXPECT_EQ(failure->kind, FailureKind::kDoesNotCheck);
    return std::string(failure->status.message());
  }

  const PreparedSubmission prepared_ = *Prepare(*ParseDocument(MakeDocument("a title", "News.Example")));
  v1::VerificationResult result_;
};

TEST_F(CheckVerificationTest, TakesAnAnswerAboutWhatWasSent) { EXPECT_EQ(Failed(), "it passes"); }

TEST_F(CheckVerificationTest, FindsThatTheVerdictOrItsReasonIsNone) {
  result_.clear_verdict();
  EXPECT_EQ(Failed(), "the answer has no verdict");
  result_.set_verdict(static_cast<v1::Verdict>(4711));
  EXPECT_EQ(Failed(), "the answer has no verdict");
  result_.set_verdict(v1::VERDICT_UNSIGNED);
  result_.clear_reason();
  EXPECT_EQ(Failed(), "the answer has no verdict");
}

TEST_F(CheckVerificationTest, FindsAnotherArticleAndNamesBoth) {
  result_.set_article_digest(std::string(32, '\xab'));
  EXPECT_THAT(Failed(), AllOf(HasSubstr("sha256:abab"), HasSubstr(ToHex(prepared_.article_digest))));
}

TEST_F(CheckVerificationTest, FindsAnotherPublisherAndNamesBoth) {
  for (const std::string publisher : {"other.example", "News.Example", ""}) {
    result_.set_publisher_domain(publisher);
    EXPECT_THAT(Failed(), AllOf(HasSubstr("'" + publisher + "'"), HasSubstr("'news.example'")));
  }
}

}  // namespace
}  // namespace chirograph::internal::submission_test
