// SPDX-License-Identifier: Apache-2.0
#include "service/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "proto/rpc_error.h"

namespace chirograph::request_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

template <class Request>
class ReadSubmissionTest : public ::testing::Test {};
using Requests = ::testing::Types<v1::IngestArticleRequest, v1::VerifyArticleRequest>;
TYPED_TEST_SUITE(ReadSubmissionTest, Requests);

TYPED_TEST(ReadSubmissionTest, TakesAnArticle) {
  TypeParam request;
  request.mutable_article()->set_title("A title");
  const auto submission = ReadSubmission(request);
  ASSERT_TRUE(submission.ok());
  ASSERT_TRUE(std::holds_alternative<const v1::Article*>(*submission));
  EXPECT_EQ(std::get<const v1::Article*>(*submission)->title(), "A title");
}

TYPED_TEST(ReadSubmissionTest, TakesASourceDocumentByteForByte) {
  const std::string bytes("\0not \xFF text", 11);
  TypeParam request;
  request.set_source_document(bytes);
  const auto submission = ReadSubmission(request);
  ASSERT_TRUE(submission.ok());
  ASSERT_TRUE(std::holds_alternative<const std::string*>(*submission));
  EXPECT_EQ(*std::get<const std::string*>(*submission), bytes);
}

TYPED_TEST(ReadSubmissionTest, AnEmptyDocumentIsASubmission) {
  TypeParam request;
  request.set_source_document("");
  const auto submission = ReadSubmission(request);
  ASSERT_TRUE(submission.ok());
  EXPECT_TRUE(std::holds_alternative<const std::string*>(*submission));
}

TYPED_TEST(ReadSubmissionTest, RefusesNone) {
  const auto submission = ReadSubmission(TypeParam());
  EXPECT_EQ(ReasonOf(submission.status()), v1::ERROR_REASON_REQUEST_INVALID);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(submission.status()));
  EXPECT_THAT(error.field_violations, ElementsAre(Pair("input", HasSubstr("article or a source_document"))));
}

TEST(RequestTest, InvalidFieldNamesTheField) {
  const absl::Status status = InvalidField("view", "there is no such view");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(status));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_EQ(error.message, "view: there is no such view");
  EXPECT_THAT(error.field_violations, ElementsAre(Pair("view", "there is no such view")));
}

TEST(RequestTest, BeyondTreeSizeSaysWhatWasAskedForAndHowLargeTheLogIs) {
  const absl::Status status = BeyondTreeSize("index", 41, 7);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(status));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_BEYOND_TREE_SIZE);
  EXPECT_EQ(error.message, "index 41 is beyond the log, which has 7 entries");
  EXPECT_THAT(error.metadata, UnorderedElementsAre(Pair("index", "41"), Pair("newest_tree_size", "7")));
}

TEST(RequestTest, BeyondTreeSizeKeepsBothNumbersForATreeSizeToo) {
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(BeyondTreeSize("tree_size", 9, 7)));
  EXPECT_THAT(error.metadata, UnorderedElementsAre(Pair("newest_tree_size", "7"), Pair("tree_size", "9")));
}

}  // namespace
}  // namespace chirograph::request_test
