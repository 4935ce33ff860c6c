// SPDX-License-Identifier: Apache-2.0
#include "service/internal/database_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/service/failing_disk.h"
#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"

namespace chirograph::database_reader_test {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Index 0 is a KeyEvent's; there is no 3; of 4 there is an entry alone.
class DatabaseReaderTest : public testing::Test {
 protected:
  DatabaseReaderTest() {
    auto created = RocksDbDatabase::Create(path_, disk_.env());
    EXPECT_THAT(created, IsOk());
    database_ = *std::move(created);
    Put(StoreColumn::kMeta, kMetaVersionKey, "1");
    Put(StoreColumn::kMeta, kMetaCheckpointKey, "a note");
    for (const std::uint64_t index : {0, 1, 2, 3, 4}) PutAt(StoreColumn::kEntries, index, "entry");
    Delete(StoreColumn::kEntries, EncodeIndex(3));
    for (const std::uint64_t index : {1, 2}) PutAt(StoreColumn::kOpenings, index, "opening");
    for (const std::uint64_t index : {1, 2}) PutAt(StoreColumn::kContent, index, "content");
    Put(StoreColumn::kTiles, EncodeTileKey({0, 0}), std::string(5 * kSha256Bytes, 'h'));
    reader_.emplace(*database_);
  }

  void Put(StoreColumn column, std::string_view key, std::string_view value) {
    rocksdb::WriteBatch batch;
    batch.Put(database_->handle(column), ToSlice(key), ToSlice(value));
    ASSERT_TRUE(database_->Write(&batch).ok());
  }
  void Delete(StoreColumn column, std::string_view key) {
    rocksdb::WriteBatch batch;
    batch.Delete(database_->handle(column), ToSlice(key));
    ASSERT_TRUE(database_->Write(&batch).ok());
  }
  void PutAt(StoreColumn column, std::uint64_t index, const std::string& name) {
    Put(column, EncodeIndex(index), name + std::to_string(index));
  }
  // So that all of it is in tables.
  void OpenAgain() {
    reader_.reset();
    database_.reset();
    database_ = RocksDbDatabase::Open(path_, disk_.env()).value();
    reader_.emplace(*database_);
  }
  // Turns a bit of each place that has `text`, in whatever table.
  void SpoilInTables(const std::string& text) {
    OpenAgain();
    reader_.reset();
    database_.reset();
    for (const auto& [name, size] : FileSizes(path_)) {
      if (!name.ends_with(".sst")) continue;
      std::string bytes = ReadBytes(path_ + "/" + name);
      for (std::size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) {
        bytes[at] ^= 1;
      }
      WriteBytes(path_ + "/" + name, bytes);
    }
    OpenAgain();
  }
  std::vector<StoredParts> Read(const EntryRange& range) const {
    const auto parts = reader_->ReadEntries(range);
    EXPECT_THAT(parts, IsOk());
    return parts.ok() ? *parts : std::vector<StoredParts>();
  }
  std::vector<std::string> Keys(StoreColumn column, std::string_view from, std::size_t max_bytes) const {
    std::vector<std::string> keys;
    const auto pairs = reader_->ReadPairs(column, from, max_bytes);
    EXPECT_THAT(pairs, IsOk());
    for (const StoredPair& pair : pairs.value()) keys.push_back(pair.key);
    return keys;
  }

  static constexpr std::size_t kNoLimit = std::size_t{1} << 20;
  const TempFolder folder_;
  const std::string path_ = folder_ / "store";
  FailingDisk disk_;
  std::unique_ptr<RocksDbDatabase> database_;
  std::optional<DatabaseReader> reader_;
};

TEST_F(DatabaseReaderTest, ReadsWhatIsStoredAtAnIndex) {
  EXPECT_EQ(reader_->ReadCheckpoint().value(), "a note");
  EXPECT_EQ(reader_->ReadEntry(2).value(), "entry2");
  EXPECT_EQ(reader_->ReadOpening(2).value(), "opening2");
  EXPECT_EQ(reader_->ReadContent(2).value(), "content2");
}

TEST_F(DatabaseReaderTest, WhatIsNotThereIsNotFoundWithColumnAndIndex) {
  EXPECT_THAT(reader_->ReadEntry(3), StatusIs(StatusCode::kNotFound, "there is no entries[3] in " + path_));
  EXPECT_THAT(reader_->ReadOpening(0), StatusIs(StatusCode::kNotFound, "there is no openings[0] in "));
  EXPECT_THAT(reader_->ReadContent(4), StatusIs(StatusCode::kNotFound, "there is no content[4] in "));
}

TEST_F(DatabaseReaderTest, AMissingCheckpointIsDataLoss) {
  Delete(StoreColumn::kMeta, kMetaCheckpointKey);
  EXPECT_THAT(reader_->ReadCheckpoint(), StatusIs(StatusCode::kDataLoss, "meta[checkpoint] is missing"));
}

// --- A range ---

TEST_F(DatabaseReaderTest, ARangeHasEachEntryAndTellsWhatIsMissing) {
  const auto parts = Read({.first_index = 0, .end_index = 5, .with_articles = true, .max_bytes = kNoLimit});
  ASSERT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts[0].log_entry.value(), "entry0");
  EXPECT_THAT(parts[0].opening, StatusIs(StatusCode::kNotFound, "openings[0]"));
  EXPECT_EQ(parts[2].log_entry.value(), "entry2");
  EXPECT_EQ(parts[2].opening.value(), "opening2");
  EXPECT_EQ(parts[2].content.value(), "content2");
  EXPECT_THAT(parts[3].log_entry, StatusIs(StatusCode::kNotFound, "entries[3]"));
  EXPECT_EQ(parts[4].log_entry.value(), "entry4");
  EXPECT_THAT(parts[4].content, StatusIs(StatusCode::kNotFound, "content[4]"));
}

TEST_F(DatabaseReaderTest, ARangeWithoutArticlesHasEntriesAlone) {
  const auto parts = Read({.first_index = 1, .end_index = 3, .max_bytes = kNoLimit});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].log_entry.value(), "entry1");
  EXPECT_TRUE(absl::IsNotFound(parts[0].opening.status()));
  EXPECT_TRUE(absl::IsNotFound(parts[0].content.status()));
}

TEST_F(DatabaseReaderTest, AnEmptyRangeHasNothing) {
  EXPECT_THAT(Read({.first_index = 2, .end_index = 2, .max_bytes = kNoLimit}), IsEmpty());
}

TEST_F(DatabaseReaderTest, ARangeEndsBeforeTheEntryThatGoesOverItsBytesButHasOne) {
  const std::size_t one = 6 + 8 + 8;  // of entry, opening and content
  const auto count = [this](std::size_t max_bytes) {
    return Read({.first_index = 1, .end_index = 3, .with_articles = true, .max_bytes = max_bytes}).size();
  };
  EXPECT_EQ(count(0), 1u);
  EXPECT_EQ(count(2 * one - 1), 1u);
  EXPECT_EQ(count(2 * one), 2u);
}

TEST_F(DatabaseReaderTest, DamageInARangeIsToldAtItsEntryAndTheRestIsRead) {
  SpoilInTables("opening2");
  const auto parts = Read({.first_index = 1, .end_index = 5, .with_articles = true, .max_bytes = kNoLimit});
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_THAT(parts[1].opening, StatusIs(StatusCode::kDataLoss, "openings[2] in " + path_));
  EXPECT_EQ(parts[1].log_entry.value(), "entry2");
  EXPECT_EQ(parts[1].content.value(), "content2");
  EXPECT_EQ(parts[3].log_entry.value(), "entry4");
}

TEST_F(DatabaseReaderTest, ADiskThatCannotAnswerMakesARangeUnavailable) {
  OpenAgain();
  disk_.Set(DiskFault::kReadFails);
  EXPECT_THAT(
      reader_->ReadEntries({.first_index = 1, .end_index = 3, .with_articles = true, .max_bytes = kNoLimit}),
      StatusIs(StatusCode::kUnavailable, "the disk is on fire"));
}

TEST_F(DatabaseReaderTest, ADiskThatCannotAnswerIsUnavailable) {
  OpenAgain();
  disk_.Set(DiskFault::kReadFails);
  EXPECT_THAT(reader_->ReadContent(1), StatusIs(StatusCode::kUnavailable, "content[1] in " + path_));
  EXPECT_THAT(reader_->ReadPairs(StoreColumn::kContent, "", kNoLimit),
              StatusIs(StatusCode::kUnavailable, "content in " + path_));
  EXPECT_THAT(reader_->ReadTile({0, 0}, 5), StatusIs(StatusCode::kUnavailable, "tiles[0/0] in " + path_));
}

// --- Pairs ---

TEST_F(DatabaseReaderTest, PairsComeInOrderFromTheKeyOn) {
  EXPECT_THAT(Keys(StoreColumn::kEntries, "", kNoLimit),
              ElementsAre(EncodeIndex(0), EncodeIndex(1), EncodeIndex(2), EncodeIndex(4)));
  EXPECT_THAT(Keys(StoreColumn::kEntries, EncodeIndex(3), kNoLimit), ElementsAre(EncodeIndex(4)));
  EXPECT_THAT(Keys(StoreColumn::kEntries, EncodeIndex(4), kNoLimit), ElementsAre(EncodeIndex(4)));
  EXPECT_THAT(Keys(StoreColumn::kEntries, EncodeIndex(5), kNoLimit), IsEmpty());
}

TEST_F(DatabaseReaderTest, PairsEndBeforeWhatGoesOverTheirBytesButAreOneAtLeast) {
  const std::size_t one = 8 + 6;  // key and value
  EXPECT_THAT(Keys(StoreColumn::kEntries, "", 0), ElementsAre(EncodeIndex(0)));
  EXPECT_THAT(Keys(StoreColumn::kEntries, "", 2 * one - 1), ElementsAre(EncodeIndex(0)));
  EXPECT_THAT(Keys(StoreColumn::kEntries, "", 2 * one), ElementsAre(EncodeIndex(0), EncodeIndex(1)));
}

TEST_F(DatabaseReaderTest, PairsOfAColumnThatIsFoundByDigestAreAllOfItNotOneDigests) {
  Put(StoreColumn::kArticles, EncodeDigestKey(Sha256("a"), 1), "");
  Put(StoreColumn::kArticles, EncodeDigestKey(Sha256("b"), 2), "");
  EXPECT_EQ(Keys(StoreColumn::kArticles, "", kNoLimit).size(), 2u);
}

TEST_F(DatabaseReaderTest, PairsThatCannotBeReadAreDataLossOnceTheyComeFirst) {
  rocksdb::WriteBatch batch;  // more than a block
  for (std::uint64_t index = 5; index < 200; ++index) {
    batch.Put(database_->handle(StoreColumn::kEntries), EncodeIndex(index),
              std::string(1000, 'x') + std::to_string(index));
  }
  ASSERT_TRUE(database_->Write(&batch).ok());
  SpoilInTables("x150");
  std::string from;
  std::size_t read = 0;
  absl::StatusOr<std::vector<StoredPair>> pairs;
  while ((pairs = reader_->ReadPairs(StoreColumn::kEntries, from, kNoLimit)).ok() && !pairs->empty()) {
    read += pairs->size();
    from = pairs->back().key + '\0';
  }
  EXPECT_THAT(pairs, StatusIs(StatusCode::kDataLoss, "entries in " + path_));
  EXPECT_GT(read, 4u);
  EXPECT_LE(read, 149u);  // of those before index 150, there is no 3
  EXPECT_THAT(Keys(StoreColumn::kEntries, EncodeIndex(199), kNoLimit), ElementsAre(EncodeIndex(199)));
}

// --- Tiles ---

TEST_F(DatabaseReaderTest, ATileIsReadAsItIsStoredThoughItHaveMore) {
  EXPECT_EQ(reader_->ReadTile({0, 0}, 5).value(), std::string(5 * kSha256Bytes, 'h'));
  EXPECT_EQ(reader_->ReadTile({0, 0}, 1).value(), std::string(5 * kSha256Bytes, 'h'));
}

TEST_F(DatabaseReaderTest, ATileThatIsMissingIsDataLoss) {
  EXPECT_THAT(reader_->ReadTile({1, 3}, 1),
              StatusIs(StatusCode::kDataLoss, "tiles[1/3] in " + path_ +
                                                  " has 0 bytes; expected 1 hashes of "
                                                  "32 (there is none)"));
}

TEST_F(DatabaseReaderTest, ATileThatIsShortOrNoTileIsDataLoss) {
  EXPECT_THAT(reader_->ReadTile({0, 0}, 6), StatusIs(StatusCode::kDataLoss, "has 160 bytes; expected 6"));
  for (const std::size_t bytes : {std::size_t{0}, 5 * kSha256Bytes + 1, 257 * kSha256Bytes}) {
    Put(StoreColumn::kTiles, EncodeTileKey({0, 1}), std::string(bytes, 'h'));
    EXPECT_THAT(reader_->ReadTile({0, 1}, 1), StatusIs(StatusCode::kDataLoss, "tiles[0/1] in")) << bytes;
  }
}

TEST_F(DatabaseReaderTest, ATileThatCannotBeIsInvalidArgument) {
  for (const auto& [level, width] : std::vector<std::pair<int, int>>{
           {-1, 1}, {kMaxTileLevel + 1, 1}, {0, 0}, {0, -1}, {0, kTileWidth + 1}}) {
    EXPECT_THAT(reader_->ReadTile({level, 0}, width),
                StatusIs(StatusCode::kInvalidArgument, "there is no tile of level " + std::to_string(level)));
  }
}

}  // namespace
}  // namespace chirograph::database_reader_test
