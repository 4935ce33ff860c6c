// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_DATABASE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_DATABASE_H_

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/iterator.h>
#include <rocksdb/status.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/internal/folder_lock.h"
#include "service/storage_schema.h"

namespace chirograph {

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// RocksDB's word on `what` ("entries[41] in /data/store") in ours: DataLoss for damage, NotFound,
// FailedPrecondition where another process holds the lock, else Unavailable.
absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view what);

// One open RocksDB with the store's columns. Reads are thread-safe.
class RocksDbDatabase {
 public:
  // Makes a database with empty columns in `path` and opens it.
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> Create(const std::string& path, rocksdb::Env* env);

  // Opens the database in `path`. Creates nothing where there is none. NotFound: there is none.
  // FailedPrecondition: another process has it open; a newer version wrote it (checked before anything
  // is replayed where its columns are others, after that where they are the same). DataLoss: damaged;
  // columns are missing; the write-ahead logs have a hole.
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> Open(const std::string& path, rocksdb::Env* env);

  // The same, and changes nothing on disk: no file is made, replaced or deleted, and Write fails.
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> OpenToRead(const std::string& path,
                                                                     rocksdb::Env* env);

  // The same for a check: what can be opened is, though entries be missing where the write-ahead log begins,
  // and nobody else opens it before this is gone.
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> OpenToCheck(const std::string& path,
                                                                      rocksdb::Env* env);

  RocksDbDatabase(const RocksDbDatabase&) = delete;
  RocksDbDatabase& operator=(const RocksDbDatabase&) = delete;
  // Closes it. What WriteOut has not written the next opening finds as after a crash: in the write-ahead log.
  ~RocksDbDatabase();

  // The value of `key`, or nothing. `name` names the key in errors.
  absl::StatusOr<std::optional<std::string>> Get(StoreColumn column, std::string_view key,
                                                 std::string_view name) const;

  // The value of `key` in meta. DataLoss where it is missing.
  absl::StatusOr<std::string> GetMeta(std::string_view key) const;

  // Over all of `column`, or, where IsFoundByDigest, over keys with the digest that Seek's begins with, until
  // Valid() is false; then ask status().
  std::unique_ptr<rocksdb::Iterator> NewIterator(StoreColumn column) const;
  // Over all of `column`, whichever it is, for reading much of it in order: leaves the cache to those who
  // look things up.
  std::unique_ptr<rocksdb::Iterator> NewScan(StoreColumn column) const;

  // One more than the last index in entries; 0 where there is none.
  absl::StatusOr<std::uint64_t> CountEntries() const;

  // Writes `batch`, durable when it returns OK.
  rocksdb::Status Write(rocksdb::WriteBatch* batch);

  // Writes what is in memory into tables, so that opening has nothing to replay. Durable when it returns OK;
  // on failure, all is in the write-ahead log as before.
  rocksdb::Status WriteOut();

  rocksdb::ColumnFamilyHandle* handle(StoreColumn column) const {
    return handles_[static_cast<std::size_t>(column)];
  }
  const std::string& path() const { return path_; }

 private:
  enum class Access { kRead, kWrite, kCheck };

  explicit RocksDbDatabase(std::string path) : path_(std::move(path)) {}
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> OpenChecked(const std::string& path,
                                                                      rocksdb::Env* env, Access access);
  static absl::StatusOr<std::unique_ptr<RocksDbDatabase>> OpenColumns(const std::string& path,
                                                                      rocksdb::DBOptions options,
                                                                      Access access);

  std::string path_;
  std::unique_ptr<FolderLock> lock_;                  // of OpenToCheck
  std::unique_ptr<rocksdb::WalFilter> replay_check_;  // db_ keeps a pointer to it
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kAllStoreColumns.size()> handles_ = {};
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_DATABASE_H_
