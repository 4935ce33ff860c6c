// SPDX-License-Identifier: Apache-2.0
#include "service/internal/expected_lookups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proto/stored_format.h"
#include "service/storage_schema.h"
#include "tests/service/sound_archive.h"
#include "tests/service/status_matchers.h"

namespace chirograph::expected_lookups_test {
namespace {

using absl::StatusCode;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr std::size_t kNoLimit = std::size_t{1} << 30;

class ExpectedLookupsTest : public testing::Test {
 protected:
  // What `table` has.
  std::vector<Lookup> Stored(LookupTable table) const {
    std::vector<Lookup> all;
    std::vector<Lookup> lookups;
    const std::vector<StoredPair> pairs = tables_.ReadPairs(table, "", kNoLimit).value();
    for (const StoredPair& pair : pairs) {
      EXPECT_TRUE(DecodeLookups(table, pair, &lookups));
      std::move(lookups.begin(), lookups.end(), std::back_inserter(all));
    }
    return all;
  }
  // What `tables` have that leads to `index`.
  std::vector<Lookup> StoredAt(std::uint64_t index, const std::vector<LookupTable>& tables) const {
    std::vector<Lookup> found;
    for (const LookupTable table : tables) {
      for (const Lookup& lookup : Stored(table)) {
        if (lookup.index == index) found.push_back(lookup);
      }
    }
    return found;
  }
  std::vector<Lookup> StoredInStore(std::uint64_t index) const {
    return StoredAt(index, {LookupTable::kSubmissions, LookupTable::kArticles, LookupTable::kSources});
  }
  std::vector<Lookup> StoredInCatalog(std::uint64_t index) const {
    return StoredAt(
        index, {LookupTable::kRows, LookupTable::kByIndex, LookupTable::kByPublished, LookupTable::kUrls});
  }
  std::string& At(StoreColumn column, std::uint64_t index) {
    return archive_.log[column].pairs[EncodeIndex(index)];
  }
  void Remove(StoreColumn column, std::uint64_t index) {
    archive_.log[column].pairs.erase(EncodeIndex(index));
  }
  // What must lead to the article at `index`, as far as it is known now.
  absl::StatusOr<std::vector<Lookup>> InStore(std::uint64_t index) const {
    const KnownArticles articles(archive_.log, kSoundTreeSize);
    return ExpectedInStore(articles.at(index), tables_);
  }
  absl::StatusOr<ExpectedInCatalog> InCatalog(std::uint64_t index) const {
    const KnownArticles articles(archive_.log, kSoundTreeSize);
    return ExpectedOfCatalog(articles.at(index), tables_);
  }

  MemoryArchive archive_ = SoundArchive();
  const LookupTables tables_{archive_.log, &archive_.catalog};
};

// --- Of a sound archive ---

TEST_F(ExpectedLookupsTest, OfKnownArticlesItIsWhatTheStoreHasAndNothingElse) {
  for (std::uint64_t index = 1; index < kSoundTreeSize; ++index) {
    const bool is_document = index == 2 || index == 3;
    EXPECT_EQ(StoredInStore(index).size(), is_document ? 3u : 2u);
    EXPECT_THAT(InStore(index).value(), UnorderedElementsAreArray(StoredInStore(index)));
  }
  EXPECT_THAT(StoredInStore(0), IsEmpty());
}

TEST_F(ExpectedLookupsTest, OfKnownArticlesItIsWhatTheCatalogHasAndNothingElse) {
  for (std::uint64_t index = 1; index < kSoundTreeSize; ++index) {
    const ExpectedInCatalog expected = InCatalog(index).value();
    EXPECT_THAT(expected.lookups, UnorderedElementsAreArray(StoredInCatalog(index)));
    ASSERT_TRUE(expected.row.has_value());
    EXPECT_EQ(EncodeCatalogRow(*expected.row), archive_.catalog.table.pairs[CatalogRowKey(index)]);
    EXPECT_EQ(expected.row->url.empty(), index == 6);
  }
  EXPECT_THAT(StoredInCatalog(0), IsEmpty());
}

TEST_F(ExpectedLookupsTest, PagesHaveTheThreeOfEachSubmissionAndNothingElse) {
  std::set<std::string> keys;
  for (std::uint64_t index = 1; index < kSoundTreeSize; ++index) {
    const CatalogRow row = *InCatalog(index)->row;
    if (row.url.empty()) continue;
    const PageLookups page = PageLookupsOf(row, index);
    keys.insert({page.claim, page.version});
    if (index != 3) keys.insert(page.version_list);  // which is the version of 1
  }
  std::set<std::string> stored;
  for (const Lookup& lookup : Stored(LookupTable::kPages)) stored.insert(lookup.key);
  EXPECT_EQ(keys, stored);
}

TEST_F(ExpectedLookupsTest, AClaimIsOfThePageAndAVersionOfTheArticleToo) {
  const auto page = [this](std::uint64_t index) { return PageLookupsOf(*InCatalog(index)->row, index); };
  EXPECT_EQ(page(1).claim, page(3).claim);
  EXPECT_EQ(page(1).version, page(3).version);
  EXPECT_NE(page(1).version_list, page(3).version_list);
  EXPECT_EQ(page(1).claim, page(4).claim);
  EXPECT_NE(page(1).version, page(4).version);
  EXPECT_NE(page(1).claim, page(2).claim);
}

TEST_F(ExpectedLookupsTest, ASubmissionIsWhatItsOpeningSays) {
  const KnownArticles articles(archive_.log, kSoundTreeSize);
  const SubmissionId message = SubmissionOf(*articles.at(1).opening);
  EXPECT_EQ(AsBytes(message.article_digest), articles.at(1).opening->article_digest());
  EXPECT_TRUE(message.secured_digest.has_value());
  EXPECT_FALSE(message.source_digest.has_value());
  const SubmissionId document = SubmissionOf(*articles.at(3).opening);
  EXPECT_EQ(document.article_digest, message.article_digest);
  EXPECT_EQ(document.secured_digest, message.secured_digest);
  ASSERT_TRUE(document.source_digest.has_value());
  EXPECT_EQ(AsBytes(*document.source_digest), articles.at(3).opening->source_digest());
  EXPECT_FALSE(SubmissionOf(*articles.at(5).opening).secured_digest.has_value());
}

// --- Of an article that is not known ---

TEST_F(ExpectedLookupsTest, WithoutItsEntryItIsWhatLeadsToItsStoredOpening) {
  const auto sound = StoredInStore(2);
  Remove(StoreColumn::kEntries, 2);
  Remove(StoreColumn::kContent, 2);
  EXPECT_THAT(InStore(2).value(), UnorderedElementsAreArray(sound));
}

TEST_F(ExpectedLookupsTest, WithoutItsOpeningItIsWhatLeadsToItsStoredContent) {
  for (const std::uint64_t index : {1, 2, 5}) {
    const auto sound = StoredInStore(index);
    Remove(StoreColumn::kOpenings, index);
    EXPECT_THAT(InStore(index).value(), UnorderedElementsAreArray(sound)) << index;
  }
}

TEST_F(ExpectedLookupsTest, AnOpeningOfAnotherSubmissionIsNotBelievedWhereItsContentIsSound) {
  const auto sound = StoredInStore(2);
  At(StoreColumn::kOpenings, 2) = At(StoreColumn::kOpenings, 1);  // by which another is found
  EXPECT_THAT(InStore(2).value(), UnorderedElementsAreArray(sound));
}

TEST_F(ExpectedLookupsTest, WhereNothingLeadsToItNothingMust) {
  Remove(StoreColumn::kEntries, 2);
  archive_.log[StoreColumn::kSubmissions].pairs.clear();
  EXPECT_THAT(InStore(2).value(), IsEmpty());
}

TEST_F(ExpectedLookupsTest, OfWhatIsNoOpeningAndNoContentNothingMustLeadToIt) {
  Remove(StoreColumn::kEntries, 2);
  At(StoreColumn::kOpenings, 2) = "no opening";
  At(StoreColumn::kContent, 2) = "no content";
  EXPECT_THAT(InStore(2).value(), IsEmpty());
}

TEST_F(ExpectedLookupsTest, WithoutItsContentItIsWhatTheCatalogSaysItself) {
  for (const StoreColumn column : {StoreColumn::kContent, StoreColumn::kOpenings, StoreColumn::kEntries}) {
    Remove(column, 2);
    const ExpectedInCatalog expected = InCatalog(2).value();
    EXPECT_THAT(expected.lookups, UnorderedElementsAreArray(StoredInCatalog(2)));
    ASSERT_TRUE(expected.row.has_value());
    EXPECT_EQ(expected.row->url, "https://news.example/2");
  }
}

TEST_F(ExpectedLookupsTest, OfAnArticleInFullTheCatalogIsNotAsked) {
  const auto sound = StoredInCatalog(2);
  archive_.catalog.table.pairs.clear();
  archive_.catalog.table.Spoil("", absl::UnavailableError("not now"));
  const absl::StatusOr<ExpectedInCatalog> expected = InCatalog(2);
  ASSERT_THAT(expected, IsOk());
  EXPECT_THAT(expected->lookups, UnorderedElementsAreArray(sound));
}

TEST_F(ExpectedLookupsTest, WithoutARowNothingMustLeadToIt) {
  Remove(StoreColumn::kContent, 2);
  std::string& row = archive_.catalog.table.pairs[CatalogRowKey(2)];
  row = "no row";
  EXPECT_FALSE(InCatalog(2)->row.has_value());
  EXPECT_THAT(InCatalog(2)->lookups, IsEmpty());
  archive_.catalog.table.pairs.erase(CatalogRowKey(2));
  EXPECT_FALSE(InCatalog(2)->row.has_value());
  EXPECT_THAT(InCatalog(2)->lookups, IsEmpty());
}

TEST_F(ExpectedLookupsTest, WithoutItsTermsTheRowSaysTheRest) {
  Remove(StoreColumn::kContent, 2);
  const CatalogRow row = *InCatalog(2)->row;
  archive_.catalog.table.pairs.erase(CatalogPublishedKey(EncodePublished(row.published), 2));
  std::vector<LookupTable> tables;
  const ExpectedInCatalog expected = InCatalog(2).value();
  for (const Lookup& lookup : expected.lookups) tables.push_back(lookup.table);
  EXPECT_THAT(tables,
              testing::ElementsAre(LookupTable::kRows, LookupTable::kByPublished, LookupTable::kUrls));
}

// --- What cannot be read ---

TEST_F(ExpectedLookupsTest, WhyASubmissionCannotBeReadIsPassedOn) {
  Remove(StoreColumn::kOpenings, 2);
  for (const absl::Status& error : {absl::DataLossError("torn"), absl::UnavailableError("not now")}) {
    archive_.log[StoreColumn::kSubmissions].Spoil("", error);
    EXPECT_EQ(InStore(2).status(), error);
    EXPECT_THAT(InStore(1), IsOk());  // whose Opening is known
  }
}

TEST_F(ExpectedLookupsTest, WhyARowOrItsTermsCannotBeReadIsPassedOn) {
  Remove(StoreColumn::kContent, 2);
  for (const std::string& prefix : {CatalogRowKey(2), CatalogPublishedPrefix()}) {
    for (const absl::Status& error : {absl::DataLossError("torn"), absl::UnavailableError("not now")}) {
      archive_.catalog.table.Spoil(prefix, error);
      EXPECT_EQ(InCatalog(2).status(), error);
    }
  }
}

}  // namespace
}  // namespace chirograph::expected_lookups_test
