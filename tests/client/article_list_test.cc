// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClient::List and ListVersions: what an honest server lists, over however many connections, and
// that one that lies is found out. list_check_test.cc and listed_article_test.cc have every lie.
#include "client/internal/article_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "proto/rpc_error.h"
#include "tests/client/listing_fixture.h"
#include "tests/client/test_listing.h"

namespace chirograph::article_list_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Indexes = std::vector<std::uint64_t>;
using Ask = std::function<void(v1::ListArticlesRequest&)>;

class ArticleListTest : public ListingFixture {
 protected:
  struct Got {
    Indexes indexes;
    std::vector<std::string> tokens;  // after each batch
    ListEnd end;
  };

  // What is listed; the test fails where that is refused.
  Got List(const v1::ListArticlesRequest& request) {
    Got got;
    const Answer<ListEnd> end = client_->List(request, [&got](const ListBatch& batch) {
      AddIndexes(batch.articles, &got.indexes);
      got.tokens.push_back(batch.resume_token);
      return StreamNext::kMore;
    });
    EXPECT_TRUE(end.ok()) << end.failure().status;
    if (end.ok()) got.end = *end;
    return got;
  }
  Got List(const Ask& ask = nullptr) {
    v1::ListArticlesRequest request;
    if (ask) ask(request);
    return List(request);
  }
  Failure Refusal(const v1::ListArticlesRequest& request) {
    const Answer<ListEnd> end = client_->List(request, [](const ListBatch&) { return StreamNext::kMore; });
    EXPECT_FALSE(end.ok()) << "nothing was noticed";
    return end.ok() ? Failure() : end.failure();
  }
  // Streams of that method break in place of message `number`, `times` times.
  void Cut(std::string_view method, int number, int times, absl::Status status) {
    Lies lies;
    auto left = std::make_shared<int>(times);
    lies.cut = [=](std::string_view called, int at) {
      if (called != method || at != number || *left == 0) return absl::OkStatus();
      --*left;
      return status;
    };
    server_.Tell(lies);
  }
};

TEST_F(ArticleListTest, ListsAllInEveryOrder) {
  const Got got = List();
  EXPECT_EQ(got.indexes, all_);
  EXPECT_EQ(got.end.articles, 6U);
  EXPECT_EQ(got.end.catalog_tree_size, 7U);
  EXPECT_EQ(got.end.resume_token, "");
  const auto ordered = [this](v1::ListOrder order, v1::ArticleView view) {
    return List([=](auto& request) {
             request.set_order(order);
             request.set_view(view);
           })
        .indexes;
  };
  for (const v1::ArticleView view : {v1::ARTICLE_VIEW_RECORD, v1::ARTICLE_VIEW_ARTICLE,
                                     v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    EXPECT_EQ(ordered(v1::LIST_ORDER_INDEX_ASCENDING, view), all_);
    EXPECT_THAT(ordered(v1::LIST_ORDER_INDEX_DESCENDING, view), ElementsAre(6, 5, 4, 3, 2, 0));
    EXPECT_THAT(ordered(v1::LIST_ORDER_PUBLISHED_ASCENDING, view), ElementsAre(3, 0, 5, 2, 4, 6));
    EXPECT_THAT(ordered(v1::LIST_ORDER_PUBLISHED_DESCENDING, view), ElementsAre(5, 0, 3, 6, 4, 2));
  }
}

TEST_F(ArticleListTest, TakesWhatEachFilterLetsThrough) {
  const auto filtered = [this](const std::function<void(v1::ArticleFilter&)>& fill) {
    return List([&](auto& request) {
             fill(*request.mutable_filter());
             request.set_view(v1::ARTICLE_VIEW_ARTICLE);
           })
        .indexes;
  };
  EXPECT_THAT(filtered([](auto& f) { f.set_publisher_domain("A.Example"); }), ElementsAre(0, 3, 6));
  EXPECT_THAT(filtered([](auto& f) { f.set_publisher_domain(""); }), ElementsAre(4));
  EXPECT_THAT(filtered([](auto& f) { f.add_topics("sun"); }), ElementsAre(0, 5));
  EXPECT_THAT(filtered([](auto& f) {
                f.add_topics("sun");
                f.add_topics("moon");
              }),
              ElementsAre(0));
  EXPECT_THAT(filtered([](auto& f) { f.set_category("sky"); }), ElementsAre(0, 3));
  EXPECT_THAT(filtered([](auto& f) { f.set_type("news"); }), ElementsAre(0, 5));
  EXPECT_THAT(filtered([](auto& f) { f.add_verdicts(v1::VERDICT_VALID); }), ElementsAre(2));
  EXPECT_THAT(filtered([](auto& f) { f.set_url_prefix("https://a.example/x/"); }), ElementsAre(0, 3));
  EXPECT_THAT(filtered([](auto& f) {
                *f.mutable_published_from() = ToTimestamp(absl::FromUnixSeconds(1'600'000'000));
              }),
              ElementsAre(0, 5));
  EXPECT_THAT(filtered([](auto& f) {
                *f.mutable_published_until() = ToTimestamp(absl::FromUnixSeconds(1'600'000'000));
              }),
              ElementsAre(3));
  EXPECT_THAT(
      filtered([](auto& f) { *f.mutable_ingested_from() = ToTimestamp(TestTime() + absl::Seconds(1)); }),
      ElementsAre(6));
  EXPECT_THAT(
      filtered([](auto& f) { *f.mutable_ingested_until() = ToTimestamp(TestTime() + absl::Seconds(1)); }),
      ElementsAre(0, 2, 3, 4, 5));
  EXPECT_THAT(filtered([](auto& f) {
                f.set_first_index(2);
                f.set_end_index(4);
              }),
              ElementsAre(2, 3));
  EXPECT_THAT(filtered([](auto& f) { f.set_category("none"); }), IsEmpty());
}

TEST_F(ArticleListTest, ChecksPublishersSignaturesWithTheKeyring) {
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  request.mutable_filter()->set_first_index(2);
  request.set_limit(1);
  const Answer<ListEnd> end = client_->List(request, [](const ListBatch& batch) {
    EXPECT_EQ(batch.articles.size(), 1U);
    for (const ArchivedArticle& article : batch.articles) {
      EXPECT_EQ(article.report.signature->verdict, Verdict::kValid);
      EXPECT_EQ(article.article->title(), "signed");
      EXPECT_NE(article.receipt.checkpoint(), "");
    }
    return StreamNext::kMore;
  });
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_EQ(end->articles, 1U);
  EXPECT_NE(end->resume_token, "");
}

TEST_F(ArticleListTest, GoesOnFromAnyToken) {
  for (const v1::ListOrder order : {v1::LIST_ORDER_INDEX_ASCENDING, v1::LIST_ORDER_PUBLISHED_DESCENDING}) {
    v1::ListArticlesRequest request;
    request.set_order(order);
    const Got whole = List(request);
    ASSERT_EQ(whole.tokens.size(), 3U);
    for (std::size_t i = 0; i + 1 < whole.tokens.size(); ++i) {
      request.set_resume_token(whole.tokens[i]);
      const Got rest = List(request);
      EXPECT_EQ(rest.indexes,
                Indexes(whole.indexes.begin() + 2 * (static_cast<int>(i) + 1), whole.indexes.end()));
    }
  }
}

TEST_F(ArticleListTest, EndsWhereTheCallbackHasEnough) {
  int batches = 0;
  const Answer<ListEnd> end = client_->List({}, [&batches](const ListBatch&) {
    ++batches;
    return StreamNext::kStop;
  });
  ASSERT_TRUE(end.ok()) << end.failure().status;
  EXPECT_EQ(batches, 1);
  EXPECT_EQ(end->articles, 2U);
  EXPECT_EQ(end->resume_token, "7/2");
}

TEST_F(ArticleListTest, TakesUpABrokenConnectionWithoutGapOrRepeat) {
  for (const int number : {0, 1, 2}) {
    for (const absl::Status& status : {MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"),
                                       MakeError(v1::ERROR_REASON_CATALOG_BEHIND, "wait")}) {
      Cut("ListArticles", number, 2, status);
      EXPECT_EQ(List().indexes, all_) << number;
      Cut("ListArticles", number, 2, status);
      EXPECT_EQ(List([](auto& request) { request.set_limit(5); }).indexes, (Indexes{0, 2, 3, 4, 5}));
    }
  }
}

TEST_F(ArticleListTest, StopsTryingWhenItsTimeIsUp) {
  Cut("ListArticles", 1, 1'000'000, MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"));
  // There is one more message with each attempt, and so no end of patience: all comes.
  EXPECT_EQ(List().indexes, all_);
  Cut("ListArticles", 0, 1'000'000, MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"));
  const absl::Time before = now_;
  const Failure failure = Refusal({});
  EXPECT_EQ(failure.kind, FailureKind::kCouldNot);
  EXPECT_EQ(failure.server_error->reason, v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_LE(now_ - before, options_.retry_for);
  EXPECT_GT(now_ - before, options_.retry_for / 3);
}

TEST_F(ArticleListTest, DoesNotTryAgainWhatStaysWrong) {
  Cut("ListArticles", 1, 1, MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged"));
  EXPECT_EQ(Refusal({}).server_error->reason, v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_EQ(server_.Calls("ListArticles"), 1);
}

TEST_F(ArticleListTest, DoubtsAServerThatHasLessThanItSigned) {
  ASSERT_TRUE(client_->LatestCheckpoint().ok());
  v1::ListArticlesRequest request;
  request.set_wait_for_tree_size(7);
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "ListArticles" ? MakeError(v1::ERROR_REASON_BEYOND_TREE_SIZE, "not so many")
                                    : absl::OkStatus();
  };
  server_.Tell(lies);
  const Failure failure = Refusal(request);
  EXPECT_EQ(failure.kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(MessageOf(failure), HasSubstr("it signed tree size 7"));
}

// --- Lies ---

struct ListLie {
  std::string name;
  std::string message;  // in what is said of it
  std::function<void(int number, v1::ListArticlesResponse&)> lie;
  Ask ask;
};

std::ostream& operator<<(std::ostream& out, const ListLie& lie) { return out << lie.name; }

class LyingListTest : public ArticleListTest, public ::testing::WithParamInterface<ListLie> {};

TEST_P(LyingListTest, IsFoundOut) {
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  if (GetParam().ask) GetParam().ask(request);
  Lies lies;
  lies.list = GetParam().lie;
  server_.Tell(lies);
  const Failure failure = Refusal(request);
  EXPECT_EQ(FailureKindName(failure.kind), "DOES_NOT_CHECK") << failure.status;
  EXPECT_THAT(MessageOf(failure), HasSubstr(GetParam().message));
  EXPECT_FALSE(std::filesystem::exists(client_->state().path() + "/alarms")) << "a false accusation";
}

std::vector<ListLie> LiesAboutLists() {
  return {
      {"Swapped", "out of order", [](int, auto& r) { r.mutable_articles()->SwapElements(0, 1); }},
      {"SwappedDescending", "out of order", [](int, auto& r) { r.mutable_articles()->SwapElements(0, 1); },
       [](auto& r) { r.set_order(v1::LIST_ORDER_INDEX_DESCENDING); }},
      {"SwappedPublished", "out of order", [](int, auto& r) { r.mutable_articles()->SwapElements(0, 1); },
       [](auto& r) { r.set_order(v1::LIST_ORDER_PUBLISHED_ASCENDING); }},
      {"BeyondLimit", "at most", [](int, auto& r) { *r.add_articles() = r.articles(0); },
       [](auto& r) { r.set_limit(1); }},
      {"NoPayload", "not what was asked for", [](int, auto& r) { r.mutable_articles(1)->clear_payload(); }},
      {"LogEntry", "does not check",
       [](int, auto& r) {
         auto* entry = r.mutable_articles(0)->mutable_receipt()->mutable_log_entry();
         *entry = FlipBit(*entry, -1);
       }},
      {"NoCheckpoint", "expected a checkpoint", [](int, auto& r) { r.clear_checkpoint(); }},
      {"CatalogTooSmall", "at least 7", [](int, auto& r) { r.set_catalog_tree_size(6); },
       [](auto& r) { r.set_wait_for_tree_size(7); }},
      {"GoesOnAfterTheEnd", "after its end", [](int, auto& r) { r.clear_resume_token(); }},
      {"NeverEnds", "breaks off", [](int, auto& r) { r.set_resume_token("7/6"); }},
  };
}

INSTANTIATE_TEST_SUITE_P(Lists, LyingListTest, ::testing::ValuesIn(LiesAboutLists()),
                         [](const auto& test) { return test.param.name; });

// What a list has although the filter leaves it out: the server is asked for all, the check is told of less.
struct Outsider {
  std::string name;
  std::string message;
  std::function<void(v1::ArticleFilter&)> fill;
};

std::ostream& operator<<(std::ostream& out, const Outsider& outsider) { return out << outsider.name; }

class OutsiderTest : public ArticleListTest, public ::testing::WithParamInterface<Outsider> {};

TEST_P(OutsiderTest, IsFoundOut) {
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  GetParam().fill(*request.mutable_filter());
  // The first article of the log does not fit; it comes as if it did.
  Lies lies;
  lies.list = [log = server_.log()](int, v1::ListArticlesResponse& response) {
    response.clear_articles();
    v1::ListedArticle& listed = *response.add_articles();
    listed = MakeListed(log, 0, log.tree_size(), v1::ARTICLE_VIEW_ARTICLE);
  };
  server_.Tell(lies);
  const Failure failure = Refusal(request);
  EXPECT_EQ(FailureKindName(failure.kind), "DOES_NOT_CHECK") << failure.status;
  EXPECT_THAT(MessageOf(failure), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Filters, OutsiderTest,
    ::testing::Values(
        Outsider{"Publisher", "its publisher is a.example",
                 [](auto& f) { f.set_publisher_domain("b.example"); }},
        Outsider{"NoPublisher", "its publisher is a.example", [](auto& f) { f.set_publisher_domain(""); }},
        Outsider{"Topic", "no topic rain", [](auto& f) { f.add_topics("rain"); }},
        Outsider{"Category", "its category is sky", [](auto& f) { f.set_category("sea"); }},
        Outsider{"Type", "its type is news", [](auto& f) { f.set_type("old"); }},
        Outsider{"Verdict", "its verdict is VERDICT_UNSIGNED",
                 [](auto& f) { f.add_verdicts(v1::VERDICT_VALID); }},
        Outsider{"Url", "its URL is https://a.example/x/0",
                 [](auto& f) { f.set_url_prefix("https://a.example/y"); }},
        Outsider{"PublishedBefore", "it was published 2021",
                 [](auto& f) { *f.mutable_published_from() = ToTimestamp(TestTime()); }},
        Outsider{"PublishedAfter", "it was published 2021",
                 [](auto& f) { *f.mutable_published_until() = ToTimestamp(absl::UnixEpoch()); }},
        Outsider{"ArchivedBefore", "it was archived 2026",
                 [](auto& f) { *f.mutable_ingested_from() = ToTimestamp(TestTime() + absl::Seconds(1)); }},
        Outsider{"ArchivedAfter", "it was archived 2026",
                 [](auto& f) { *f.mutable_ingested_until() = ToTimestamp(TestTime()); }},
        Outsider{"IndexBefore", "outside the range", [](auto& f) { f.set_first_index(1); }},
        Outsider{"IndexAfter", "outside the range", [](auto& f) { f.set_end_index(0); }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::article_list_test
