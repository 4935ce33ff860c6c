// SPDX-License-Identifier: Apache-2.0
//
// Each filter against a server that lies about it: article_list_test.cc.
#include "client/internal/article_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/stored_format.h"

namespace chirograph::internal::article_filter_test {
namespace {

using testing::Eq;
using testing::HasSubstr;

class ArticleFilterTest : public testing::Test {
 protected:
  ArticleFilterTest() {
    article_.report.index = 5;
    v1::ArticleRecord& record = *article_.report.log_entry.emplace().mutable_article_record();
    record.set_verdict_at_ingest(v1::VERDICT_VALID);
    *record.mutable_ingest_time() = ToTimestamp(time_);
    v1::Opening& opening = article_.report.opening.emplace();
    opening.set_publisher_domain("a.example");
    opening.set_url("https://a.example/1");
  }

  const absl::Time time_ = absl::FromUnixSeconds(1'000'000'000);
  ArchivedArticle article_;
  v1::ArticleFilter filter_;
};

TEST_F(ArticleFilterTest, BoundsAreFromAndUpToWithout) {
  EXPECT_THAT(WhyNotInFilter(filter_, article_), Eq(std::nullopt));
  *filter_.mutable_ingested_from() = ToTimestamp(time_);
  *filter_.mutable_ingested_until() = ToTimestamp(time_ + absl::Microseconds(1));
  filter_.set_first_index(5);
  filter_.set_end_index(6);
  EXPECT_THAT(WhyNotInFilter(filter_, article_), Eq(std::nullopt));
  filter_.set_end_index(5);
  EXPECT_THAT(WhyNotInFilter(filter_, article_).value_or(""), HasSubstr("its index"));
  filter_.clear_end_index();
  *filter_.mutable_ingested_until() = ToTimestamp(time_);
  EXPECT_THAT(WhyNotInFilter(filter_, article_).value_or(""), HasSubstr("it was archived 2001-09-09"));
}

TEST_F(ArticleFilterTest, WhatIsInTheArticleAloneIsLookedAtWhereThereIsOne) {
  filter_.set_category("sky");
  EXPECT_THAT(WhyNotInFilter(filter_, article_), Eq(std::nullopt));
  article_.article.emplace();
  EXPECT_THAT(WhyNotInFilter(filter_, article_).value_or(""), HasSubstr("its category is none"));
  filter_.set_category("");  // which is another than none
  EXPECT_TRUE(WhyNotInFilter(filter_, article_).has_value());
  article_.article->set_category("");
  EXPECT_THAT(WhyNotInFilter(filter_, article_), Eq(std::nullopt));
  *filter_.mutable_published_from() = ToTimestamp(time_);
  EXPECT_THAT(WhyNotInFilter(filter_, article_).value_or(""), HasSubstr("does not say when"));
}

TEST_F(ArticleFilterTest, PublishersAreComparedAsTheyAreRecorded) {
  EXPECT_EQ(PublisherAsRecorded("A.Example"), "a.example");
  EXPECT_EQ(PublisherAsRecorded(""), "");
  EXPECT_EQ(PublisherAsRecorded("no domain"), "no domain");
  UrlRef page;
  page.url = "https://a.example/1";
  page.publisher_domain = "A.EXAMPLE";
  page.as_of = time_;
  page.verdicts = {Verdict::kValid};
  EXPECT_THAT(WhyNotOfPage(page, article_.report), Eq(std::nullopt));
  page.verdicts = {Verdict::kInvalid};
  EXPECT_THAT(WhyNotOfPage(page, article_.report).value_or(""), HasSubstr("its verdict is VERDICT_VALID"));
  page.publisher_domain = "";
  EXPECT_THAT(WhyNotOfPage(page, article_.report).value_or(""), HasSubstr("its publisher is a.example"));
}

TEST_F(ArticleFilterTest, ARequestForVersionsIsAPage) {
  v1::ListVersionsRequest request;
  request.set_url("u");
  EXPECT_FALSE(PageOf(request).publisher_domain.has_value());
  EXPECT_FALSE(PageOf(request).as_of.has_value());
  request.set_publisher_domain("");
  *request.mutable_as_of() = ToTimestamp(time_);
  request.add_verdicts(v1::VERDICT_INVALID);
  EXPECT_EQ(PageOf(request).publisher_domain, "");
  EXPECT_EQ(PageOf(request).as_of, time_);
  EXPECT_THAT(PageOf(request).verdicts, testing::ElementsAre(Verdict::kInvalid));
}

}  // namespace
}  // namespace chirograph::internal::article_filter_test
