// SPDX-License-Identifier: Apache-2.0
//
// Bytes in the catalog that are none of its own. What lists find is tested in catalog_test.cc.
#include "service/internal/catalog_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "service/catalog_schema.h"
#include "service/storage_schema.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::catalog_scan_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr CatalogOrder kAllOrders[] = {CatalogOrder::kIndexAscending, CatalogOrder::kIndexDescending,
                                       CatalogOrder::kPublishedAscending, CatalogOrder::kPublishedDescending};

const CatalogTerm kTerm{CatalogDimension::kTopic, "testing"};

absl::Time PublishedAt(std::uint64_t index) {
  return absl::FromUnixSeconds(static_cast<std::int64_t>(index * 7 % 20));
}

std::string AChunk(const std::vector<std::uint64_t>& indexes) {
  CatalogChunkWriter chunk;
  for (const std::uint64_t index : indexes) {
    chunk.Add(MakeCatalogPosting(index, EncodePublished(PublishedAt(index))).value());
  }
  return chunk.bytes();
}

class CatalogScanTest : public ::testing::Test {
 protected:
  CatalogScanTest() {
    EXPECT_THAT(archive_.Ingest(MakeArticle(1)), IsOk());
    auto database = CatalogDatabase::Create(archive_.catalog_path(), archive_.log());
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
  }
  void Put(const std::string& key, const std::string& value = "") {
    rocksdb::WriteBatch batch;
    batch.Put(key, value);
    EXPECT_THAT(database_->Write(&batch), IsOk());
  }
  // The article with all that lists need of it but its chunk.
  void PutArticle(std::uint64_t index) {
    Put(CatalogRowKey(index), EncodeCatalogRow({.ingest_time = kTestNow, .published = PublishedAt(index)}));
    Put(CatalogPublishedKey(EncodePublished(PublishedAt(index)), index), CatalogTermTag(kTerm));
  }
  void PutChunk(const std::vector<std::uint64_t>& indexes) {
    for (const std::uint64_t index : indexes) PutArticle(index);
    Put(CatalogPostingPrefix(kTerm) + EncodeIndex(indexes.front()), AChunk(indexes));
  }
  std::vector<std::uint64_t> List(const CatalogQuery& query, std::uint64_t tree_size,
                                  const PageLimits& limits = {}) {
    const absl::StatusOr<CatalogPage> page = ScanCatalog(*database_, query, tree_size, {}, limits);
    EXPECT_THAT(page, IsOk());
    std::vector<std::uint64_t> indexes;
    if (!page.ok()) return indexes;
    EXPECT_TRUE(page->end);
    for (const CatalogHit& hit : page->hits) indexes.push_back(hit.index);
    return indexes;
  }
  absl::Status Scan(const CatalogQuery& query) { return ScanCatalog(*database_, query, 1, {}, {}).status(); }

  TestArchive archive_;
  std::unique_ptr<CatalogDatabase> database_;
};

TEST_F(CatalogScanTest, AKeyThatEndsWithNoPositionIsDamage) {
  for (const char* end : {"1234567", "123456789"}) {
    const std::string word = std::string("testing") + end;
    Put(CatalogPostingPrefix({CatalogDimension::kTopic, word}) + end, AChunk({0}));
    for (const CatalogOrder order : {CatalogOrder::kIndexAscending, CatalogOrder::kPublishedAscending,
                                     CatalogOrder::kPublishedDescending}) {
      EXPECT_THAT(Scan({.topics = {word}, .order = order}),
                  StatusIs(absl::StatusCode::kDataLoss, "no position"))
          << end;
    }
  }
}

TEST_F(CatalogScanTest, AKeyByPublishedThatEndsWithNoPositionIsDamage) {
  Put(CatalogPublishedPrefix() + std::string(1, '\0') + std::string(19, '\1'));
  EXPECT_THAT(Scan({.order = CatalogOrder::kPublishedAscending}),
              StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

TEST_F(CatalogScanTest, AUrlsKeyWithNoPositionIsDamage) {
  Put(CatalogUrlPrefix("u"));
  CatalogQuery query;
  query.url_prefix = "u";
  EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

TEST_F(CatalogScanTest, AUrlWithNoPublishedTimeIsDamage) {
  Put(CatalogUrlPrefix("u") + EncodeIndex(0), std::string(kPublishedBytes, '\2'));
  CatalogQuery query;
  query.url_prefix = "u";
  EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

TEST_F(CatalogScanTest, ARowsKeyThatIsTooLongIsDamage) {
  CatalogRow row;
  row.ingest_time = kTestNow;
  Put(CatalogRowKey(0) + "x", EncodeCatalogRow(row));
  EXPECT_THAT(CountRowsBefore(*database_, kTestNow + absl::Seconds(1), 5),
              StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

// --- Chunks ---

TEST_F(CatalogScanTest, AChunkMayStraddleTheTreeSizeAndTheRangeOfIndexes) {
  PutChunk({2, 3, 5});
  PutChunk({8, 9, 11, 14});
  CatalogQuery query{.topics = {kTerm.value}};
  EXPECT_THAT(List(query, 20), ElementsAre(2, 3, 5, 8, 9, 11, 14));
  EXPECT_THAT(List(query, 11), ElementsAre(2, 3, 5, 8, 9));
  EXPECT_THAT(List(query, 8), ElementsAre(2, 3, 5));
  query.first_index = 3;
  query.end_index = 10;
  EXPECT_THAT(List(query, 20), ElementsAre(3, 5, 8, 9));
  EXPECT_THAT(List(query, 9), ElementsAre(3, 5, 8));
  query.order = CatalogOrder::kIndexDescending;
  EXPECT_THAT(List(query, 20), ElementsAre(9, 8, 5, 3));
  query.first_index = 6;
  query.end_index = 8;
  EXPECT_THAT(List(query, 20), IsEmpty());
}

// Published: 5 at 15, 8 at 16, 14 at 18, and 2, 3, 9, 11 at 14, 1, 3, 17.
TEST_F(CatalogScanTest, AFrequentTermIsListedInPublishedOrderAsARareOne) {
  PutChunk({2, 3, 5});
  PutChunk({8, 9, 11, 14});
  CatalogQuery query{.topics = {kTerm.value}, .order = CatalogOrder::kPublishedAscending};
  for (const std::size_t limit : {0, 2, 3, 6, 7, 10'000}) {
    EXPECT_THAT(List(query, 20, {.sorted_articles = limit}), ElementsAre(3, 9, 2, 5, 8, 11, 14)) << limit;
    EXPECT_THAT(List(query, 11, {.sorted_articles = limit}), ElementsAre(3, 9, 2, 5, 8)) << limit;
  }
  query.order = CatalogOrder::kPublishedDescending;
  query.first_index = 3;
  query.end_index = 10;
  for (const std::size_t limit : {0, 3, 4, 10'000}) {
    EXPECT_THAT(List(query, 20, {.sorted_articles = limit}), ElementsAre(8, 5, 9, 3)) << limit;
  }
}

// The one that is looked at article by article is not the one that was sorted.
TEST_F(CatalogScanTest, ARareAndAFrequentTermAreJoined) {
  PutChunk({2, 3, 5});
  PutChunk({8, 9, 11, 14});
  const CatalogTerm rare{CatalogDimension::kTopic, "rare"};
  for (const std::uint64_t index : {4, 9}) PutArticle(index);
  Put(CatalogPublishedKey(EncodePublished(PublishedAt(4)), 4), CatalogTermTag(rare));
  Put(CatalogPublishedKey(EncodePublished(PublishedAt(9)), 9), CatalogTermTag(rare) + CatalogTermTag(kTerm));
  Put(CatalogPostingPrefix(rare) + EncodeIndex(4), AChunk({4, 9}));
  CatalogQuery query{.topics = {"rare", kTerm.value}};
  for (const CatalogOrder order : kAllOrders) {
    query.order = order;
    for (const std::size_t limit : {0, 2, 10'000}) {
      EXPECT_THAT(List(query, 20, {.sorted_articles = limit}), ElementsAre(9));
    }
  }
}

TEST_F(CatalogScanTest, AChunkThatCannotBeReadIsDamage) {
  for (const std::string& bytes :
       {std::string(), std::string("\3"), AChunk({0, 1}) + "\1", std::string(99, '\xff')}) {
    Put(CatalogPostingPrefix(kTerm) + EncodeIndex(0), bytes);
    for (const CatalogOrder order : kAllOrders) {
      CatalogQuery query{.topics = {kTerm.value}, .order = order};
      EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "chunk"));
    }
  }
}

TEST_F(CatalogScanTest, TagsThatCannotBeReadAreDamage) {
  PutChunk({0});
  CatalogQuery query{.topics = {kTerm.value}, .order = CatalogOrder::kPublishedDescending};
  for (const std::string& tags : {std::string(), CatalogTermTag(kTerm) + "x"}) {
    Put(CatalogPublishedKey(EncodePublished(PublishedAt(0)), 0), tags);
    EXPECT_THAT(ScanCatalog(*database_, query, 1, {}, {.sorted_articles = 0}),
                StatusIs(absl::StatusCode::kDataLoss, "terms"));
  }
}

}  // namespace
}  // namespace chirograph::catalog_scan_test
