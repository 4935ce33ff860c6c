// SPDX-License-Identifier: Apache-2.0
#include "service/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/rpc_error.h"
#include "service/request.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::verify_test {
namespace {

// An archive of which nothing is asked but to verify.
class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() : archive_(KeyringOf({&publisher_})), workers_(1) {
    EXPECT_THAT(archive_.StartCatalog(), IsOk());
  }
  absl::StatusOr<v1::VerifyArticleResponse> Ask(const absl::StatusOr<Submission>& submission,
                                                const VerifyManner& manner = {}) {
    const Archive parts{archive_.admission(),
                        archive_.store(),
                        archive_.sequencer(),
                        archive_.clock,
                        archive_.log(),
                        workers_,
                        archive_.catalog(),
                        streams_,
                        streams_,
                        nullptr};
    return Verify(parts, submission, manner);
  }

  const TestPublisher publisher_;
  TestArchive archive_;
  WorkerPool workers_;
  StreamRegistry streams_{1};
};

TEST_F(VerifyTest, SaysWhereTheSameSubmissionIsArchived) {
  const v1::Article article = publisher_.Article(1);
  EXPECT_FALSE(Ask(Submission(&article))->has_archived_index());
  ASSERT_THAT(archive_.Ingest(article), IsOk());
  EXPECT_EQ(Ask(Submission(&article))->archived_index(), 1u);
}

TEST_F(VerifyTest, TheSubmissionsErrorIsPassedOn) {
  const absl::Status error = InvalidField("input", "there is none");
  EXPECT_EQ(Ask(absl::StatusOr<Submission>(error)).status(), error);
}

TEST_F(VerifyTest, AStoreThatCannotAnswerIsAnError) {
  const v1::Article article = publisher_.Article(1);
  archive_.store().SpoilFind(absl::UnavailableError("being opened again"));
  EXPECT_EQ(ReasonOf(Ask(Submission(&article)).status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
}

TEST_F(VerifyTest, TheTimeAskedAboutIsTheAnswersToTheNanosecond) {
  const v1::Article article = publisher_.Article(1);
  VerifyManner manner;
  manner.evaluated_at.emplace().set_nanos(123'456'789);
  EXPECT_EQ(Ask(Submission(&article), manner)->verification().evaluated_at().nanos(), 123'456'789);
}

TEST(ReadMannerTest, ATimeThatIsNoneIsRefused) {
  v1::VerifyArticlesRequest request;
  EXPECT_FALSE(ReadManner(request)->evaluated_at);
  request.mutable_evaluated_at()->set_nanos(-1);
  EXPECT_EQ(ReasonOf(ReadManner(request).status()), v1::ERROR_REASON_REQUEST_INVALID);
}

}  // namespace
}  // namespace chirograph::verify_test
