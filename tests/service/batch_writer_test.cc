// SPDX-License-Identifier: Apache-2.0
#include "service/internal/batch_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/merkle.h"
#include "service/storage_schema.h"
#include "tests/service/failing_disk.h"
#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::batch_writer_test {
namespace {

using absl::StatusCode;

class BatchWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    auto database = RocksDbDatabase::Create(path_, disk_.env());
    ASSERT_THAT(database, IsOk());
    database_ = *std::move(database);
  }

  // Fills and writes `batch`.
  void Write(const LogBatch& batch) {
    ASSERT_THAT(writer_.Fill(batch, *database_), IsOk());
    ASSERT_TRUE(writer_.Write(*database_).ok());
    log_.Accept(batch);
  }

  std::optional<std::string> Stored(StoreColumn column, std::string_view key) {
    return database_->Get(column, key, "").value();
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  FailingDisk disk_;
  std::unique_ptr<RocksDbDatabase> database_;
  BatchWriter writer_;
  TestLog log_;
};

TEST_F(BatchWriterTest, AnArticleIsInItsColumns) {
  const LogBatch batch = log_.MakeBatch(5);
  Write(batch);
  const NewEntry& article = batch.entries[4];
  const std::string index = EncodeIndex(4);
  EXPECT_EQ(Stored(StoreColumn::kEntries, index), article.log_entry);
  EXPECT_EQ(Stored(StoreColumn::kOpenings, index), article.opening);
  EXPECT_EQ(Stored(StoreColumn::kContent, index), article.content);
  EXPECT_EQ(Stored(StoreColumn::kSubmissions, EncodeSubmissionKey(*article.submission)), index);
  EXPECT_EQ(Stored(StoreColumn::kArticles, EncodeDigestKey(article.submission->article_digest, 4)), "");
  EXPECT_EQ(Stored(StoreColumn::kSources, EncodeDigestKey(*article.submission->source_digest, 4)), "");
  EXPECT_EQ(Stored(StoreColumn::kTiles, EncodeTileKey({0, 0})), batch.tiles[0].second);
  EXPECT_EQ(Stored(StoreColumn::kMeta, kMetaCheckpointKey), batch.checkpoint);
}

TEST_F(BatchWriterTest, AKeyEventIsInItsColumnsOnly) {
  const LogBatch batch = log_.MakeBatch(1);
  Write(batch);
  EXPECT_EQ(Stored(StoreColumn::kKeyEvents, EncodeKeyName(*batch.entries[0].key)), EncodeIndex(0));
  EXPECT_EQ(Stored(StoreColumn::kEntries, EncodeIndex(0)), batch.entries[0].log_entry);
  EXPECT_EQ(Stored(StoreColumn::kOpenings, EncodeIndex(0)), std::nullopt);
  EXPECT_EQ(Stored(StoreColumn::kContent, EncodeIndex(0)), std::nullopt);
}

TEST_F(BatchWriterTest, WhatIsFilledIsNotWrittenYet) {
  ASSERT_THAT(writer_.Fill(log_.MakeBatch(5), *database_), IsOk());
  EXPECT_EQ(database_->CountEntries().value(), 0u);
}

TEST_F(BatchWriterTest, NothingOfARefusedBatchIsInTheNextOne) {
  LogBatch refused = log_.MakeBatch(5);
  refused.entries[4].log_entry.clear();
  EXPECT_THAT(writer_.Fill(refused, *database_), StatusIs(StatusCode::kInvalidArgument, "entry 4"));
  Write(log_.MakeBatch(2));
  EXPECT_EQ(database_->CountEntries().value(), 2u);
}

TEST_F(BatchWriterTest, ABatchAfterALargeOneIsWhole) {
  log_.content_bytes = std::size_t{9} << 20;
  Write(log_.MakeBatch(3));  // more than is kept
  log_.content_bytes = 100;
  Write(log_.MakeBatch(3));
  EXPECT_EQ(database_->CountEntries().value(), 6u);
  for (std::uint64_t index = 1; index < 6; ++index) {
    EXPECT_EQ(Stored(StoreColumn::kContent, EncodeIndex(index)), log_.entries()[index].content);
  }
}

TEST_F(BatchWriterTest, ATileThatCannotBeReadDoesNotGrow) {
  LogBatch batch = log_.MakeBatch(5);
  Write(batch);
  rocksdb::WriteBatch version;  // or it is no store
  version.Put(database_->handle(StoreColumn::kMeta), ToSlice(kMetaVersionKey), "1");
  ASSERT_TRUE(database_->Write(&version).ok());
  database_.reset();
  database_ = RocksDbDatabase::Open(path_, disk_.env()).value();  // now the tile is in a table
  batch = log_.MakeBatch(5);
  disk_.Set(DiskFault::kReadFails);
  EXPECT_THAT(writer_.Fill(batch, *database_), StatusIs(StatusCode::kUnavailable, "tiles[0/0] in " + path_));
  disk_.Set(DiskFault::kNone);
  Write(batch);
}

TEST_F(BatchWriterTest, AWriteThatFailsSaysSo) {
  ASSERT_THAT(writer_.Fill(log_.MakeBatch(5), *database_), IsOk());
  disk_.Set(DiskFault::kWriteFails);
  EXPECT_TRUE(writer_.Write(*database_).IsIOError());
}

// --- Batches that break the contract ---

struct BadBatch {
  const char* name;
  void (*spoil)(LogBatch*);
  const char* message;
};

class BatchWriterRefusesTest : public BatchWriterTest, public testing::WithParamInterface<BadBatch> {};

TEST_P(BatchWriterRefusesTest, AndNamesIt) {
  Write(log_.MakeBatch(5));
  LogBatch batch = log_.MakeBatch(5);
  GetParam().spoil(&batch);
  const absl::Status status = writer_.Fill(batch, *database_);
  EXPECT_THAT(status, StatusIs(StatusCode::kInvalidArgument, GetParam().message));
  EXPECT_THAT(status, StatusIs(StatusCode::kInvalidArgument, "nothing was written"));
}

INSTANTIATE_TEST_SUITE_P(
    All, BatchWriterRefusesTest,
    testing::Values(
        BadBatch{"NoCheckpoint", [](LogBatch* batch) { batch->checkpoint.clear(); }, "without a checkpoint"},
        BadBatch{"ATreeTooLarge", [](LogBatch* batch) { batch->first_index = kMaxTreeSize - 4; },
                 "past the largest tree"},
        BadBatch{"AnIndexPastTheLargestTree",
                 [](LogBatch* batch) { batch->first_index = std::numeric_limits<std::uint64_t>::max() - 2; },
                 "past the largest tree"},
        BadBatch{"AnEmptyEntry", [](LogBatch* batch) { batch->entries[2].log_entry.clear(); },
                 "entry 7 to commit has 0 bytes"},
        BadBatch{"AnEntryTooLong", [](LogBatch* batch) { batch->entries[2].log_entry.assign(4097, 'x'); },
                 "entry 7 to commit has 4097 bytes"},
        BadBatch{"AnArticleWithoutOpening", [](LogBatch* batch) { batch->entries[2].opening.clear(); },
                 "entry 7 to commit has one or two"},
        BadBatch{"AnArticleWithoutContent", [](LogBatch* batch) { batch->entries[2].content.clear(); },
                 "entry 7 to commit has one or two"},
        BadBatch{"ContentWithoutASubmission", [](LogBatch* batch) { batch->entries[2].submission.reset(); },
                 "entry 7 to commit has one or two"},
        BadBatch{"AKeyWithoutId",
                 [](LogBatch* batch) {
                   batch->entries[2].key = KeyName{"a.example", ""};
                 },
                 "entry 7 to commit has a key name"},
        BadBatch{"ATileOfNoLevel", [](LogBatch* batch) { batch->tiles[0].first.level = 8; },
                 "there is no tile 8/0"},
        BadBatch{"ATileTooNarrow", [](LogBatch* batch) { batch->tiles[0].second.resize(32 * 9); },
                 "has 288 bytes to commit; expected 320"},
        BadBatch{"ATileThatDoesNotBelong", [](LogBatch* batch) { batch->tiles[0].first.index = 1; },
                 "tile 0/1 of a tree of 10 entries has 320 bytes"},
        BadBatch{"ATileThatChangesWhatIsStored", [](LogBatch* batch) { batch->tiles[0].second[0] ^= 1; },
                 "tile 0/0 to commit does not begin with what is stored"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::batch_writer_test
