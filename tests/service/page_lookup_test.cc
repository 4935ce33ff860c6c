// SPDX-License-Identifier: Apache-2.0
//
// GetArticle by URL and ListVersions, which ask the same.
#include "service/page_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/proto/test_seed.h"
#include "tests/service/catalog_model.h"
#include "tests/service/test_services.h"

namespace chirograph::page_lookup_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kUrl[] = "https://news.example/story";

// Takes everything, so that any verdict can be had.
class PageLookupTest : public ServicesTest {
 protected:
  PageLookupTest() : ServicesTest(TakeEverything()) {}

  v1::Article Story(const std::string& text, std::string_view domain = kTestDomain) {
    v1::Article article = MakeArticle(0, domain);
    article.set_web_url(kUrl);
    article.set_body(text + "\n");
    return article;
  }
  v1::Article Signed(v1::Article article) {
    article.set_secured(publisher_.Secured(article));
    return article;
  }
  v1::Article Tampered(v1::Article article) {
    article.set_secured(publisher_.Secured(MakeArticle(9)));
    return article;
  }
  // Its index.
  std::uint64_t Ingest(const v1::Article& article) {
    archive_.clock.Advance(absl::Seconds(1));
    const auto answer = client().Ingest(article);
    EXPECT_THAT(answer, IsAnswered());
    return answer->receipt().index();
  }

  v1::GetArticleRequest ByUrl(std::initializer_list<v1::Verdict> verdicts = {}) {
    v1::GetArticleRequest request;
    request.set_url(kUrl);
    for (const v1::Verdict verdict : verdicts) request.add_verdicts(verdict);
    request.set_wait_for_tree_size(archive_.tree_size());
    return request;
  }
  std::vector<std::uint64_t> Versions(v1::ListVersionsRequest request) {
    request.set_url(kUrl);
    request.set_wait_for_tree_size(archive_.tree_size());
    const auto answer = client().Versions(request);
    EXPECT_THAT(answer, IsAnswered());
    std::vector<std::uint64_t> indexes;
    for (const v1::ListVersionsResponse& message : answer.response) {
      EXPECT_EQ(message.publisher_domain(), kTestDomain);
      for (v1::ListedArticle version : message.versions()) {
        version.mutable_receipt()->set_checkpoint(message.checkpoint());
        VerifyReceipt(version.receipt(), archive_.log());
        indexes.push_back(version.receipt().index());
      }
    }
    return indexes;
  }
};

TEST_F(PageLookupTest, TheNewestVersionIsTheAnswer) {
  Ingest(Signed(Story("one")));
  const std::uint64_t two = Ingest(Signed(Story("two")));
  auto request = ByUrl();
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  const auto answer = client().Get(request);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->receipt().index(), two);
  EXPECT_EQ(answer->article().body(), "two\n");
  EXPECT_EQ(answer->catalog_tree_size(), 3u);
  EXPECT_FALSE(answer->has_newer_not_valid_index());
  VerifyReceipt(answer->receipt(), archive_.log());
}

TEST_F(PageLookupTest, TheSameTextInAnotherWayIsNoVersion) {
  const std::uint64_t one = Ingest(Signed(Story("one")));
  const std::uint64_t two = Ingest(Signed(Story("two")));
  Ingest(Story("one"));
  Ingest(Tampered(Story("two")));
  EXPECT_EQ(client().Get(ByUrl())->receipt().index(), two);
  EXPECT_THAT(Versions({}), ElementsAre(one, two));
}

TEST_F(PageLookupTest, NobodyBecomesTheNewestOfAnothersUrl) {
  const std::uint64_t ours = Ingest(Signed(Story("ours")));
  const std::uint64_t theirs = Ingest(Story("theirs", "thief.example"));
  const auto ambiguous = client().Get(ByUrl());
  EXPECT_THAT(ambiguous, IsRefusedAs(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER));
  EXPECT_EQ(ambiguous.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(ambiguous.error().metadata, ElementsAre(Pair("publishers", "news.example,thief.example")));

  auto request = ByUrl();
  request.set_publisher_domain("NEWS.example");
  EXPECT_EQ(client().Get(request)->receipt().index(), ours);
  request.set_publisher_domain("thief.example");
  EXPECT_EQ(client().Get(request)->receipt().index(), theirs);
  EXPECT_EQ(client().Get(ByUrl({v1::VERDICT_VALID}))->receipt().index(), ours);
  request = ByUrl();
  *request.mutable_as_of() = ToTimestamp(kTestNow + absl::Seconds(1));
  EXPECT_EQ(client().Get(request)->receipt().index(), ours);

  v1::ListVersionsRequest versions;
  versions.set_url(kUrl);
  versions.set_wait_for_tree_size(archive_.tree_size());
  EXPECT_THAT(client().Versions(versions), IsRefusedAs(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER));
}

TEST_F(PageLookupTest, OfManyPublishersSomeAreNamed) {
  for (int i = 0; i < 20; ++i) {
    const std::string label(63, static_cast<char>('a' + i));
    Ingest(Story("text", fmt::format("{0}.{0}.{0}.example", label)));
  }
  const auto answer = client().Get(ByUrl());
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER));
  EXPECT_THAT(answer.error().metadata, Contains(Pair("more", "true")));
  for (const auto& [key, value] : answer.error().metadata) {
    if (key == "publishers") {
      EXPECT_EQ(std::count(value.begin(), value.end(), ','), 15);
    }
  }
}

TEST_F(PageLookupTest, ArticlesThatNameNoPublisherAreAPublishersOwn) {
  v1::Article nameless = Story("nameless");
  nameless.clear_provider();
  const std::uint64_t index = Ingest(nameless);
  EXPECT_EQ(client().Get(ByUrl())->receipt().index(), index);
  Ingest(Signed(Story("ours")));
  EXPECT_THAT(client().Get(ByUrl()).error().metadata, ElementsAre(Pair("publishers", ",news.example")));
  auto request = ByUrl();
  request.set_publisher_domain("");
  EXPECT_EQ(client().Get(request)->receipt().index(), index);
}

TEST_F(PageLookupTest, AsOfCountsSubmissionsUpToThatInstant) {
  const std::uint64_t one = Ingest(Signed(Story("one")));
  const std::uint64_t two = Ingest(Signed(Story("two")));
  auto request = ByUrl();
  const auto index_at = [&](absl::Time as_of) {
    *request.mutable_as_of() = ToTimestamp(as_of);
    return client().Get(request);
  };
  EXPECT_THAT(index_at(kTestNow), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  EXPECT_EQ(index_at(kTestNow + absl::Seconds(1))->receipt().index(), one);
  EXPECT_EQ(index_at(kTestNow + absl::Seconds(2) - absl::Microseconds(1))->receipt().index(), one);
  EXPECT_EQ(index_at(kTestNow + absl::Seconds(2))->receipt().index(), two);
  v1::ListVersionsRequest versions;
  *versions.mutable_as_of() = ToTimestamp(kTestNow + absl::Seconds(1));
  EXPECT_THAT(Versions(versions), ElementsAre(one));
}

TEST_F(PageLookupTest, AValidAnswerSaysThatANewerOneIsNot) {
  const std::uint64_t valid = Ingest(Signed(Story("one")));
  Ingest(Story("one"));
  EXPECT_FALSE(client().Get(ByUrl({v1::VERDICT_VALID}))->has_newer_not_valid_index()) << "the same text";
  Ingest(Story("two"));
  const std::uint64_t newest = Ingest(Tampered(Story("three")));
  const auto answer = client().Get(ByUrl({v1::VERDICT_VALID}));
  EXPECT_EQ(answer->receipt().index(), valid);
  EXPECT_EQ(answer->newer_not_valid_index(), newest);
  const auto not_valid = client().Get(ByUrl());
  EXPECT_EQ(not_valid->receipt().index(), newest);
  EXPECT_FALSE(not_valid->has_newer_not_valid_index());
  const std::uint64_t again = Ingest(Signed(Story("four")));
  EXPECT_EQ(client().Get(ByUrl())->receipt().index(), again);
  EXPECT_FALSE(client().Get(ByUrl())->has_newer_not_valid_index());
}

TEST_F(PageLookupTest, VersionsComeInEitherOrderAndInParts) {
  std::vector<std::uint64_t> indexes;
  for (int i = 0; i < 5; ++i) indexes.push_back(Ingest(Signed(Story(std::to_string(i)))));
  v1::ListVersionsRequest request;
  EXPECT_EQ(Versions(request), indexes);
  request.set_order(v1::LIST_ORDER_INDEX_DESCENDING);
  std::reverse(indexes.begin(), indexes.end());
  EXPECT_EQ(Versions(request), indexes);
  request.set_limit(2);
  request.set_url(kUrl);
  std::vector<std::uint64_t> found;
  do {
    const auto answer = client().Versions(request);
    ASSERT_THAT(answer, IsAnswered());
    for (const auto& version : answer.response.back().versions()) found.push_back(version.receipt().index());
    request.set_resume_token(answer.response.back().resume_token());
    if (found.size() == 2) Ingest(Signed(Story("later")));  // no part of this list
  } while (!request.resume_token().empty());
  EXPECT_EQ(found, indexes);
}

TEST_F(PageLookupTest, ATokenOfOtherVersionsOrOfAListIsRefused) {
  for (int i = 0; i < 3; ++i) Ingest(Signed(Story(std::to_string(i))));
  v1::ListVersionsRequest request;
  request.set_url(kUrl);
  request.set_limit(1);
  request.set_wait_for_tree_size(archive_.tree_size());
  request.set_resume_token(client().Versions(request).response.back().resume_token());
  ASSERT_THAT(client().Versions(request), IsAnswered());
  request.set_publisher_domain(std::string(kTestDomain));
  EXPECT_THAT(client().Versions(request), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  v1::ListArticlesRequest list;
  list.set_limit(1);
  request.clear_publisher_domain();
  request.set_resume_token(client().List(list).response.back().resume_token());
  EXPECT_THAT(client().Versions(request), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
}

TEST_F(PageLookupTest, WhatIsNotThereIsNotFound) {
  EXPECT_THAT(client().Get(ByUrl()), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  Ingest(Signed(Story("one")));
  auto request = ByUrl();
  request.set_publisher_domain("other.example");
  const auto answer = client().Get(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  EXPECT_THAT(answer.error().metadata,
              UnorderedElementsAre(Pair("url", kUrl), Pair("catalog_tree_size", "2")));
  EXPECT_THAT(client().Get(ByUrl({v1::VERDICT_INVALID})), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  v1::ListVersionsRequest versions;
  versions.set_url("https://news.example/other");
  EXPECT_THAT(client().Versions(versions), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
}

TEST_F(PageLookupTest, RefusesWhatIsOutOfItsRangeAndSaysWhich) {
  using Change = std::function<void(v1::GetArticleRequest&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"url", [](auto& request) { request.set_url(""); }},
      {"url", [](auto& request) { request.set_url(std::string(8193, 'u')); }},
      {"view", [](auto& request) { request.set_view(static_cast<v1::ArticleView>(99)); }},
      {"publisher_domain", [](auto& request) { request.set_publisher_domain("a b"); }},
      {"as_of", [](auto& request) { request.mutable_as_of()->set_nanos(-1); }},
      {"verdicts", [](auto& request) { request.add_verdicts(v1::VERDICT_UNSPECIFIED); }},
      // Without a url there is nothing to narrow.
      {"publisher_domain", [](auto& r) { r.set_index(1), r.set_publisher_domain("news.example"); }},
      {"as_of", [](auto& r) { r.set_index(1), r.mutable_as_of(); }},
      {"verdicts", [](auto& r) { r.set_index(1), r.add_verdicts(v1::VERDICT_VALID); }},
      {"wait_for_tree_size", [](auto& r) { r.set_index(1), r.set_wait_for_tree_size(1); }},
  };
  for (const auto& [field, change] : changes) {
    v1::GetArticleRequest request;
    request.set_url(kUrl);
    change(request);
    const auto answer = client().Get(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID)) << field;
    EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair(field, ::testing::_)));
  }
  v1::ListVersionsRequest versions;
  versions.set_url(kUrl);
  for (const v1::ListOrder order : {v1::LIST_ORDER_PUBLISHED_ASCENDING, static_cast<v1::ListOrder>(9)}) {
    versions.set_order(order);
    EXPECT_THAT(client().Versions(versions).error().field_violations,
                ElementsAre(Pair("order", ::testing::_)));
  }
}

TEST_F(PageLookupTest, ATreeSizeBeyondTheLogIsNotWaitedFor) {
  auto request = ByUrl();
  request.set_wait_for_tree_size(archive_.tree_size() + 1);
  EXPECT_THAT(client().Get(request), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
}

}  // namespace
}  // namespace chirograph::page_lookup_test
