// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_RAW_DATABASE_H_
#define CHIROGRAPH_TESTS_SERVICE_RAW_DATABASE_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "service/internal/rocksdb_database.h"

namespace chirograph {

// Opens `path` as plain RocksDB with all the columns that it has.
class RawDatabase {
 public:
  explicit RawDatabase(const std::string& path) {
    std::vector<std::string> names;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    for (const std::string& name : names) columns.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(rocksdb::DBOptions(), path, columns, &handles_, &opened);
    EXPECT_TRUE(status.ok()) << status.ToString();
    db_.reset(opened);
  }
  ~RawDatabase() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  void Put(std::string_view column, std::string_view key, std::string_view value) {
    EXPECT_TRUE(db_->Put(rocksdb::WriteOptions(), handle(column), ToSlice(key), ToSlice(value)).ok());
  }
  void Delete(std::string_view column, std::string_view key) {
    EXPECT_TRUE(db_->Delete(rocksdb::WriteOptions(), handle(column), ToSlice(key)).ok());
  }
  // Writes all that is in memory into tables.
  void Flush() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      EXPECT_TRUE(db_->Flush(rocksdb::FlushOptions(), handle).ok());
    }
  }
  void DropColumn(std::string_view column) { EXPECT_TRUE(db_->DropColumnFamily(handle(column)).ok()); }
  void AddColumn(const std::string& column) {
    handles_.emplace_back();
    EXPECT_TRUE(db_->CreateColumnFamily(rocksdb::ColumnFamilyOptions(), column, &handles_.back()).ok());
  }

 private:
  rocksdb::ColumnFamilyHandle* handle(std::string_view name) {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      if (handle->GetName() == name) return handle;
    }
    return nullptr;
  }

  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_RAW_DATABASE_H_
