// SPDX-License-Identifier: Apache-2.0
#include "service/internal/lookup_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/catalog_schema.h"
#include "service/storage_schema.h"
#include "tests/service/memory_archive.h"
#include "tests/service/status_matchers.h"

namespace chirograph::lookup_table_test {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

const CatalogTerm kTerm{CatalogDimension::kTopic, "testing"};
const CatalogPageTags kPage = TagsOfPage("news.example", "https://news.example/1");
const Digest kDigest = Sha256("an article");

std::string At(std::int64_t seconds) { return EncodePublished(absl::FromUnixSeconds(seconds)); }

// A chunk of the term with these indexes, each of which is published as many seconds after 1970.
StoredPair ChunkOf(const std::vector<std::uint64_t>& indexes) {
  CatalogChunkWriter writer;
  for (const std::uint64_t index : indexes) {
    writer.Add(*MakeCatalogPosting(index, At(static_cast<std::int64_t>(index))));
  }
  return {CatalogPostingPrefix(kTerm) + EncodeIndex(indexes.front()), writer.bytes()};
}

// One pair of each table but kByIndex that leads to index 7.
StoredPair PairOf(LookupTable table) {
  switch (table) {
    case LookupTable::kSubmissions:
      return {EncodeSubmissionKey({.article_digest = kDigest}), EncodeIndex(7)};
    case LookupTable::kArticles:
    case LookupTable::kSources:
      return {EncodeDigestKey(kDigest, 7), ""};
    case LookupTable::kRows:
      return {CatalogRowKey(7), EncodeCatalogRow({})};
    case LookupTable::kByIndex:
      return ChunkOf({7});
    case LookupTable::kByPublished:
      return {CatalogPublishedKey(At(7), 7), CatalogTermTag(kTerm)};
    case LookupTable::kUrls:
      return {CatalogUrlPrefix("https://news.example/1") + EncodeIndex(7), At(7)};
    case LookupTable::kPages:
      break;
  }
  return {CatalogVersionKey(kPage, kDigest, Verdict::kValid), EncodeIndex(7)};
}

std::vector<Lookup> Decode(LookupTable table, const StoredPair& pair) {
  std::vector<Lookup> lookups = {{.index = 99}};  // which is to be replaced
  EXPECT_TRUE(DecodeLookups(table, pair, &lookups)) << LookupTableName(table);
  return lookups;
}
bool IsOfFormat(LookupTable table, const std::string& key, const std::string& value) {
  std::vector<Lookup> lookups = {{.index = 99}};
  const bool is_of_format = DecodeLookups(table, {key, value}, &lookups);
  EXPECT_EQ(lookups.empty(), !is_of_format);
  return is_of_format;
}

TEST(LookupTableTest, EachTableHasANameOfItsOwnThatSaysWhetherItIsOfTheCatalog) {
  std::set<std::string_view> names;
  for (const LookupTable table : kAllLookupTables) {
    names.insert(LookupTableName(table));
    EXPECT_EQ(IsOfCatalog(table), LookupTableName(table).starts_with("catalog/"));
  }
  EXPECT_EQ(names.size(), kAllLookupTables.size());
  EXPECT_EQ(names.count("unknown"), 0u);
  for (const StoreColumn column :
       {StoreColumn::kSubmissions, StoreColumn::kArticles, StoreColumn::kSources}) {
    EXPECT_EQ(names.count(StoreColumnName(column)), 1u);
  }
}

TEST(LookupTableTest, TablesOfTheCatalogAreToldApartByTheirPrefixes) {
  std::set<std::string> prefixes;
  for (const LookupTable table : kAllLookupTables) {
    const std::string prefix = LookupTablePrefix(table);
    EXPECT_EQ(prefix.size(), IsOfCatalog(table) ? 1u : 0u);
    EXPECT_TRUE(PairOf(table).key.starts_with(prefix));
    prefixes.insert(prefix);
  }
  EXPECT_EQ(prefixes.size(), 1 + 5u);
}

// --- What a pair leads to ---

TEST(LookupTableTest, APairLeadsToItsIndexAndIsKeptAsItIsStored) {
  for (const LookupTable table : kAllLookupTables) {
    if (table == LookupTable::kByIndex) continue;
    const StoredPair pair = PairOf(table);
    EXPECT_THAT(Decode(table, pair), ElementsAre(Lookup{table, pair.key, pair.value, 7}));
  }
}

TEST(LookupTableTest, EachListOfAPageLeadsToItsIndex) {
  const std::string claim = CatalogClaimPrefix(kPage.url, Verdict::kValid) + "news.example";
  EXPECT_THAT(Decode(LookupTable::kPages, {claim, EncodeIndex(3)}),
              ElementsAre(Lookup{LookupTable::kPages, claim, EncodeIndex(3), 3}));
  const std::string listed = CatalogVersionListPrefix(kPage, Verdict::kValid) + EncodeIndex(5);
  EXPECT_THAT(Decode(LookupTable::kPages, {listed, ""}),
              ElementsAre(Lookup{LookupTable::kPages, listed, "", 5}));
}

TEST(LookupTableTest, AChunkLeadsToEachOfItsPostings) {
  const std::string prefix = CatalogPostingPrefix(kTerm);
  EXPECT_THAT(Decode(LookupTable::kByIndex, ChunkOf({2, 3, 70})),
              ElementsAre(Lookup{LookupTable::kByIndex, prefix + EncodeIndex(2), At(2), 2},
                          Lookup{LookupTable::kByIndex, prefix + EncodeIndex(3), At(3), 3},
                          Lookup{LookupTable::kByIndex, prefix + EncodeIndex(70), At(70), 70}));
}

TEST(LookupTableTest, WhatIsNotOfTheFormatLeadsNowhere) {
  for (const LookupTable table : kAllLookupTables) {
    const StoredPair pair = PairOf(table);
    EXPECT_FALSE(IsOfFormat(table, "", pair.value)) << LookupTableName(table);
    EXPECT_FALSE(IsOfFormat(table, pair.key.substr(0, 8), pair.value)) << LookupTableName(table);
  }
  // A key that is too long, where its length is fixed.
  for (const LookupTable table : {LookupTable::kSubmissions, LookupTable::kArticles, LookupTable::kSources,
                                  LookupTable::kRows, LookupTable::kByIndex, LookupTable::kByPublished}) {
    const StoredPair pair = PairOf(table);
    EXPECT_FALSE(IsOfFormat(table, pair.key + "x", pair.value)) << LookupTableName(table);
  }
  // A value that is none.
  for (const LookupTable table : {LookupTable::kSubmissions, LookupTable::kArticles, LookupTable::kSources,
                                  LookupTable::kByIndex, LookupTable::kPages}) {
    const StoredPair pair = PairOf(table);
    EXPECT_FALSE(IsOfFormat(table, pair.key, pair.value + "x")) << LookupTableName(table);
  }
  EXPECT_FALSE(IsOfFormat(LookupTable::kByIndex, ChunkOf({7}).key, ""));
  const std::string list = CatalogVersionListPrefix(kPage, Verdict::kValid);
  EXPECT_FALSE(IsOfFormat(LookupTable::kPages, list + EncodeIndex(5), "x"));
}

// --- Looking things up ---

class LookupTablesTest : public testing::Test {
 protected:
  LookupTablesTest() {
    for (const LookupTable table : kAllLookupTables) {
      const StoredPair pair = PairOf(table);
      TableOf(table).pairs[pair.key] = pair.value;
    }
  }
  MemoryTable& TableOf(LookupTable table) {
    switch (table) {
      case LookupTable::kSubmissions:
        return log_[StoreColumn::kSubmissions];
      case LookupTable::kArticles:
        return log_[StoreColumn::kArticles];
      case LookupTable::kSources:
        return log_[StoreColumn::kSources];
      default:
        return catalog_.table;
    }
  }
  void PutChunk(const std::vector<std::uint64_t>& indexes) {
    const StoredPair chunk = ChunkOf(indexes);
    catalog_.table.pairs[chunk.key] = chunk.value;
  }
  // The published time of a posting of the term.
  absl::StatusOr<std::optional<std::string>> FindPosting(std::uint64_t index) const {
    return tables_.Find(LookupTable::kByIndex, CatalogPostingPrefix(kTerm) + EncodeIndex(index));
  }

  static constexpr std::size_t kNoLimit = std::size_t{1} << 20;
  MemoryLog log_;
  MemoryCatalog catalog_;
  const LookupTables tables_{log_, &catalog_};
};

TEST_F(LookupTablesTest, WithoutACatalogThereAreItsTablesNot) {
  const LookupTables without(log_, nullptr);
  for (const LookupTable table : kAllLookupTables) {
    EXPECT_TRUE(tables_.has(table));
    EXPECT_EQ(without.has(table), !IsOfCatalog(table));
  }
}

TEST_F(LookupTablesTest, FindsTheValueOfAKeyAndOfNoOther) {
  for (const LookupTable table : kAllLookupTables) {
    const StoredPair pair = PairOf(table);
    const std::string expected = table == LookupTable::kByIndex ? At(7) : pair.value;
    EXPECT_THAT(tables_.Find(table, pair.key).value(), Optional(expected)) << LookupTableName(table);
    for (const int by : {-1, 1}) {
      std::string other = pair.key;
      other.back() = static_cast<char>(other.back() + by);
      EXPECT_EQ(tables_.Find(table, other).value(), std::nullopt) << LookupTableName(table);
    }
  }
}

TEST_F(LookupTablesTest, APostingIsFoundInTheChunkThatBeginsAtItOrBefore) {
  PutChunk({7, 9, 12});
  PutChunk({20, 21});
  for (const std::uint64_t index : {7, 9, 12, 20, 21}) {
    EXPECT_THAT(FindPosting(index).value(), Optional(At(static_cast<std::int64_t>(index)))) << index;
  }
  for (const std::uint64_t index : {0, 6, 8, 13, 19, 22}) {
    EXPECT_EQ(FindPosting(index).value(), std::nullopt) << index;
  }
}

TEST_F(LookupTablesTest, APostingOfAnotherTermIsNotTakenForOne) {
  const CatalogTerm other{CatalogDimension::kType, "testing"};
  EXPECT_EQ(tables_.Find(LookupTable::kByIndex, CatalogPostingPrefix(other) + EncodeIndex(7)).value(),
            std::nullopt);
}

TEST_F(LookupTablesTest, APostingInAChunkThatIsNoneIsDataLoss) {
  catalog_.table.pairs[ChunkOf({7}).key] = "\x7f";
  EXPECT_THAT(FindPosting(7), StatusIs(StatusCode::kDataLoss, "a chunk that is none"));
}

TEST_F(LookupTablesTest, WhyAKeyCannotBeReadIsPassedOn) {
  for (const LookupTable table : kAllLookupTables) {
    for (const absl::Status& error : {absl::DataLossError("torn"), absl::UnavailableError("not now")}) {
      TableOf(table).Spoil(PairOf(table).key, error);
      EXPECT_EQ(tables_.Find(table, PairOf(table).key).status(), error) << LookupTableName(table);
      EXPECT_EQ(tables_.ReadPairs(table, PairOf(table).key, kNoLimit).status(), error);
    }
  }
}

// --- Reading all of a table ---

TEST_F(LookupTablesTest, PairsAreThoseOfTheTableAlone) {
  catalog_.table.pairs[CatalogMetaKey(kCatalogProgressKey)] = "";
  for (const LookupTable table : kAllLookupTables) {
    const auto pairs = tables_.ReadPairs(table, "", kNoLimit).value();
    ASSERT_EQ(pairs.size(), 1u) << LookupTableName(table);
    EXPECT_EQ(pairs[0].key, PairOf(table).key);
    EXPECT_EQ(pairs[0].value, PairOf(table).value);
    EXPECT_THAT(tables_.ReadPairs(table, PairOf(table).key + '\0', kNoLimit).value(), IsEmpty());
  }
}

TEST_F(LookupTablesTest, PairsAreNoMoreThanFitButOneAtLeast) {
  for (std::uint64_t index = 8; index < 20; ++index) catalog_.table.pairs[CatalogRowKey(index)] = "a row";
  EXPECT_EQ(tables_.ReadPairs(LookupTable::kRows, CatalogRowKey(8), 0).value().size(), 1u);
  const std::size_t one = CatalogRowKey(8).size() + 5;
  EXPECT_EQ(tables_.ReadPairs(LookupTable::kRows, CatalogRowKey(8), 3 * one).value().size(), 3u);
}

}  // namespace
}  // namespace chirograph::lookup_table_test
