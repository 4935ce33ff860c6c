// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClient::Get by URL and ListVersions: which version comes, and every way in which a server that
// answers with another one is found out.
#include "client/internal/article_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "proto/rpc_error.h"
#include "tests/client/listing_fixture.h"
#include "tests/client/test_listing.h"

namespace chirograph::article_request_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Indexes = std::vector<std::uint64_t>;

constexpr char kUrl[] = "https://page.example/1";

class PageTest : public ListingFixture {
 protected:
  PageTest() {
    TestLog log = server_.log();
    const auto add = [&log](const std::string& text, const char* publisher, absl::Duration later,
                            v1::Verdict verdict, v1::VerdictReason reason) {
      return log.AddDocument(
          fmt::format("---\nwebUrl: {}\nprovider: {{domain: {}}}\n---\n{}\n", kUrl, publisher, text), {},
          [=](v1::ArticleRecord& record, v1::Opening&, v1::Content&) {
            *record.mutable_ingest_time() = ToTimestamp(TestTime() + later);
            record.set_verdict_at_ingest(verdict);
            record.set_reason_at_ingest(reason);
          });
    };
    const auto unsigned_verdict = v1::VERDICT_UNSIGNED;
    const auto no_field = v1::VERDICT_REASON_NO_SECURED_FIELD;
    first_ = add("one", "page.example", absl::Hours(1), unsigned_verdict, no_field);
    second_ = add("two", "page.example", absl::Hours(2), unsigned_verdict, no_field);
    again_ = add("one # again", "page.example", absl::Hours(3), unsigned_verdict, no_field);
    server_.UseLog(log);
  }

  UrlRef Page() const {
    UrlRef page;
    page.url = kUrl;
    return page;
  }
  std::optional<std::uint64_t> IndexOf(const UrlRef& page) {
    const Answer<ArchivedArticle> answer = client_->Get(page, v1::ARTICLE_VIEW_ARTICLE);
    EXPECT_TRUE(answer.ok()) << answer.failure().status;
    if (!answer.ok()) return std::nullopt;
    EXPECT_EQ(answer->catalog_tree_size, server_.log().tree_size());
    return answer->report.index;
  }
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0;
  std::uint64_t again_ = 0;
};

TEST_F(PageTest, TheNewestVersionIsFoundAndWhatNarrowsItHolds) {
  EXPECT_EQ(IndexOf(Page()), again_);
  UrlRef page = Page();
  page.as_of = TestTime() + absl::Hours(2);
  EXPECT_EQ(IndexOf(page), second_);
  page.as_of = *page.as_of - absl::Microseconds(1);
  EXPECT_EQ(IndexOf(page), first_);
  page = Page();
  page.publisher_domain = "PAGE.example";
  page.verdicts = {Verdict::kValid, Verdict::kUnsigned};
  EXPECT_EQ(IndexOf(page), again_);
}

TEST_F(PageTest, SaysWhoseArticlesTheyAreWhereItIsNotClear) {
  TestLog log = server_.log();
  log.AddDocument(fmt::format("---\nwebUrl: {}\nprovider: {{domain: thief.example}}\n---\n", kUrl));
  server_.UseLog(log);
  const Answer<ArchivedArticle> answer = client_->Get(Page(), v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::kCouldNot);
  const auto publishers = AmbiguousPublishersOf(answer.failure());
  ASSERT_TRUE(publishers.has_value());
  EXPECT_THAT(publishers->domains, ElementsAre("page.example", "thief.example"));
  EXPECT_FALSE(publishers->more);
}

TEST_F(PageTest, AsksForAllThatWasSeenBefore) {
  ASSERT_TRUE(client_->LatestCheckpoint().ok());
  Lies lies;
  lies.get = [this](v1::GetArticleResponse& response) { response.set_catalog_tree_size(again_); };
  server_.Tell(lies);
  const Answer<ArchivedArticle> answer = client_->Get(Page(), v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::kDoesNotCheck);
}

TEST_F(PageTest, ADenialIsHeldAgainstReceipts) {
  ASSERT_TRUE(client_->Get(Page(), v1::ARTICLE_VIEW_RECORD).ok());
  const auto deny = [this](const std::string& catalog_tree_size) {
    Lies lies;
    lies.refuse = [=](std::string_view method) {
      return method == "GetArticle" ? MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no",
                                                {{"catalog_tree_size", catalog_tree_size}})
                                    : absl::OkStatus();
    };
    server_.Tell(lies);
  };
  deny(std::to_string(again_ + 1));
  EXPECT_EQ(client_->Get(Page(), v1::ARTICLE_VIEW_RECORD).failure().kind, FailureKind::kDoesNotCheck);
  // A catalog that is not so far does not know of it; and another page is none of the receipt's.
  deny(std::to_string(again_));
  EXPECT_EQ(client_->Get(Page(), v1::ARTICLE_VIEW_RECORD).failure().kind, FailureKind::kCouldNot);
  deny(std::to_string(again_ + 1));
  UrlRef other = Page();
  other.verdicts = {Verdict::kValid};
  EXPECT_EQ(client_->Get(other, v1::ARTICLE_VIEW_RECORD).failure().kind, FailureKind::kCouldNot);
}

TEST_F(PageTest, ListsVersionsInBothOrdersAndOverBrokenConnections) {
  for (const bool descending : {false, true}) {
    Lies lies;
    auto cuts = std::make_shared<int>(0);
    lies.cut = [cuts](std::string_view, int number) {
      return number == 1 && (*cuts)++ == 0 ? MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "") : absl::OkStatus();
    };
    server_.Tell(lies);
    v1::ListVersionsRequest request;
    request.set_url(kUrl);
    request.set_view(v1::ARTICLE_VIEW_ARTICLE);
    if (descending) request.set_order(v1::LIST_ORDER_INDEX_DESCENDING);
    Indexes indexes;
    const Answer<ListEnd> end = client_->ListVersions(request, [&indexes](const ListBatch& batch) {
      AddIndexes(batch.articles, &indexes);
      EXPECT_EQ(batch.publisher_domain, "page.example");
      return StreamNext::kMore;
    });
    ASSERT_TRUE(end.ok()) << end.failure().status;
    EXPECT_EQ(indexes, descending ? (Indexes{again_, second_, first_}) : (Indexes{first_, second_, again_}));
    EXPECT_EQ(end->publisher_domain, "page.example");
    EXPECT_EQ(*cuts, 1);
  }
}

// --- Lies ---

struct GetLie {
  std::string name;
  std::string message;
  std::function<void(const TestLog& log, v1::GetArticleResponse&)> lie;
  std::function<void(UrlRef&)> ask;
};

std::ostream& operator<<(std::ostream& out, const GetLie& lie) { return out << lie.name; }

class LyingPageTest : public PageTest, public ::testing::WithParamInterface<GetLie> {};

TEST_P(LyingPageTest, IsFoundOut) {
  UrlRef page = Page();
  if (GetParam().ask) GetParam().ask(page);
  Lies lies;
  lies.get = [log = server_.log()](v1::GetArticleResponse& response) { GetParam().lie(log, response); };
  server_.Tell(lies);
  const Answer<ArchivedArticle> answer = client_->Get(page, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok()) << "nothing was noticed";
  EXPECT_EQ(FailureKindName(answer.failure().kind), "DOES_NOT_CHECK") << answer.failure().status;
  EXPECT_THAT(MessageOf(answer.failure()), HasSubstr(GetParam().message));
}

// The article at that index, in place of what was asked for.
std::function<void(const TestLog&, v1::GetArticleResponse&)> Answering(std::uint64_t index) {
  return
      [index](const TestLog& log, v1::GetArticleResponse& r) { *r.mutable_receipt() = log.Receipt(index); };
}

INSTANTIATE_TEST_SUITE_P(
    Pages, LyingPageTest,
    ::testing::Values(GetLie{"OtherUrl", "its URL is https://a.example/x/0", Answering(0)},
                      GetLie{"NoUrl", "its URL is none", Answering(4)},
                      GetLie{"Later", "it was archived 2026", Answering(9),
                             [](UrlRef& page) { page.as_of = TestTime() + absl::Minutes(150); }},
                      GetLie{"CatalogWithoutIt", "of the first 9 entries",
                             [](const TestLog&, v1::GetArticleResponse& r) { r.set_catalog_tree_size(9); }},
                      GetLie{"CatalogBeyondTheTree", "of the first 11 entries",
                             [](const TestLog&, v1::GetArticleResponse& r) { r.set_catalog_tree_size(11); }},
                      GetLie{"NewerOfWhatIsNotValid", "cannot have a newer one",
                             [](const TestLog&, v1::GetArticleResponse& r) {
                               r.set_newer_not_valid_index(10);
                             }}),
    [](const auto& test) { return test.param.name; });

TEST_F(PageTest, AnAnswerOfAnotherPublisherOrVerdictIsFoundOut) {
  TestLog log = server_.log();
  const std::uint64_t thief =
      log.AddDocument(fmt::format("---\nwebUrl: {}\nprovider: {{domain: thief.example}}\n---\n", kUrl));
  server_.UseLog(log);
  Lies lies;
  lies.get = [log, thief](v1::GetArticleResponse& r) { *r.mutable_receipt() = log.Receipt(thief); };
  server_.Tell(lies);
  UrlRef page = Page();
  page.publisher_domain = "page.example";
  EXPECT_THAT(MessageOf(client_->Get(page, v1::ARTICLE_VIEW_RECORD).failure()),
              HasSubstr("its publisher is thief.example"));
}

TEST_F(PageTest, LiesAboutVersionsAreFoundOut) {
  v1::ListVersionsRequest request;
  request.set_url(kUrl);
  request.set_publisher_domain("page.example");
  const auto refusal = [&](const std::function<void(const TestLog&, v1::ListVersionsResponse&)>& lie) {
    Lies lies;
    lies.versions = [lie, log = server_.log()](int number, v1::ListVersionsResponse& r) {
      if (number == 0) lie(log, r);
    };
    server_.Tell(lies);
    const Answer<ListEnd> end =
        client_->ListVersions(request, [](const ListBatch&) { return StreamNext::kMore; });
    EXPECT_FALSE(end.ok()) << "nothing was noticed";
    EXPECT_EQ(end.ok() || end.failure().kind == FailureKind::kDoesNotCheck, true);
    return end.ok() ? "" : MessageOf(end.failure());
  };
  EXPECT_THAT(refusal([](const TestLog&, auto& r) { r.set_publisher_domain("thief.example"); }),
              HasSubstr("of the publisher 'thief.example'"));
  EXPECT_THAT(refusal([](const TestLog&, auto& r) { r.mutable_versions()->SwapElements(0, 1); }),
              HasSubstr("out of order"));
  EXPECT_THAT(refusal([](const TestLog& log, auto& r) {
                *r.mutable_versions(0) = MakeListed(log, 0, log.tree_size(), v1::ARTICLE_VIEW_RECORD);
              }),
              HasSubstr("its URL is https://a.example/x/0"));
  // The same text once more under another source document is no version.
  TestLog log = server_.log();
  const std::uint64_t copy = log.AddDocument(
      fmt::format("---\n# again\nwebUrl: {}\nprovider: {{domain: page.example}}\n---\none\n", kUrl));
  server_.UseLog(log);
  EXPECT_THAT(refusal([copy](const TestLog& now, auto& r) {
                *r.add_versions() = MakeListed(now, copy, now.tree_size(), v1::ARTICLE_VIEW_RECORD);
              }),
              HasSubstr("no other version"));
}

}  // namespace
}  // namespace chirograph::article_request_test
