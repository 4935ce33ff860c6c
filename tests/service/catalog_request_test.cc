// SPDX-License-Identifier: Apache-2.0
//
// What is refused is in list_articles_test.cc and page_lookup_test.cc, with the field that is named.
#include "service/catalog_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/service/status_matchers.h"

namespace chirograph::catalog_request_test {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(ReadCatalogQueryTest, AnEmptyRequestIsEverythingByIndex) {
  const auto query = ReadCatalogQuery(v1::ListArticlesRequest());
  ASSERT_THAT(query, IsOk());
  EXPECT_EQ(query->publisher_domain, std::nullopt);
  EXPECT_THAT(query->topics, IsEmpty());
  EXPECT_EQ(query->category, std::nullopt);
  EXPECT_EQ(query->type, std::nullopt);
  EXPECT_THAT(query->verdicts, IsEmpty());
  EXPECT_THAT(query->url_prefix, IsEmpty());
  EXPECT_EQ(query->published_from, std::nullopt);
  EXPECT_EQ(query->ingested_until, std::nullopt);
  EXPECT_EQ(query->first_index, 0u);
  EXPECT_EQ(query->end_index, CatalogQuery().end_index);
  EXPECT_EQ(query->order, CatalogOrder::kIndexAscending);
}

TEST(ReadCatalogQueryTest, EachFieldIsRead) {
  v1::ListArticlesRequest request;
  v1::ArticleFilter& filter = *request.mutable_filter();
  filter.set_publisher_domain("News.Example");
  filter.add_topics("b");
  filter.add_topics("a");
  filter.set_category("");
  filter.set_type("video");
  filter.add_verdicts(v1::VERDICT_INVALID);
  filter.add_verdicts(v1::VERDICT_VALID);
  filter.add_verdicts(v1::VERDICT_INVALID);
  filter.set_url_prefix("https://");
  filter.mutable_published_from()->set_seconds(-1);
  filter.mutable_published_until()->set_nanos(999'999'999);
  filter.mutable_ingested_from()->set_seconds(3);
  filter.mutable_ingested_until()->set_seconds(4);
  filter.set_first_index(5);
  filter.set_end_index(0);
  request.set_order(v1::LIST_ORDER_PUBLISHED_DESCENDING);
  const auto query = ReadCatalogQuery(request);
  ASSERT_THAT(query, IsOk());
  EXPECT_EQ(query->publisher_domain, "news.example");
  EXPECT_THAT(query->topics, ElementsAre("b", "a"));
  EXPECT_EQ(query->category, "");
  EXPECT_EQ(query->type, "video");
  EXPECT_THAT(query->verdicts, ElementsAre(Verdict::kValid, Verdict::kInvalid));
  EXPECT_EQ(query->url_prefix, "https://");
  EXPECT_EQ(query->published_from, absl::FromUnixSeconds(-1));
  EXPECT_EQ(query->published_until, absl::UnixEpoch() + absl::Nanoseconds(999'999'999));
  EXPECT_EQ(query->ingested_from, absl::FromUnixSeconds(3));
  EXPECT_EQ(query->ingested_until, absl::FromUnixSeconds(4));
  EXPECT_EQ(query->first_index, 5u);
  EXPECT_EQ(query->end_index, 0u);
  EXPECT_EQ(query->order, CatalogOrder::kPublishedDescending);
}

TEST(ReadPageQueryTest, WithoutVerdictsAllOfThemCount) {
  v1::GetArticleRequest request;
  request.set_url("u");
  const auto query = ReadPageQuery(request);
  ASSERT_THAT(query, IsOk());
  EXPECT_EQ(query->url, "u");
  EXPECT_EQ(query->publisher_domain, std::nullopt);
  EXPECT_EQ(query->as_of, std::nullopt);
  EXPECT_THAT(query->verdicts, ElementsAreArray(kAllVerdicts));
}

TEST(ReadPageQueryTest, AnEmptyPublisherIsOneThatIsNotNamed) {
  v1::ListVersionsRequest request;
  request.set_url("u");
  request.set_publisher_domain("");
  request.mutable_as_of()->set_seconds(7);
  request.add_verdicts(v1::VERDICT_UNKNOWN_KEY);
  const auto query = ReadPageQuery(request);
  ASSERT_THAT(query, IsOk());
  EXPECT_EQ(query->publisher_domain, "");
  EXPECT_EQ(query->as_of, absl::FromUnixSeconds(7));
  EXPECT_THAT(query->verdicts, ElementsAre(Verdict::kUnknownKey));
}

TEST(ReadVersionOrderTest, IsByIndexEitherWay) {
  v1::ListVersionsRequest request;
  EXPECT_EQ(ReadVersionOrder(request).value(), false);
  request.set_order(v1::LIST_ORDER_INDEX_ASCENDING);
  EXPECT_EQ(ReadVersionOrder(request).value(), false);
  request.set_order(v1::LIST_ORDER_INDEX_DESCENDING);
  EXPECT_EQ(ReadVersionOrder(request).value(), true);
}

}  // namespace
}  // namespace chirograph::catalog_request_test
