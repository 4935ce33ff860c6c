// SPDX-License-Identifier: Apache-2.0
//
// Each finding of a check, by spoiling just that.
#include "service/internal/check_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "crypto/merkle.h"
#include "proto/finding.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::check_run_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Index 0 and 1: KeyEvents. 2 to 5: signed, the even ones as source documents. 6 to 9: unsigned, likewise.
constexpr std::uint64_t kTreeSize = 10;

using CodeAndIndex = std::pair<v1::FindingCode, std::optional<std::uint64_t>>;

std::vector<CodeAndIndex> Of(const std::vector<v1::Finding>& findings) {
  std::vector<CodeAndIndex> pairs;
  for (const v1::Finding& finding : findings) {
    pairs.emplace_back(finding.code(), finding.has_index() ? std::optional(finding.index()) : std::nullopt);
  }
  return pairs;
}

class CheckRunTest : public ::testing::Test {
 protected:
  CheckRunTest() : archive_(KeyringOf({&first_, &second_})) {
    EXPECT_TRUE(archive_.StartCatalog().ok());
    for (int i = 2; i < 6; ++i) {
      const TestPublisher& publisher = i < 4 ? first_ : second_;
      EXPECT_TRUE(
          (i % 2 == 0 ? archive_.Ingest(publisher.Document(i)) : archive_.Ingest(publisher.Article(i))).ok());
    }
    for (int i = 6; i < 10; ++i) {
      EXPECT_TRUE((i % 2 == 0 ? archive_.Ingest(MakeDocument(i, "un.example"))
                              : archive_.Ingest(MakeArticle(i, "un.example")))
                      .ok());
    }
    EXPECT_EQ(archive_.tree_size(), kTreeSize);
    EXPECT_TRUE(archive_.CatchUp().ok());
    spoilt_.emplace(archive_);
  }

  CheckOutcome Check() {
    CheckOutcome outcome = spoilt_->Check({.keyring = &keyring_});
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    return outcome;
  }
  // What is found, after which all is mended and nothing is found.
  std::vector<CodeAndIndex> Found() {
    const CheckOutcome outcome = Check();
    spoilt_->Mend();
    EXPECT_THAT(Check().Text(), IsEmpty());
    return Of(outcome.findings);
  }
  // Turns a bit of what `column` has at `index`.
  void TurnBit(StoreColumn column, std::uint64_t index, int at) {
    spoilt_->Put(column, EncodeIndex(index), WithBitTurned(spoilt_->GetAt(column, index), at));
  }
  // Turns a bit of the first value in a table of the catalog.
  void TurnBit(const StoredPair& pair, int at) {
    spoilt_->PutInCatalog(pair.key, WithBitTurned(pair.value, at));
  }

  const TestPublisher first_{"first.example"};
  const TestPublisher second_{"second.example", "key-2", KeyAlgorithm::kEcdsaP256Sha256,
                              EnvelopeKind::kAes256Gcm};
  const Keyring keyring_ = KeyringOf({&first_, &second_});
  TestArchive archive_;
  std::optional<SpoilableArchive> spoilt_;
};

TEST_F(CheckRunTest, OfASoundArchiveNothingIsFound) {
  const CheckOutcome outcome = Check();
  EXPECT_THAT(outcome.Text(), IsEmpty());
  EXPECT_EQ(outcome.summary.tree_size(), kTreeSize);
  EXPECT_EQ(outcome.summary.start_index(), 0u);
  EXPECT_EQ(outcome.summary.end_index(), kTreeSize);
  EXPECT_EQ(outcome.summary.articles(), 8u);
  EXPECT_EQ(outcome.summary.key_events(), 2u);
  EXPECT_EQ(outcome.summary.signatures_verified(), 4u);
  EXPECT_EQ(outcome.summary.catalog_tree_size(), kTreeSize);
  EXPECT_TRUE(outcome.summary.extras_checked());
  ASSERT_EQ(outcome.articles.size(), 8u);
  EXPECT_EQ(outcome.articles[0].index(), 2u);
  EXPECT_EQ(outcome.articles[0].standing(), v1::ARTICLE_STANDING_VALID_NOW);
  EXPECT_EQ(outcome.articles[0].signature(), v1::SIGNATURE_CHECK_VERIFIED);
  EXPECT_EQ(outcome.articles[0].publisher_domain(), "first.example");
  EXPECT_EQ(outcome.articles[7].standing(), v1::ARTICLE_STANDING_NOT_VALID);
}

// --- The tree ---

TEST_F(CheckRunTest, AnEntryThatIsAnotherIsNamed) {
  for (std::uint64_t index = 2; index < kTreeSize; ++index) {
    TurnBit(StoreColumn::kEntries, index, -1);  // of the time's nanoseconds
    EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_ENTRY_MISMATCH, index)));
  }
}

TEST_F(CheckRunTest, AnEntryThatIsMissingIsNamed) {
  spoilt_->Delete(StoreColumn::kEntries, EncodeIndex(4));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_ENTRY_MISSING, 4)));
}

TEST_F(CheckRunTest, AnEntryThatIsNoneIsNamed) {
  spoilt_->Put(StoreColumn::kEntries, EncodeIndex(7), "not an entry");
  EXPECT_THAT(Found(), UnorderedElementsAre(CodeAndIndex(v1::FINDING_CODE_ENTRY_MALFORMED, 7),
                                            CodeAndIndex(v1::FINDING_CODE_ENTRY_MISMATCH, 7)));
}

TEST_F(CheckRunTest, ATileIsNamedWithItsEntry) {
  const std::string key = EncodeTileKey({0, 0});
  const std::string tile = spoilt_->Get(StoreColumn::kTiles, key);
  spoilt_->Put(StoreColumn::kTiles, key, WithBitTurned(tile, 3 * 32 + 5));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_TILE_MISMATCH, 3)));
  spoilt_->Delete(StoreColumn::kTiles, key);
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_TILE_MISSING, 0)));
  spoilt_->Put(StoreColumn::kTiles, key, tile + std::string(32, 'x'));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_TILE_MISMATCH, 0)));
  spoilt_->Put(StoreColumn::kTiles, EncodeTileKey({1, 0}), std::string(32, 'x'));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_TILE_MISMATCH, std::nullopt)));
}

TEST_F(CheckRunTest, ACheckpointOfAnotherTreeOrKeyIsNamed) {
  const std::string sound = spoilt_->Get(StoreColumn::kMeta, kMetaCheckpointKey);
  const auto other = SignCheckpoint({kTestOrigin, kTreeSize, Sha256("another tree"), {}}, archive_.signer());
  spoilt_->Put(StoreColumn::kMeta, kMetaCheckpointKey, other.value());
  EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_ROOT_MISMATCH, std::nullopt)));
  spoilt_->Put(StoreColumn::kMeta, kMetaCheckpointKey, WithBitTurned(sound, -5));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_CHECKPOINT_INVALID, std::nullopt)));
  spoilt_->Delete(StoreColumn::kMeta, kMetaCheckpointKey);
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_CHECKPOINT_INVALID, std::nullopt)));
}

// --- What the store says of itself, and its end ---

TEST_F(CheckRunTest, AStoreThatSaysItIsAnotherLogsIsNamed) {
  spoilt_->Put(StoreColumn::kMeta, kMetaOriginKey, "other.example");
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_STORE_MISLABELLED, std::nullopt)));
  spoilt_->Delete(StoreColumn::kMeta, kMetaVerifierKeyKey);
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_STORE_MISLABELLED, std::nullopt)));
}

TEST_F(CheckRunTest, AnEndBeforeWhatWasAcknowledgedIsNamed) {
  spoilt_->SetCommitted(kTreeSize + 3);
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_END_MISSING, kTreeSize)));
}

TEST_F(CheckRunTest, WhatLiesBeyondTheEndIsNamed) {
  spoilt_->Put(StoreColumn::kEntries, EncodeIndex(kTreeSize + 1), spoilt_->GetAt(StoreColumn::kEntries, 5));
  spoilt_->Put(StoreColumn::kContent, EncodeIndex(kTreeSize), "something");
  EXPECT_THAT(Found(), UnorderedElementsAre(CodeAndIndex(v1::FINDING_CODE_ENTRY_BEYOND_TREE, kTreeSize + 1),
                                            CodeAndIndex(v1::FINDING_CODE_ARTICLE_UNLOGGED, kTreeSize)));
}

TEST_F(CheckRunTest, AnArticleBesideAKeyEventIsNamed) {
  spoilt_->Put(StoreColumn::kOpenings, EncodeIndex(0), spoilt_->GetAt(StoreColumn::kOpenings, 5));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_ARTICLE_UNLOGGED, 0)));
}

// --- What is kept beside entries ---

TEST_F(CheckRunTest, AnOpeningIsHeldAgainstItsEntry) {
  for (std::uint64_t index = 2; index < kTreeSize; ++index) {
    TurnBit(StoreColumn::kOpenings, index, 6);  // of the salt
    EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_OPENING_MISMATCH, index)));
    spoilt_->Delete(StoreColumn::kOpenings, EncodeIndex(index));
    EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_OPENING_MISSING, index)));
  }
}

TEST_F(CheckRunTest, AContentIsHeldAgainstItsOpening) {
  for (std::uint64_t index = 2; index < kTreeSize; ++index) {
    TurnBit(StoreColumn::kContent, index, 9);
    EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_CONTENT_MISMATCH, index)));
    spoilt_->Delete(StoreColumn::kContent, EncodeIndex(index));
    EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_CONTENT_MISSING, index)));
  }
}

TEST_F(CheckRunTest, APublisherIsNamedAsLongAsTheOpeningIsThere) {
  const auto publisher_of_2 = [this]() -> std::optional<std::string> {
    ArchiveCheck check(spoilt_->Examine(), {.start_index = 2, .end_index = 3}, spoilt_->clock());
    std::optional<std::string> publisher;
    while (!check.is_done()) {
      const auto message = check.Next();
      EXPECT_TRUE(message.ok()) << message.status();
      if (!message.ok()) return std::nullopt;
      for (const v1::CheckedArticle& article : message->articles()) {
        if (article.has_publisher_domain()) publisher = article.publisher_domain();
      }
    }
    return publisher;
  };
  const std::optional<std::string> named = publisher_of_2();
  ASSERT_TRUE(named.has_value());
  spoilt_->Delete(StoreColumn::kContent, EncodeIndex(2));
  EXPECT_EQ(publisher_of_2(), named);
  spoilt_->Delete(StoreColumn::kOpenings, EncodeIndex(2));
  EXPECT_EQ(publisher_of_2(), std::nullopt);
}

// --- What leads to entries ---

TEST_F(CheckRunTest, EachDigestLeadsToItsEntryAndThereIsNoOther) {
  for (const StoreColumn column :
       {StoreColumn::kSubmissions, StoreColumn::kArticles, StoreColumn::kSources}) {
    for (const StoredPair& pair : spoilt_->Pairs(column)) {
      const std::uint64_t index =
          *DecodeIndex(column == StoreColumn::kSubmissions ? pair.value : pair.key.substr(32));
      spoilt_->Delete(column, pair.key);
      EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, index)));
    }
  }
  const Digest digest = Sha256("nothing that is archived");
  spoilt_->Put(StoreColumn::kArticles, EncodeDigestKey(digest, 5), "");
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, 5)));
  spoilt_->Put(StoreColumn::kSources, EncodeDigestKey(digest, 1), "");
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, 1)));
  spoilt_->Put(StoreColumn::kSubmissions, EncodeSubmissionKey({.article_digest = digest}), EncodeIndex(3));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, 3)));
}

TEST_F(CheckRunTest, ADigestThatLeadsToAnotherEntryIsNamedAtItsOwn) {
  for (const StoredPair& pair : spoilt_->Pairs(StoreColumn::kSubmissions)) {
    const std::uint64_t index = *DecodeIndex(pair.value);
    spoilt_->Put(StoreColumn::kSubmissions, pair.key, EncodeIndex(index == 9 ? 2 : 9));
    EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, index)));
  }
}

TEST_F(CheckRunTest, ADigestThatIsNoneIsNamed) {
  spoilt_->Put(StoreColumn::kSubmissions, "short", EncodeIndex(3));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, std::nullopt)));
}

TEST_F(CheckRunTest, EachKeyLeadsToItsLastEvent) {
  const std::string key = EncodeKeyName({"first.example", "key-1"});
  const std::uint64_t index = *DecodeIndex(spoilt_->Get(StoreColumn::kKeyEvents, key));
  spoilt_->Delete(StoreColumn::kKeyEvents, key);
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, index)));
  spoilt_->Put(StoreColumn::kKeyEvents, key, EncodeIndex(5));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, index)));
  spoilt_->Put(StoreColumn::kKeyEvents, EncodeKeyName({"third.example", "key-1"}), EncodeIndex(0));
  EXPECT_THAT(Found(), ElementsAre(CodeAndIndex(v1::FINDING_CODE_INDEX_MISMATCH, 0)));
}

// --- The catalog ---

TEST_F(CheckRunTest, WhatTheCatalogHidesIsNamed) {
  for (const CatalogTable table : {CatalogTable::kRows, CatalogTable::kByIndex, CatalogTable::kByPublished,
                                   CatalogTable::kUrls, CatalogTable::kPages}) {
    ASSERT_FALSE(spoilt_->CatalogPairs(table).empty());
    for (const StoredPair& pair : spoilt_->CatalogPairs(table)) {
      spoilt_->DeleteInCatalog(pair.key);
      const std::vector<CodeAndIndex> found = Found();
      ASSERT_THAT(found, testing::Not(IsEmpty())) << static_cast<int>(table);
      for (const auto& [code, index] : found) {
        EXPECT_EQ(code, v1::FINDING_CODE_CATALOG_HIDES);
        EXPECT_TRUE(index.has_value());
      }
    }
  }
}

TEST_F(CheckRunTest, WhatTheCatalogSaysOtherwiseIsNamed) {
  for (const StoredPair& pair : spoilt_->CatalogPairs(CatalogTable::kRows)) {
    const std::uint64_t index = *DecodeIndex(pair.key.substr(1));
    for (std::size_t at = 0; at < pair.value.size(); at += 7) {
      TurnBit(pair, static_cast<int>(at));
      EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_CATALOG_DIFFERS, index)));
    }
  }
  for (const CatalogTable table : {CatalogTable::kByPublished, CatalogTable::kUrls}) {
    for (const StoredPair& pair : spoilt_->CatalogPairs(table)) {
      const std::uint64_t index = *DecodeIndex(pair.key.substr(pair.key.size() - 8));
      TurnBit(pair, -1);
      EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_CATALOG_DIFFERS, index)));
    }
  }
}

TEST_F(CheckRunTest, WhatTheCatalogInventsIsNamed) {
  const auto copy = [this](const StoredPair& pair, std::uint64_t to) {
    std::string key = pair.key.substr(0, pair.key.size() - 8) + EncodeIndex(to);
    spoilt_->PutInCatalog(key, pair.value);
    return Found();
  };
  const StoredPair row = spoilt_->CatalogPairs(CatalogTable::kRows).front();
  EXPECT_THAT(copy(row, 0), testing::Contains(CodeAndIndex(v1::FINDING_CODE_CATALOG_INVENTS, 0)));
  for (const CatalogTable table : {CatalogTable::kByPublished, CatalogTable::kUrls}) {
    StoredPair pair = spoilt_->CatalogPairs(table).front();
    pair.key = WithBitTurned(pair.key, 10);  // another time, another URL
    EXPECT_THAT(copy(pair, 9), ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_INVENTS, 9)));
  }
  const StoredPair chunk = spoilt_->CatalogPairs(CatalogTable::kByIndex).front();
  spoilt_->PutInCatalog(WithBitTurned(chunk.key, 5), chunk.value);  // of another term
  EXPECT_THAT(Found(), testing::Each(testing::Field(&CodeAndIndex::first, v1::FINDING_CODE_CATALOG_INVENTS)));
  // A claim of a publisher that has no article of that URL.
  StoredPair claim;
  for (const StoredPair& pair : spoilt_->CatalogPairs(CatalogTable::kPages)) {
    if (pair.key[17] == static_cast<char>(CatalogPageList::kClaims)) claim = pair;
  }
  spoilt_->PutInCatalog(claim.key + "x", claim.value);
  EXPECT_THAT(Found(),
              ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_INVENTS, *DecodeIndex(claim.value))));
}

TEST_F(CheckRunTest, APageThatLeadsAstrayIsNamedAtItsArticle) {
  for (const StoredPair& pair : spoilt_->CatalogPairs(CatalogTable::kPages)) {
    if (pair.key[17] == static_cast<char>(CatalogPageList::kVersionList)) continue;
    const std::uint64_t index = *DecodeIndex(pair.value);
    for (const std::uint64_t to : {std::uint64_t{2}, std::uint64_t{9}, kTreeSize + 5}) {
      if (to == index) continue;
      spoilt_->PutInCatalog(pair.key, EncodeIndex(to));
      EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_CATALOG_DIFFERS, index)));
    }
  }
}

TEST_F(CheckRunTest, APostingThatIsThereTwiceIsNamed) {
  const StoredPair chunk = spoilt_->CatalogPairs(CatalogTable::kByIndex).front();
  CatalogChunkWriter twice;
  std::vector<CatalogPosting> postings;
  ASSERT_TRUE(DecodeCatalogChunk(*DecodeIndex(chunk.key.substr(18)), chunk.value, &postings));
  for (std::uint64_t index = 1; index < postings.front().index; ++index) {
    // A chunk of its own that begins before, and has the posting too.
    twice.Clear();
    CatalogPosting invented = postings.front();
    invented.index = index;
    twice.Add(invented);
    twice.Add(postings.front());
    spoilt_->PutInCatalog(chunk.key.substr(0, 18) + EncodeIndex(index), twice.bytes());
    EXPECT_THAT(Found(), testing::Contains(CodeAndIndex(v1::FINDING_CODE_CATALOG_INVENTS, index)));
  }
}

TEST_F(CheckRunTest, WhatTheCatalogSaysOfItselfIsHeldAgainstTheLog) {
  const auto put = [this](std::string_view name, std::string_view value) {
    spoilt_->PutInCatalog(CatalogMetaKey(name), value);
    return Found();
  };
  EXPECT_THAT(put(kCatalogVersionKey, "1"),
              ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_UNREADABLE, std::nullopt)));
  EXPECT_THAT(put(kCatalogProgressKey, "x"),
              ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_UNREADABLE, std::nullopt)));
  EXPECT_THAT(put(kCatalogProgressKey, EncodeCatalogProgress({kTreeSize, Sha256("x")})),
              ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_DIFFERS, std::nullopt)));
  EXPECT_THAT(put(kCatalogProgressKey, EncodeCatalogProgress({kTreeSize + 1, Sha256("x")})),
              ElementsAre(CodeAndIndex(v1::FINDING_CODE_CATALOG_INVENTS, std::nullopt)));
}

// --- Today's keyring ---

TEST_F(CheckRunTest, TodaysKeyringSaysWhatVerdictsAreWorth) {
  PublisherKey revoked = first_.key;
  revoked.revoked_at = kTestNow - absl::Hours(1);
  const Keyring today = Keyring::Create({{first_.domain(), {revoked}}}).value();
  const CheckOutcome outcome = spoilt_->Check({.keyring = &today});
  EXPECT_THAT(outcome.Text(), IsEmpty());
  EXPECT_EQ(outcome.articles[0].standing(), v1::ARTICLE_STANDING_KEY_REVOKED_SINCE);
  EXPECT_EQ(outcome.articles[0].verdict_now(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(outcome.articles[2].standing(), v1::ARTICLE_STANDING_VALID_WHEN_INGESTED);
  EXPECT_EQ(outcome.articles[2].verdict_now(), v1::VERDICT_UNKNOWN_KEY);
  const CheckOutcome without = spoilt_->Check();
  EXPECT_THAT(without.Text(), IsEmpty());
  EXPECT_EQ(without.articles[0].standing(), v1::ARTICLE_STANDING_UNSPECIFIED);
}

}  // namespace
}  // namespace chirograph::check_run_test
