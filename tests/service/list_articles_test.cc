// SPDX-License-Identifier: Apache-2.0
#include "service/list_articles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "service/list_cursor.h"
#include "tests/proto/test_seed.h"
#include "tests/service/catalog_model.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_services.h"

namespace chirograph::list_articles_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using What = HookedLogStore::What;

using Indexes = std::vector<std::uint64_t>;
using Messages = std::vector<v1::ListArticlesResponse>;

// The articles of all messages, each with its receipt made whole.
std::vector<v1::ListedArticle> ArticlesOf(const Messages& messages) {
  std::vector<v1::ListedArticle> articles;
  for (const v1::ListArticlesResponse& message : messages) {
    for (const v1::ListedArticle& article : message.articles()) {
      EXPECT_TRUE(article.receipt().checkpoint().empty());
      articles.push_back(article);
      articles.back().mutable_receipt()->set_checkpoint(message.checkpoint());
    }
  }
  return articles;
}

Indexes IndexesOf(const Messages& messages) {
  Indexes indexes;
  for (const v1::ListedArticle& article : ArticlesOf(messages)) indexes.push_back(article.receipt().index());
  return indexes;
}

v1::ListArticlesRequest RequestFor(const CatalogQuery& query) {
  v1::ListArticlesRequest request;
  *request.mutable_filter() = FilterFor(query);
  request.set_order(static_cast<v1::ListOrder>(static_cast<int>(query.order) + 1));
  return request;
}

// --- What a list is ---

class ListArticlesTest : public ServicesTest {
 protected:
  // Of all that is archived now.
  Answer<Messages> List(v1::ListArticlesRequest request = {}) {
    request.set_wait_for_tree_size(archive_.tree_size());
    return client().List(request);
  }
};

TEST_F(ListArticlesTest, EachArticleIsProvedUnderTheCheckpointOfItsMessage) {
  IngestArticles(5);
  const auto answer = List();
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_THAT(answer.response, SizeIs(1));
  const v1::ListArticlesResponse& message = answer.response.front();
  EXPECT_EQ(message.catalog_tree_size(), 6u);
  EXPECT_TRUE(message.resume_token().empty());
  EXPECT_EQ(IndexesOf(answer.response), (Indexes{1, 2, 3, 4, 5}));
  for (const v1::ListedArticle& article : ArticlesOf(answer.response)) {
    EXPECT_EQ(article.payload_case(), v1::ListedArticle::PAYLOAD_NOT_SET);
    const VerifiedReceipt receipt = VerifyReceipt(article.receipt(), archive_.log());
    EXPECT_EQ(receipt.checkpoint.tree_size, 6u);
    EXPECT_EQ(receipt.opening.url(), fmt::format("https://news.example/{}", article.receipt().index()));
  }
}

TEST_F(ListArticlesTest, AnEmptyListIsOneMessageThatSaysOfWhat) {
  const auto answer = List();
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_THAT(answer.response, SizeIs(1));
  EXPECT_THAT(answer.response.front().articles(), IsEmpty());
  EXPECT_EQ(answer.response.front().catalog_tree_size(), 1u);
  EXPECT_FALSE(answer.response.front().checkpoint().empty());
  EXPECT_TRUE(answer.response.front().resume_token().empty());
}

TEST_F(ListArticlesTest, TheViewSaysWhatIsSent) {
  const std::string document = publisher_.Document(1);
  ASSERT_THAT(client().Ingest(document), IsAnswered());
  ASSERT_THAT(client().Ingest(publisher_.Article(2)), IsAnswered());
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  auto articles = ArticlesOf(List(request).response);
  ASSERT_THAT(articles, SizeIs(2));
  EXPECT_TRUE(MessageDifferencer::Equals(articles[0].article(), ParseDocument(document).value()));
  EXPECT_TRUE(MessageDifferencer::Equals(articles[1].article(), publisher_.Article(2)));
  request.set_view(v1::ARTICLE_VIEW_SOURCE);
  articles = ArticlesOf(List(request).response);
  ASSERT_THAT(articles, SizeIs(2));
  EXPECT_EQ(articles[0].source_document(), document);
  EXPECT_TRUE(MessageDifferencer::Equals(articles[1].article(), publisher_.Article(2)));
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  for (const v1::ListedArticle& article : ArticlesOf(List(request).response)) {
    EXPECT_EQ(VerifyReceipt(article.receipt(), archive_.log()).opening.content_digest(),
              AsBytes(Sha256(article.content())));
  }
}

TEST_F(ListArticlesTest, ThePublishersDomainIsFoundInAnyCase) {
  IngestArticles(1);
  v1::ListArticlesRequest request;
  request.mutable_filter()->set_publisher_domain("News.EXAMPLE");
  EXPECT_EQ(IndexesOf(List(request).response), Indexes{1});
}

TEST_F(ListArticlesTest, NoMessageIsOverOneMebibyteUnlessItHasOneArticleAlone) {
  const std::vector<std::size_t> sizes = {400'000, 400'000, 400'000, 1'300'000, 10, 1'000'000, 300'000, 10};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    v1::Article article = MakeArticle(static_cast<int>(i), "unknown.example");
    article.set_body(std::string(sizes[i], 'x'));
    ASSERT_THAT(client().Ingest(article), IsAnswered());
  }
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  const auto answer = List(request);
  ASSERT_THAT(answer, IsAnswered());
  std::vector<int> counts;
  for (const v1::ListArticlesResponse& message : answer.response) {
    counts.push_back(message.articles_size());
    if (message.articles_size() > 1) {
      EXPECT_LE(message.ByteSizeLong(), kMaxListMessageBytes);
    }
  }
  EXPECT_THAT(counts, ElementsAre(2, 1, 1, 2, 2));
  EXPECT_EQ(IndexesOf(answer.response), (Indexes{1, 2, 3, 4, 5, 6, 7, 8}));
}

// --- Against the model ---

TEST(ListArticlesModelTest, EveryListIsTheModelsInPartsToo) {
  ModelArchive models(TestSeed());
  models.Grow(150);
  std::optional<TestServices> services(models.archive);
  ASSERT_TRUE(models.archive.CatchUp().ok());
  for (int i = 0; i < 150; ++i) {
    const CatalogQuery query = models.RandomQuery();
    const std::uint64_t tree_size = models.archive.tree_size();
    const Indexes expected = models.model.List(query, tree_size);
    v1::ListArticlesRequest request = RequestFor(query);
    Indexes found;
    for (bool more = true; more;) {
      request.set_limit(models.articles.Below(40));
      const auto answer = services->client().List(request);
      ASSERT_THAT(answer, IsAnswered());
      const Indexes part = IndexesOf(answer.response);
      if (request.limit() > 0) {
        ASSERT_LE(part.size(), request.limit());
      }
      found.insert(found.end(), part.begin(), part.end());
      for (const v1::ListArticlesResponse& message : answer.response) {
        ASSERT_EQ(message.catalog_tree_size(), tree_size);
      }
      request.set_resume_token(answer.response.back().resume_token());
      more = !request.resume_token().empty();
      // Between two parts the log grows, and the server is another now and then.
      if (more && i % 20 == 0) {
        models.Grow(3);
        services.reset();
        ASSERT_TRUE(models.archive.Restart(KeyringOf({&models.publisher}), TakeEverything()).ok());
        if (i % 40 == 0) std::filesystem::remove_all(models.archive.catalog_path());
        services.emplace(models.archive);
      }
    }
    ASSERT_EQ(found, expected);
    ASSERT_TRUE(models.archive.CatchUp().ok());
  }
}

// --- Read your own writes ---

class HeldUpCatalogTest : public ::testing::Test {
 protected:
  HeldUpCatalogTest() : services_(archive_, {.before_batch = [this] { gate_.Pass(); }}) {
    EXPECT_THAT(services_.client().Ingest(MakeArticle(1)), IsAnswered());
    gate_.AwaitArrivals();
  }
  ~HeldUpCatalogTest() override { gate_.Open(); }

  Gate gate_;
  TestArchive archive_;
  TestServices services_;
};

TEST_F(HeldUpCatalogTest, WhoDoesNotWaitIsToldHowFarItIs) {
  const auto answer = services_.client().List({});
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer.response.front().catalog_tree_size(), 0u);
  EXPECT_THAT(IndexesOf(answer.response), IsEmpty());
}

TEST_F(HeldUpCatalogTest, WhoWaitsGetsWhatHeWrote) {
  v1::ListArticlesRequest request;
  request.set_wait_for_tree_size(1);
  std::thread caller([&] { EXPECT_EQ(IndexesOf(services_.client().List(request).response), Indexes{0}); });
  gate_.Open();
  caller.join();
}

TEST_F(HeldUpCatalogTest, WhoseTimeEndsIsToldThatItIsBehind) {
  v1::ListArticlesRequest request;
  request.set_wait_for_tree_size(1);
  const auto answer = services_.client().List(request, std::chrono::seconds(2));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_CATALOG_BEHIND));
  EXPECT_THAT(answer.error().metadata, Contains(Pair("catalog_tree_size", "0")));
  EXPECT_TRUE(answer.error().retry_delay);
}

TEST_F(ListArticlesTest, ATreeSizeBeyondTheLogIsNotWaitedFor) {
  v1::ListArticlesRequest request;
  request.set_wait_for_tree_size(2);
  EXPECT_THAT(client().List(request), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
}

// --- Refusals ---

TEST_F(ListArticlesTest, RefusesWhatIsOutOfItsRangeAndSaysWhich) {
  using Change = std::function<void(v1::ListArticlesRequest&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"view", [](auto& request) { request.set_view(static_cast<v1::ArticleView>(99)); }},
      {"order", [](auto& request) { request.set_order(static_cast<v1::ListOrder>(99)); }},
      {"filter.publisher_domain", [](auto& r) { r.mutable_filter()->set_publisher_domain("no domain"); }},
      {"filter.topics",
       [](auto& r) {
         for (int i = 0; i < 9; ++i) r.mutable_filter()->add_topics("t");
       }},
      {"filter.topics", [](auto& r) { r.mutable_filter()->add_topics(std::string(8193, 't')); }},
      {"filter.category", [](auto& r) { r.mutable_filter()->set_category(std::string(8193, 't')); }},
      {"filter.type", [](auto& r) { r.mutable_filter()->set_type(std::string(8193, 't')); }},
      {"filter.url_prefix", [](auto& r) { r.mutable_filter()->set_url_prefix(std::string(8193, 'u')); }},
      {"filter.verdicts", [](auto& r) { r.mutable_filter()->add_verdicts(v1::VERDICT_UNSPECIFIED); }},
      {"filter.verdicts", [](auto& r) { r.mutable_filter()->add_verdicts(static_cast<v1::Verdict>(99)); }},
      {"filter.published_from", [](auto& r) { r.mutable_filter()->mutable_published_from()->set_nanos(-1); }},
      {"filter.published_until",
       [](auto& r) { r.mutable_filter()->mutable_published_until()->set_seconds(INT64_MAX); }},
      {"filter.ingested_from", [](auto& r) { r.mutable_filter()->mutable_ingested_from()->set_nanos(-1); }},
      {"filter.ingested_until", [](auto& r) { r.mutable_filter()->mutable_ingested_until()->set_nanos(-1); }},
      {"resume_token", [](auto& r) { r.set_resume_token("x"); }},
      {"resume_token", [](auto& r) { r.set_resume_token(std::string(129, '\1')); }},
  };
  for (const auto& [field, change] : changes) {
    v1::ListArticlesRequest request;
    change(request);
    const auto answer = client().List(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID)) << field;
    EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair(field, ::testing::_)));
    EXPECT_THAT(answer.response, IsEmpty());
  }
}

TEST_F(ListArticlesTest, ATokenOfAnotherListIsRefused) {
  IngestArticles(3);
  v1::ListArticlesRequest request;
  request.set_limit(1);
  const std::string token = List(request).response.back().resume_token();
  ASSERT_FALSE(token.empty());
  request.set_resume_token(token);
  EXPECT_EQ(IndexesOf(List(request).response), Indexes{2});
  v1::ListArticlesRequest other = request;
  other.set_order(v1::LIST_ORDER_INDEX_DESCENDING);
  EXPECT_THAT(List(other), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  other = request;
  other.mutable_filter()->add_topics("testing");
  EXPECT_THAT(List(other), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  TestArchive another_log(KeyringOf({&publisher_}));
  for (int i = 1; i <= 3; ++i) ASSERT_THAT(another_log.Ingest(publisher_.Article(i)), IsOk());
  TestServices another_server(another_log);
  EXPECT_THAT(
      CallForStream(another_server.client().archive(), &v1::ArchiveService::Stub::ListArticles, request),
      IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  // How much is sent of what is no part of the question.
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  request.set_limit(2);
  EXPECT_EQ(IndexesOf(List(request).response), (Indexes{2, 3}));
}

TEST_F(ListArticlesTest, ATokenWithSpoiltBytesIsRefusedOrAPartOfTheList) {
  IngestArticles(3);
  v1::ListArticlesRequest request;
  request.set_limit(1);
  const std::string token = List(request).response.back().resume_token();
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (const char mask : {'\x01', '\x80', '\xff'}) {
      std::string spoilt = token;
      spoilt[at] = static_cast<char>(spoilt[at] ^ mask);
      request.set_resume_token(spoilt);
      const auto answer = client().List(request);
      if (!answer.ok()) {
        EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID)) << at;
      } else {
        EXPECT_LE(IndexesOf(answer.response).size(), 1u);
      }
    }
    request.set_resume_token(token.substr(0, at));
    if (at > 0) {
      EXPECT_THAT(client().List(request), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID)) << at;
    }
  }
}

// --- When something is wrong ---

TEST_F(ListArticlesTest, WhatIsDamagedIsNotServedAndWhatCameBeforeIs) {
  IngestArticles(3);
  ASSERT_TRUE(archive_.CatchUp().ok());
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  for (const What what : {What::kEntry, What::kOpening, What::kContent}) {
    store().Mend();
    store().Spoil(what, 3, absl::DataLossError("torn"));
    EXPECT_THAT(client().List(request), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
    store().Spoil(what, 3, absl::UnavailableError("being opened again"));
    EXPECT_THAT(client().List(request), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
    request.set_limit(2);
    EXPECT_EQ(IndexesOf(client().List(request).response), (Indexes{1, 2}));
    request.set_limit(0);
  }
}

TEST_F(ListArticlesTest, ACatalogThatSaysOtherThanTheLogIsNotBelieved) {
  IngestArticles(2);
  ASSERT_TRUE(archive_.CatchUp().ok());
  // Entry 1 with the entry of article 2, whole and true, as if the catalog had mixed them up.
  store().Spoil(What::kEntry, 1, store().ReadEntry(2));
  store().Spoil(What::kOpening, 1, store().ReadOpening(2));
  EXPECT_THAT(client().List({}), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED)) << "its proof fails first";
  store().Mend();
  EXPECT_THAT(client().List({}), IsAnswered());
}

TEST_F(ListArticlesTest, AClientThatGoesAwayIsNoHarm) {
  for (int i = 0; i < 20; ++i) {
    v1::Article article = MakeArticle(i, "unknown.example");
    article.set_body(std::string(900'000, 'x'));
    ASSERT_THAT(client().Ingest(article), IsAnswered());
  }
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  request.set_wait_for_tree_size(archive_.tree_size());
  for (int reads = 0; reads < 3; ++reads) {
    grpc::ClientContext context;
    const auto reader = client().archive().ListArticles(&context, request);
    v1::ListArticlesResponse message;
    for (int i = 0; i < reads; ++i) EXPECT_TRUE(reader->Read(&message));
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_THAT(ArticlesOf(List(request).response), SizeIs(20));
}

}  // namespace
}  // namespace chirograph::list_articles_test
