// SPDX-License-Identifier: Apache-2.0
//
// What the catalog answers, held against a simple model of the log: random articles, random questions.
#include "tests/service/catalog_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "service/catalog.h"
#include "tests/proto/test_seed.h"
#include "tests/service/catalog_pages.h"
#include "tests/service/status_matchers.h"

namespace chirograph::catalog_model_test {
namespace {

std::string Describe(const CatalogQuery& query) {
  return fmt::format(
      "order {} publisher {} topics {} category {} type {} verdicts {} url '{}' published {}{} "
      "ingested {}{} index [{}, {})",
      static_cast<int>(query.order), query.publisher_domain.value_or("*"), query.topics.size(),
      query.category.value_or("*"), query.type.value_or("*"), query.verdicts.size(), query.url_prefix,
      query.published_from.has_value(), query.published_until.has_value(), query.ingested_from.has_value(),
      query.ingested_until.has_value(), query.first_index, query.end_index);
}

class CatalogModelTest : public ::testing::Test {
 protected:
  CatalogModelTest() : models_(TestSeed()) {
    models_.Grow(100);
    // Events of keys in between: indexes that are no article's.
    const TestPublisher other("keys.example");
    for (const Keyring& keyring :
         {KeyringOf({&models_.publisher, &other}), KeyringOf({&models_.publisher})}) {
      EXPECT_THAT(models_.archive.Restart(keyring, TakeEverything()), IsOk());
      models_.Grow(75);
    }
    EXPECT_THAT(models_.archive.StartCatalog({.max_batch_entries = 7}), IsOk());
    EXPECT_THAT(models_.archive.CatchUp(), IsOk());
  }

  std::vector<CatalogHit> List(const CatalogQuery& query, std::uint64_t tree_size, PageLimits limits,
                               std::string position = {}) {
    return AllPages(
        [&](const std::string& at) { return models_.archive.catalog().List(query, tree_size, at, limits); },
        std::move(position));
  }
  PageLimits RandomLimits() {
    return {.hits = 1 + Below(9), .steps = 1 + Below(60), .sorted_articles = Below(60)};
  }
  std::size_t Below(std::size_t n) { return models_.articles.Below(n); }
  std::uint64_t RandomTreeSize() {
    const std::uint64_t size = models_.archive.tree_size();
    return models_.articles.Sometimes(50) ? size : Below(size + 1);
  }

  void ExpectListsAreTheModels(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      const CatalogQuery query = models_.RandomQuery();
      const std::uint64_t tree_size = RandomTreeSize();
      const std::vector<CatalogHit> hits = List(query, tree_size, RandomLimits());
      const Indexes indexes = IndexesOf(hits);
      ASSERT_EQ(indexes, models_.model.List(query, tree_size)) << Describe(query);
      if (hits.empty()) continue;
      // From behind any of them, the rest.
      const std::size_t at = Below(hits.size());
      ASSERT_EQ(IndexesOf(List(query, tree_size, RandomLimits(), hits[at].position)),
                Indexes(indexes.begin() + static_cast<std::ptrdiff_t>(at) + 1, indexes.end()))
          << Describe(query);
      const ModelArticle& article = models_.model.At(hits[at].index);
      ASSERT_EQ(hits[at].article_digest, article.digest);
      ASSERT_EQ(hits[at].verdict, article.verdict);
    }
  }

  void ExpectVersionsAreTheModels(int rounds) {
    const Catalog& catalog = models_.archive.catalog();
    for (int i = 0; i < rounds; ++i) {
      const PageName page{models_.articles.OneOf(RandomArticles::Publishers()),
                          models_.articles.OneOf(RandomArticles::Urls())};
      if (page.url.empty()) continue;
      const VersionBounds bounds{models_.RandomVerdicts(), RandomTreeSize()};
      ASSERT_EQ(catalog.Publishers(page.url, bounds, 100).value(),
                models_.model.Publishers(page.url, bounds));
      const bool newest_first = models_.articles.Sometimes(50);
      const PageLimits limits = RandomLimits();
      const auto next = [&](const std::string& at) {
        return catalog.Versions(page, bounds, newest_first, at, limits);
      };
      const std::vector<CatalogHit> hits = AllPages(next);
      const Indexes indexes = IndexesOf(hits);
      ASSERT_EQ(indexes, models_.model.Versions(page, bounds, newest_first));
      if (hits.empty()) continue;
      const std::size_t at = Below(hits.size());
      ASSERT_EQ(IndexesOf(AllPages(next, hits[at].position)),
                Indexes(indexes.begin() + static_cast<std::ptrdiff_t>(at) + 1, indexes.end()));
      ASSERT_EQ(catalog.NewerNotValid(page, hits[at], bounds.end_index).value(),
                models_.model.NewerNotValid(page, hits[at].index, bounds.end_index));
    }
  }

  ModelArchive models_;
};

TEST_F(CatalogModelTest, EveryListIsTheModels) { ExpectListsAreTheModels(1500); }

TEST_F(CatalogModelTest, VersionsAndPublishersAreTheModels) { ExpectVersionsAreTheModels(1500); }

TEST_F(CatalogModelTest, TheCatalogThatWasRebuiltGivesTheSameAnswers) {
  models_.archive.StopCatalog();
  EXPECT_EQ(Catalog::Rebuild(models_.archive.catalog_path(), models_.archive.store(), models_.archive.log())
                .value(),
            models_.archive.tree_size());
  ASSERT_THAT(models_.archive.StartCatalog(), IsOk());
  EXPECT_EQ(models_.archive.catalog().tree_size(), models_.archive.tree_size());
  ExpectListsAreTheModels(300);
  ExpectVersionsAreTheModels(300);
}

// In chunks of other sizes, too: batches of one, of seven, and all at once.
TEST_F(CatalogModelTest, APositionIsGoodAfterARestartAndARebuild) {
  for (int i = 0; i < 60; ++i) {
    CatalogQuery query = models_.RandomQuery();
    query.url_prefix.clear();
    const std::uint64_t tree_size = RandomTreeSize();
    const Indexes expected = models_.model.List(query, tree_size);
    std::string position;
    Indexes found;
    for (const std::uint64_t batch : {1, 0, 7}) {
      const auto page = models_.archive.catalog().List(query, tree_size, position, RandomLimits());
      ASSERT_THAT(page, IsOk());
      for (const CatalogHit& hit : page->hits) found.push_back(hit.index);
      if (page->end) break;
      position = page->position;
      models_.archive.StopCatalog();
      if (batch > 0) {
        std::filesystem::remove_all(models_.archive.catalog_path());
        ASSERT_THAT(models_.archive.StartCatalog({.max_batch_entries = batch}), IsOk());
      } else {
        ASSERT_THAT(models_.archive.StartCatalog(), IsOk());
      }
      ASSERT_THAT(models_.archive.CatchUp(), IsOk());
    }
    if (found.size() < expected.size()) {
      for (const CatalogHit& hit : List(query, tree_size, RandomLimits(), position)) {
        found.push_back(hit.index);
      }
    }
    ASSERT_EQ(found, expected) << Describe(query);
  }
}

TEST_F(CatalogModelTest, TheCatalogThatWasDeletedIsMadeAgain) {
  models_.archive.StopCatalog();
  std::filesystem::remove_all(models_.archive.catalog_path());
  ASSERT_THAT(models_.archive.StartCatalog(), IsOk());
  ASSERT_THAT(models_.archive.CatchUp(), IsOk());
  ExpectListsAreTheModels(300);
}

TEST_F(CatalogModelTest, AListOfOneTreeSizeStaysAsItIsWhileTheLogGrows) {
  const std::uint64_t tree_size = models_.archive.tree_size();
  const CatalogQuery query{.order = CatalogOrder::kPublishedDescending};
  const Indexes before = IndexesOf(List(query, tree_size, {}));
  const CatalogPage page = models_.archive.catalog().List(query, tree_size, {}, {.hits = 20}).value();
  models_.Grow(50);
  ASSERT_THAT(models_.archive.CatchUp(), IsOk());
  Indexes after = IndexesOf(page.hits);
  for (const CatalogHit& hit : List(query, tree_size, {}, page.position)) after.push_back(hit.index);
  EXPECT_EQ(after, before);
  ExpectListsAreTheModels(200);
}

TEST_F(CatalogModelTest, CountsWhatWasArchivedBeforeATime) {
  const std::uint64_t tree_size = models_.archive.tree_size();
  for (int i = 0; i < 100; ++i) {
    const absl::Time time = models_.RandomIngestTime();
    const std::uint64_t count = models_.archive.catalog().CountBefore(time, tree_size).value();
    for (const ModelArticle& article : models_.model.articles()) {
      EXPECT_EQ(article.index < count, article.ingest_time < time);
    }
  }
}

}  // namespace
}  // namespace chirograph::catalog_model_test
