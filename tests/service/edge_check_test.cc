// SPDX-License-Identifier: Apache-2.0
#include "service/internal/edge_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/tile.h"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "service/catalog_schema.h"
#include "service/storage_schema.h"
#include "tests/service/sound_archive.h"
#include "tests/service/status_matchers.h"

namespace chirograph::edge_check_test {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "index CODE subject" of each.
std::vector<std::string> Lines(const std::vector<v1::Finding>& findings) {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : findings) {
    lines.push_back(fmt::format("{} {} {}", finding.has_index() ? std::to_string(finding.index()) : "-",
                                FindingCodeName(finding.code()), finding.subject()));
  }
  return lines;
}

// --- What lies beyond the end ---

class FindBeyondTest : public testing::Test {
 protected:
  std::vector<std::string> Found() {
    const auto findings = FindBeyond(log_, kSoundTreeSize);
    EXPECT_THAT(findings, IsOk());
    return findings.ok() ? Lines(*findings) : std::vector<std::string>();
  }

  MemoryLog log_ = SoundArchive().log;
};

TEST_F(FindBeyondTest, NothingLiesBeyondASoundTree) { EXPECT_THAT(Found(), IsEmpty()); }

TEST_F(FindBeyondTest, WhatLiesBeyondIsNamedByColumnAndIndex) {
  log_[StoreColumn::kEntries].pairs[EncodeIndex(kSoundTreeSize)] = "x";
  log_[StoreColumn::kEntries].pairs[EncodeIndex(99)] = "x";
  log_[StoreColumn::kOpenings].pairs[EncodeIndex(8)] = "x";
  log_[StoreColumn::kContent].pairs[EncodeIndex(9)] = "x";
  EXPECT_THAT(Found(), ElementsAre("7 ENTRY_BEYOND_TREE entries", "99 ENTRY_BEYOND_TREE entries",
                                   "8 ARTICLE_UNLOGGED openings", "9 ARTICLE_UNLOGGED content"));
}

TEST_F(FindBeyondTest, AKeyThatIsNoIndexIsNamed) {
  log_[StoreColumn::kContent].pairs["\xff"] = "x";
  EXPECT_THAT(Found(), ElementsAre("- ARTICLE_UNLOGGED content"));
}

TEST_F(FindBeyondTest, ATileThatTheTreeDoesNotHaveIsNamed) {
  log_[StoreColumn::kTiles].pairs[EncodeTileKey({0, 1})] = "x";
  log_[StoreColumn::kTiles].pairs[EncodeTileKey({1, 0})] = "x";
  EXPECT_THAT(Found(), ElementsAre("- TILE_MISMATCH tile/0/001", "- TILE_MISMATCH tile/1/000"));
}

TEST_F(FindBeyondTest, AKeyThatNamesNoTileIsNamed) {
  const std::string above = EncodeTileKey({kMaxTileLevel + 1, 0});
  for (const std::string& key : {std::string(), std::string(1, '\0'), EncodeTileKey({0, 0}) + "x", above}) {
    log_ = SoundArchive().log;
    log_[StoreColumn::kTiles].pairs[key] = "x";
    EXPECT_THAT(Found(), ElementsAre("- TILE_MISMATCH tiles"));
  }
}

TEST_F(FindBeyondTest, AColumnsFindingsEndWithItsHundredth) {
  for (std::uint64_t i = 0; i < 150; ++i) {
    for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
      log_[column].pairs[EncodeIndex(kSoundTreeSize + i)] = "x";
    }
    log_[StoreColumn::kTiles].pairs[EncodeTileKey({3, i})] = "x";
  }
  const auto found = Found();
  ASSERT_THAT(found, SizeIs(400));
  EXPECT_EQ(found[99], "106 ENTRY_BEYOND_TREE entries");
  EXPECT_EQ(found[399], "- TILE_MISMATCH tile/3/099");
}

TEST_F(FindBeyondTest, AColumnThatCannotBeReadIsNamedAndTheOthersAreLookedAt) {
  for (const auto& [column, line] :
       std::vector<std::pair<StoreColumn, std::string>>{{StoreColumn::kEntries, "- INDEX_MISMATCH entries"},
                                                        {StoreColumn::kOpenings, "- INDEX_MISMATCH openings"},
                                                        {StoreColumn::kTiles, "- TILE_MISSING tiles"}}) {
    log_ = SoundArchive().log;
    log_[column].pairs[EncodeIndex(8)] = "x";
    log_[column].Spoil("", absl::DataLossError("torn"));
    log_[StoreColumn::kContent].pairs[EncodeIndex(8)] = "x";
    EXPECT_THAT(Found(), testing::UnorderedElementsAre(line, "8 ARTICLE_UNLOGGED content"));
  }
}

TEST_F(FindBeyondTest, AColumnThatCannotBeReadNowIsAnError) {
  for (const StoreColumn column :
       {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent, StoreColumn::kTiles}) {
    log_ = SoundArchive().log;
    log_[column].pairs[EncodeIndex(8)] = "x";
    log_[column].Spoil("", absl::UnavailableError("not now"));
    EXPECT_THAT(FindBeyond(log_, kSoundTreeSize), StatusIs(StatusCode::kUnavailable, "not now"));
  }
}

// --- The last word on each key ---

// Of key a there are events at 0 and 3, of key b at 1; the check is of what is before 5.
class CheckKeyEventIndexesTest : public testing::Test {
 protected:
  CheckKeyEventIndexesTest() {
    Add(0, "a");
    Add(1, "b");
    Add(3, "a");
    Put("a", 3);
    Put("b", 1);
  }
  void Add(std::uint64_t index, const std::string& key_id) {
    v1::KeyEvent event;
    event.set_publisher_domain("news.example");
    event.set_key_id(key_id);
    event.set_withdrawn(true);
    static_cast<void>(keys_.Add(index, event));  // which it keeps, whatever it is
  }
  void Put(const std::string& key_id, std::uint64_t index) {
    log_[StoreColumn::kKeyEvents].pairs[EncodeKeyName({"news.example", key_id})] = EncodeIndex(index);
  }
  std::vector<v1::Finding> Check() {
    const auto findings = CheckKeyEventIndexes(log_, keys_, 5);
    EXPECT_THAT(findings, IsOk());
    return findings.ok() ? *findings : std::vector<v1::Finding>();
  }
  std::vector<std::string> Found() { return Lines(Check()); }

  KeyHistory keys_;
  MemoryLog log_;
};

TEST_F(CheckKeyEventIndexesTest, WhereEachKeyLeadsToItsLastEventNothingIsFound) {
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CheckKeyEventIndexesTest, AKeyThatLeadsToAnotherEventIsNamedAtItsLast) {
  for (const std::uint64_t index : {0, 1, 4}) {
    Put("a", index);
    const auto findings = Check();
    EXPECT_THAT(Lines(findings), ElementsAre("3 INDEX_MISMATCH key_events"));
    EXPECT_EQ(findings.at(0).expected(), "the last KeyEvent of key a of news.example");
    EXPECT_EQ(findings.at(0).found(), fmt::format("index {}, which is not", index));
  }
}

TEST_F(CheckKeyEventIndexesTest, AKeyThatIsMissingIsNamedAtItsLastEvent) {
  log_[StoreColumn::kKeyEvents].pairs.erase(EncodeKeyName({"news.example", "a"}));
  const auto findings = Check();
  EXPECT_THAT(Lines(findings), ElementsAre("3 INDEX_MISMATCH key_events"));
  EXPECT_EQ(findings.at(0).found(), "none");
}

TEST_F(CheckKeyEventIndexesTest, WhatIsSaidOfLaterEventsIsLeftAlone) {
  Put("a", 5);
  Put("c", 6);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CheckKeyEventIndexesTest, AKeyWithoutAnEventIsNamedWhereItLeadsTo) {
  log_[StoreColumn::kEntries] = MemoryLog(SoundArchive().log)[StoreColumn::kEntries];
  for (const std::uint64_t index : {0, 2}) {  // a KeyEvent of another key, an article
    Put("c", index);
    EXPECT_THAT(Found(), ElementsAre(fmt::format("{} INDEX_MISMATCH key_events", index)));
  }
}

TEST_F(CheckKeyEventIndexesTest, AKeyThatLeadsToAnEntryThatIsNotKnownMayBeItsOwn) {
  Put("c", 2);  // where there is nothing
  EXPECT_THAT(Found(), IsEmpty());
  log_[StoreColumn::kEntries].pairs[EncodeIndex(2)] = "no entry";
  EXPECT_THAT(Found(), IsEmpty());
  log_[StoreColumn::kEntries].Spoil("", absl::DataLossError("torn"));
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CheckKeyEventIndexesTest, AKeyOrAnIndexThatIsNoneIsNamed) {
  log_[StoreColumn::kKeyEvents].pairs["no name"] = EncodeIndex(2);
  EXPECT_THAT(Found(), ElementsAre("- INDEX_MISMATCH key_events"));
  log_[StoreColumn::kKeyEvents].pairs.erase("no name");
  log_[StoreColumn::kKeyEvents].pairs[EncodeKeyName({"news.example", "c"})] = "none";
  EXPECT_THAT(Found(), ElementsAre("- INDEX_MISMATCH key_events"));
}

TEST_F(CheckKeyEventIndexesTest, AColumnThatCannotBeReadIsNamed) {
  log_[StoreColumn::kKeyEvents].Spoil("", absl::DataLossError("torn"));
  const auto findings = Check();
  EXPECT_THAT(Lines(findings), testing::Contains("- INDEX_MISMATCH key_events"));
  EXPECT_EQ(findings.at(0).found(), "torn");
}

TEST_F(CheckKeyEventIndexesTest, WhatCannotBeReadNowIsAnError) {
  Put("c", 2);
  log_[StoreColumn::kEntries].Spoil("", absl::UnavailableError("no entry now"));
  EXPECT_THAT(CheckKeyEventIndexes(log_, keys_, 5), StatusIs(StatusCode::kUnavailable, "no entry now"));
  log_[StoreColumn::kKeyEvents].Spoil("", absl::UnavailableError("no key now"));
  EXPECT_THAT(CheckKeyEventIndexes(log_, keys_, 5), StatusIs(StatusCode::kUnavailable, "no key now"));
}

// --- What the catalog says of itself ---

class ReadCatalogSizeTest : public testing::Test {
 protected:
  ReadCatalogSizeTest() {
    archive_.tree_size = kSoundTreeSize;
    archive_.root_hash = RootAt(kSoundTreeSize);
  }
  Digest RootAt(std::uint64_t tree_size) const {
    return TileEdge::Load(tree_size, sound_.log).value().RootHash();
  }
  void Put(std::string_view name, const std::string& value) {
    sound_.catalog.table.pairs[CatalogMetaKey(name)] = value;
  }
  void SetProgress(std::uint64_t tree_size, const Digest& root) {
    Put(kCatalogProgressKey, EncodeCatalogProgress({tree_size, root}));
  }
  // The size; what was found is then in lines_.
  absl::StatusOr<std::optional<std::uint64_t>> Read() {
    std::vector<v1::Finding> findings(1);
    auto size = ReadCatalogSize(archive_, &findings);
    EXPECT_FALSE(findings.empty());  // it adds to those that are there
    findings.erase(findings.begin());
    lines_ = Lines(findings);
    return size;
  }

  MemoryArchive sound_ = SoundArchive();
  ArchiveToCheck archive_{.log = &sound_.log, .catalog = &sound_.catalog, .is_at_rest = true};
  std::vector<std::string> lines_;
};

TEST_F(ReadCatalogSizeTest, ASoundOneHasAllOfTheLog) {
  EXPECT_EQ(Read().value(), kSoundTreeSize);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadCatalogSizeTest, WhereThereIsNoCatalogThereIsNothing) {
  archive_.catalog = nullptr;
  EXPECT_EQ(Read().value(), std::nullopt);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadCatalogSizeTest, OneThatIsBehindIsHeldAgainstTheTiles) {
  SetProgress(5, RootAt(5));
  EXPECT_EQ(Read().value(), 5u);
  EXPECT_THAT(lines_, IsEmpty());
  SetProgress(5, RootAt(4));
  EXPECT_EQ(Read().value(), 5u);
  EXPECT_THAT(lines_, ElementsAre("- CATALOG_DIFFERS catalog/progress"));
}

TEST_F(ReadCatalogSizeTest, DamagedTilesSayNothingOfOneThatIsBehind) {
  SetProgress(5, RootAt(4));
  sound_.log[StoreColumn::kTiles].Spoil("", absl::DataLossError("torn"));
  EXPECT_EQ(Read().value(), 5u);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadCatalogSizeTest, OneOfAnotherRootIsNamed) {
  SetProgress(kSoundTreeSize, Sha256("another"));
  EXPECT_EQ(Read().value(), kSoundTreeSize);
  EXPECT_THAT(lines_, ElementsAre("- CATALOG_DIFFERS catalog/progress"));
}

TEST_F(ReadCatalogSizeTest, WithoutACheckpointItsRootIsNotHeldAgainstAny) {
  archive_.root_hash.reset();
  SetProgress(kSoundTreeSize, Sha256("another"));
  EXPECT_EQ(Read().value(), kSoundTreeSize);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadCatalogSizeTest, OneThatIsAheadOfALogAtRestInvents) {
  SetProgress(kSoundTreeSize + 1, Sha256("another"));
  EXPECT_EQ(Read().value(), kSoundTreeSize);
  EXPECT_THAT(lines_, ElementsAre("- CATALOG_INVENTS catalog/progress"));
}

TEST_F(ReadCatalogSizeTest, OneThatIsServedMayHaveGoneOn) {
  archive_.is_at_rest = false;
  SetProgress(kSoundTreeSize + 1, Sha256("another"));
  EXPECT_EQ(Read().value(), kSoundTreeSize);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadCatalogSizeTest, OneThatDoesNotSayIsNotHeldAgainstTheLog) {
  for (const std::string_view name : {kCatalogVersionKey, kCatalogProgressKey}) {
    for (const bool is_there : {true, false}) {
      sound_ = SoundArchive();
      Put(name, "x");
      if (!is_there) sound_.catalog.table.pairs.erase(CatalogMetaKey(name));
      EXPECT_EQ(Read().value(), std::nullopt);
      EXPECT_THAT(lines_, ElementsAre(fmt::format("- CATALOG_UNREADABLE catalog/{}", name)));
    }
  }
}

TEST_F(ReadCatalogSizeTest, OneOfAnotherVersionIsNotHeldAgainstTheLog) {
  Put(kCatalogVersionKey, std::to_string(kCatalogVersion + 1));
  EXPECT_EQ(Read().value(), std::nullopt);
  EXPECT_THAT(lines_, ElementsAre("- CATALOG_UNREADABLE catalog/format_version"));
}

TEST_F(ReadCatalogSizeTest, OneThatCannotBeReadIsNotHeldAgainstTheLog) {
  sound_.catalog.table.Spoil(CatalogMetaKey(kCatalogProgressKey), absl::DataLossError("torn"));
  EXPECT_EQ(Read().value(), std::nullopt);
  EXPECT_THAT(lines_, ElementsAre("- CATALOG_UNREADABLE catalog/progress"));
}

TEST_F(ReadCatalogSizeTest, WhatCannotBeReadNowIsAnError) {
  SetProgress(5, RootAt(5));
  sound_.log[StoreColumn::kTiles].Spoil("", absl::UnavailableError("no tile now"));
  EXPECT_THAT(Read(), StatusIs(StatusCode::kUnavailable, "no tile now"));
  sound_.catalog.table.Spoil("", absl::UnavailableError("no catalog now"));
  EXPECT_THAT(Read(), StatusIs(StatusCode::kUnavailable, "no catalog now"));
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace chirograph::edge_check_test
