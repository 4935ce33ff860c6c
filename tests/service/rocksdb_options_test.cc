// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <cstddef>
#include <string>
#include <vector>

#include "service/storage_schema.h"

namespace chirograph::rocksdb_options_test {
namespace {

using testing::ElementsAreArray;

class RocksDbOptionsTest : public testing::Test {
 protected:
  const rocksdb::ColumnFamilyOptions& ColumnOptions(StoreColumn column) const {
    return columns_[1 + static_cast<std::size_t>(column)].options;
  }
  static const rocksdb::BlockBasedTableOptions& TableOptions(const rocksdb::ColumnFamilyOptions& options) {
    return *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  }

  const rocksdb::DBOptions db_ = StoreDbOptions(rocksdb::Env::Default());
  const std::vector<rocksdb::ColumnFamilyDescriptor> columns_ = StoreColumnDescriptors();
};

TEST_F(RocksDbOptionsTest, TheColumnsAreTheDefaultAndTheStores) {
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.name);
  std::vector<std::string> expected = {"default"};
  for (const StoreColumn column : kAllStoreColumns) expected.emplace_back(StoreColumnName(column));
  EXPECT_THAT(names, ElementsAreArray(expected));
}

TEST_F(RocksDbOptionsTest, MemoryIsBoundedForAllColumnsTogether) {
  const auto cache = TableOptions(columns_.front().options).block_cache;
  ASSERT_NE(cache, nullptr);
  for (const auto& column : columns_) {
    EXPECT_EQ(TableOptions(column.options).block_cache, cache) << column.name;
    // What a table needs to be found in counts as well.
    EXPECT_TRUE(TableOptions(column.options).cache_index_and_filter_blocks) << column.name;
  }
  EXPECT_GT(db_.db_write_buffer_size, 0u);  // 0: no bound
  EXPECT_LT(db_.db_write_buffer_size + cache->GetCapacity(), std::size_t{300} << 20);
}

TEST_F(RocksDbOptionsTest, TwoStoresDoNotShareACache) {
  EXPECT_NE(TableOptions(StoreColumnDescriptors().front().options).block_cache,
            TableOptions(columns_.front().options).block_cache);
}

TEST_F(RocksDbOptionsTest, OnlyContentIsCompressed) {
  EXPECT_THAT(rocksdb::GetSupportedCompressions(), testing::Contains(rocksdb::kLZ4Compression));
  for (const StoreColumn column : kAllStoreColumns) {
    EXPECT_EQ(ColumnOptions(column).compression,
              column == StoreColumn::kContent ? rocksdb::kLZ4Compression : rocksdb::kNoCompression)
        << StoreColumnName(column);
  }
}

TEST_F(RocksDbOptionsTest, WhatIsFoundByDigestHasAFilterOfDigests) {
  for (const StoreColumn column : kAllStoreColumns) {
    const auto& options = ColumnOptions(column);
    EXPECT_EQ(options.prefix_extractor != nullptr, IsFoundByDigest(column)) << StoreColumnName(column);
    EXPECT_EQ(TableOptions(options).filter_policy != nullptr, IsFoundByDigest(column))
        << StoreColumnName(column);
    if (options.prefix_extractor == nullptr) continue;
    const std::string key = EncodeDigestKey(Sha256("article"), 7);
    EXPECT_EQ(options.prefix_extractor->Transform(key).ToString(), AsBytes(Sha256("article")));
  }
}

TEST_F(RocksDbOptionsTest, DamageIsNeverTakenForTheEndOfTheLog) {
  EXPECT_TRUE(db_.paranoid_checks);
  EXPECT_EQ(db_.wal_recovery_mode, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  EXPECT_TRUE(db_.track_and_verify_wals_in_manifest);
  EXPECT_EQ(db_.recycle_log_file_num, 0u);
}

TEST_F(RocksDbOptionsTest, RocksDbNeitherRecoversNorWritesALogOfItsOwn) {
  EXPECT_EQ(db_.env, rocksdb::Env::Default());
  EXPECT_EQ(db_.max_bgerror_resume_count, 0);
  EXPECT_NE(db_.info_log, nullptr);  // null: its own, see rocksdb_logger.h
  EXPECT_EQ(db_.info_log_level, rocksdb::InfoLogLevel::WARN_LEVEL);
}

}  // namespace
}  // namespace chirograph::rocksdb_options_test
