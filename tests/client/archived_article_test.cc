// SPDX-License-Identifier: Apache-2.0
#include "client/archived_article.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chirograph/v1/error.pb.h"

namespace chirograph::archived_article_test {
namespace {

using testing::ElementsAre;

Failure FailureWith(v1::ErrorReason reason, std::vector<std::pair<std::string, std::string>> metadata) {
  Failure failure = CouldNot(absl::FailedPreconditionError("says no"));
  failure.server_error.emplace();
  failure.server_error->reason = reason;
  failure.server_error->metadata = std::move(metadata);
  return failure;
}

TEST(ArchivedArticleTest, NamesThePublishersThatAServerNames) {
  const auto two = AmbiguousPublishersOf(
      FailureWith(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER, {{"publishers", "a.example,b.example"}}));
  ASSERT_TRUE(two.has_value());
  EXPECT_THAT(two->domains, ElementsAre("a.example", "b.example"));
  EXPECT_FALSE(two->more);
  const auto more = AmbiguousPublishersOf(
      FailureWith(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER, {{"more", "true"}, {"publishers", ",a.example"}}));
  ASSERT_TRUE(more.has_value());
  EXPECT_THAT(more->domains, ElementsAre("", "a.example"));
  EXPECT_TRUE(more->more);
}

TEST(ArchivedArticleTest, ATerseServerNamesNobody) {
  const auto none = AmbiguousPublishersOf(FailureWith(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER, {}));
  ASSERT_TRUE(none.has_value());
  EXPECT_TRUE(none->domains.empty());
}

TEST(ArchivedArticleTest, AnotherFailureIsNoneOfThese) {
  EXPECT_FALSE(AmbiguousPublishersOf(CouldNot(absl::UnavailableError("away"))).has_value());
  EXPECT_FALSE(AmbiguousPublishersOf(FailureWith(v1::ERROR_REASON_ARTICLE_NOT_FOUND, {{"publishers", "a"}}))
                   .has_value());
}

}  // namespace
}  // namespace chirograph::archived_article_test
