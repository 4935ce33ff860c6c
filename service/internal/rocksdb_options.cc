// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "service/internal/rocksdb_logger.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr std::size_t kBlockCacheBytes = 96 * kMiB;

// Memtables: content's fill fastest by far, the others' are flushed when the write-ahead logs that they
// keep alive reach kMaxWalBytes, which also bounds what a start replays.
constexpr std::size_t kContentWriteBufferBytes = 32 * kMiB;
constexpr std::size_t kOtherWriteBufferBytes = 16 * kMiB;
constexpr std::uint64_t kMaxWalBytes = 128 * kMiB;
constexpr std::size_t kAllWriteBuffersBytes = 160 * kMiB;
constexpr int kMaxWriteBuffers = 4;  // of one column: commits go on while some of them are flushed

rocksdb::BlockBasedTableOptions TableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions options;
  options.block_cache = cache;
  options.cache_index_and_filter_blocks = true;
  options.pin_l0_filter_and_index_blocks_in_cache = true;
  options.block_size = std::size_t{16} << 10;
  return options;
}

rocksdb::ColumnFamilyOptions ColumnOptions(StoreColumn column, rocksdb::BlockBasedTableOptions table) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kOtherWriteBufferBytes;
  options.max_write_buffer_number = kMaxWriteBuffers;
  // Digests and signatures do not get smaller.
  options.compression = rocksdb::kNoCompression;
  if (column == StoreColumn::kContent) {
    options.write_buffer_size = kContentWriteBufferBytes;
    options.compression = rocksdb::kLZ4Compression;
  }
  if (IsFoundByDigest(column)) {
    // Random keys, and nearly every question is about one that is not there. A filter of the digests
    // answers for whole keys too, at half the size of one of both.
    options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kDigestPrefixBytes));
    options.memtable_prefix_bloom_size_ratio = 0.05;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
    table.whole_key_filtering = false;
    table.block_size = std::size_t{4} << 10;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

rocksdb::DBOptions StoreDbOptions(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.paranoid_checks = true;
  // Point-in-time recovery drops whatever follows the first damage, acknowledged or not, and says nothing.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  // A recycled log's damage would pass for its end.
  options.recycle_log_file_num = 0;
  options.max_total_wal_size = kMaxWalBytes;
  options.db_write_buffer_size = kAllWriteBuffersBytes;
  // What failed is settled by opening again, never by RocksDB behind our back.
  options.max_bgerror_resume_count = 0;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.max_file_opening_threads = 1;
  options.bytes_per_sync = kMiB;  // a flush that is written out at once would hold up the next commit's sync
  options.info_log = NewRocksDbLogger();
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> StoreColumnDescriptors() {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  const rocksdb::BlockBasedTableOptions table = TableOptions(cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  columns.emplace_back(rocksdb::kDefaultColumnFamilyName, ColumnOptions(StoreColumn::kMeta, table));
  for (const StoreColumn column : kAllStoreColumns) {
    columns.emplace_back(std::string(StoreColumnName(column)), ColumnOptions(column, table));
  }
  return columns;
}

}  // namespace chirograph
