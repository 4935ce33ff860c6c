// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/service/raw_database.h"
#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/without_root.h"

namespace chirograph::rocksdb_database_test {
namespace {

using absl::StatusCode;

// A database of this version and nothing else, which nobody has open.
class RocksDbDatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(RocksDbDatabase::Create(path_, env_), IsOk());
    RawDatabase(path_).Put("meta", kMetaVersionKey, "1");
  }

  auto Open() { return RocksDbDatabase::Open(path_, env_); }

  // Opens it and writes these entries, a commit each.
  void CommitEntries(const std::vector<std::uint64_t>& indexes) {
    const auto database = Open();
    ASSERT_THAT(database, IsOk());
    for (const std::uint64_t index : indexes) {
      rocksdb::WriteBatch batch;
      batch.Put((*database)->handle(StoreColumn::kEntries), EncodeIndex(index), kEntry);
      ASSERT_TRUE((*database)->Write(&batch).ok());
    }
  }

  // Puts the entry of index 0 into a table and spoils it there.
  void SpoilTheFirstEntry() {
    CommitEntries({0});
    ASSERT_THAT(Open(), IsOk());
    int spoilt = 0;
    for (const auto& [name, size] : FileSizes(path_)) {
      std::string bytes = ReadBytes(path_ + "/" + name);
      const std::size_t found = bytes.find(kEntry);
      if (!name.ends_with(".sst") || found == std::string::npos) continue;
      bytes[found] ^= 1;
      WriteBytes(path_ + "/" + name, bytes);
      ++spoilt;
    }
    ASSERT_EQ(spoilt, 1);
  }

  // That neither way to open it is possible, and nothing is changed by trying.
  void ExpectRefused(StatusCode code, const std::string& text) {
    const auto before = FileSizes(path_);
    EXPECT_THAT(RocksDbDatabase::OpenToRead(path_, env_), StatusIs(code, text));
    EXPECT_EQ(FileSizes(path_), before);
    EXPECT_THAT(Open(), StatusIs(code, text));
  }

  static constexpr char kEntry[] = "an entry to be found";
  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  rocksdb::Env* const env_ = rocksdb::Env::Default();
};

TEST(FromRocksDbTest, GivesEachErrorItsCodeAndKeepsTheText) {
  using rocksdb::Status;
  EXPECT_THAT(FromRocksDb(Status::OK(), "it"), IsOk());
  EXPECT_THAT(FromRocksDb(Status::Corruption("torn"), "it"),
              StatusIs(StatusCode::kDataLoss, "it: Corruption: torn"));
  EXPECT_THAT(FromRocksDb(Status::PathNotFound("gone"), "it"), StatusIs(StatusCode::kDataLoss, "gone"));
  EXPECT_THAT(FromRocksDb(Status::NotFound("none"), "it"), StatusIs(StatusCode::kNotFound, "it: NotFound"));
  EXPECT_THAT(FromRocksDb(Status::IOError("lock hold by current process"), "it"),
              StatusIs(StatusCode::kFailedPrecondition, "it: another process has this store open"));
  EXPECT_THAT(FromRocksDb(Status::IOError("While lock file: store/LOCK", "busy"), "it"),
              StatusIs(StatusCode::kFailedPrecondition, "it: another process has this store open"));
  EXPECT_THAT(FromRocksDb(Status::NoSpace("full"), "it"), StatusIs(StatusCode::kUnavailable, "it: "));
  EXPECT_THAT(FromRocksDb(Status::IOError("slow"), "it"), StatusIs(StatusCode::kUnavailable, "slow"));
  EXPECT_THAT(FromRocksDb(Status::InvalidArgument("odd"), "it"), StatusIs(StatusCode::kUnavailable, "odd"));
}

TEST_F(RocksDbDatabaseTest, WhatWasWrittenIsThereWithoutAFlush) {
  CommitEntries({0, 1, 2});
  const auto database = Open();
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ((*database)->path(), path_);
  EXPECT_EQ((*database)->CountEntries().value(), 3u);
  EXPECT_EQ((*database)->Get(StoreColumn::kEntries, EncodeIndex(2), "2").value(), kEntry);
  EXPECT_EQ((*database)->Get(StoreColumn::kEntries, EncodeIndex(3), "3").value(), std::nullopt);
  EXPECT_EQ((*database)->GetMeta(kMetaVersionKey).value(), "1");
}

TEST_F(RocksDbDatabaseTest, ToReadItChangesNothing) {
  CommitEntries({0, 1});
  const auto before = FileSizes(path_);
  {
    const auto database = RocksDbDatabase::OpenToRead(path_, env_);
    ASSERT_THAT(database, IsOk());
    EXPECT_EQ((*database)->CountEntries().value(), 2u);
    rocksdb::WriteBatch batch;
    batch.Put((*database)->handle(StoreColumn::kMeta), "key", "value");
    EXPECT_TRUE((*database)->Write(&batch).IsNotSupported());
  }
  EXPECT_EQ(FileSizes(path_), before);
}

TEST_F(RocksDbDatabaseTest, AnIteratorByDigestEndsWithTheDigest) {
  const auto database = Open();
  ASSERT_THAT(database, IsOk());
  Digest next = Sha256("article");
  ++next.back();
  rocksdb::WriteBatch batch;
  for (const auto& key : {EncodeDigestKey(Sha256("article"), 3), EncodeDigestKey(next, 4)}) {
    batch.Put((*database)->handle(StoreColumn::kArticles), key, "");
    batch.Put((*database)->handle(StoreColumn::kEntries), key, "");
  }
  ASSERT_TRUE((*database)->Write(&batch).ok());
  for (const StoreColumn column : {StoreColumn::kArticles, StoreColumn::kEntries}) {
    const auto found = (*database)->NewIterator(column);
    found->Seek(EncodeDigestKey(Sha256("article"), 0));
    ASSERT_TRUE(found->Valid());
    found->Next();
    EXPECT_EQ(found->Valid(), column == StoreColumn::kEntries);
    EXPECT_TRUE(found->status().ok());
  }
}

TEST_F(RocksDbDatabaseTest, CreateReplacesNoDatabase) {
  EXPECT_THAT(RocksDbDatabase::Create(path_, env_), StatusIs(StatusCode::kUnavailable, "error_if_exists"));
  EXPECT_THAT(Open(), IsOk());
}

// --- Whether there is one ---

TEST_F(RocksDbDatabaseTest, WhereThereIsNoneNothingIsMade) {
  std::filesystem::create_directory(folder_ / "empty");
  WriteBytes(folder_ / "file", "mine");
  for (const char* const name : {"none", "empty", "file"}) {
    const std::string path = folder_ / name;
    EXPECT_THAT(RocksDbDatabase::Open(path, env_), StatusIs(StatusCode::kNotFound, "no store in " + path));
    EXPECT_THAT(RocksDbDatabase::OpenToRead(path, env_), StatusIs(StatusCode::kNotFound, path));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "empty"));
}

TEST_F(RocksDbDatabaseTest, AFolderThatCannotBeLookedIntoIsUnavailable) {
  const WithoutRoot without_root;
  for (const auto mode : {std::filesystem::perms::none, std::filesystem::perms::owner_exec}) {
    const std::string path = folder_ / "locked";
    std::filesystem::create_directory(path);
    std::filesystem::permissions(path, mode);
    EXPECT_THAT(RocksDbDatabase::Open(path, env_),
                StatusIs(StatusCode::kUnavailable, path + ": Permission denied"));
    EXPECT_THAT(RocksDbDatabase::OpenToRead(path, env_), StatusIs(StatusCode::kUnavailable, path));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
}

TEST_F(RocksDbDatabaseTest, WithoutCurrentItIsDamaged) {
  std::filesystem::remove(path_ + "/CURRENT");
  ExpectRefused(StatusCode::kDataLoss, "its file CURRENT is missing");
}

TEST_F(RocksDbDatabaseTest, ASpoiltCurrentIsDamage) {
  WriteBytes(path_ + "/CURRENT", "MANIFEST");
  ExpectRefused(StatusCode::kDataLoss, "CURRENT");
}

// --- Who has it ---

TEST_F(RocksDbDatabaseTest, OneThatIsOpenIsRefused) {
  const auto database = Open();
  ExpectRefused(StatusCode::kFailedPrecondition, path_ + ": another process has this store open");
}

TEST_F(RocksDbDatabaseTest, ALockThatCannotBeMadeIsUnavailable) {
  std::filesystem::remove(path_ + "/LOCK");
  std::filesystem::create_directory(path_ + "/LOCK");
  ExpectRefused(StatusCode::kUnavailable, "LOCK: Is a directory");
}

TEST_F(RocksDbDatabaseTest, ALockThatCannotBeGivenBackIsUnavailable) {
  class Env final : public rocksdb::EnvWrapper {
   public:
    Env() : EnvWrapper(rocksdb::Env::Default()) {}
    rocksdb::Status UnlockFile(rocksdb::FileLock* lock) override {
      EXPECT_TRUE(EnvWrapper::UnlockFile(lock).ok());
      return rocksdb::Status::IOError("it sticks");
    }
  };
  Env env;
  EXPECT_THAT(RocksDbDatabase::OpenToRead(path_, &env), StatusIs(StatusCode::kUnavailable, "it sticks"));
}

// --- Of which version it is ---

TEST_F(RocksDbDatabaseTest, ANewerVersionIsRefusedByNumber) {
  RawDatabase(path_).Put("meta", kMetaVersionKey, "2");
  ExpectRefused(StatusCode::kFailedPrecondition,
                "is of format version 2; this chirographd reads version 1. Use the chirographd");
}

TEST_F(RocksDbDatabaseTest, AVersionThatIsNoneIsDamage) {
  for (const char* const version : {"", "x", "0", "-1"}) {
    RawDatabase(path_).Put("meta", kMetaVersionKey, version);
    ExpectRefused(StatusCode::kDataLoss, "meta[format_version] is no version number");
  }
}

TEST_F(RocksDbDatabaseTest, AMissingVersionIsDamage) {
  RawDatabase(path_).Delete("meta", kMetaVersionKey);
  ExpectRefused(StatusCode::kDataLoss, "meta[format_version] is missing");
}

TEST_F(RocksDbDatabaseTest, ANewerVersionWithAnotherColumnIsRefusedUnchanged) {
  {
    RawDatabase raw(path_);
    raw.AddColumn("redactions");
    raw.Put("meta", kMetaVersionKey, "7");
  }
  const auto before = FileSizes(path_);
  ExpectRefused(StatusCode::kFailedPrecondition, "is of format version 7");
  EXPECT_EQ(FileSizes(path_), before);
}

TEST_F(RocksDbDatabaseTest, AMissingColumnIsDamage) {
  RawDatabase(path_).DropColumn("openings");
  ExpectRefused(StatusCode::kDataLoss, "not those of version 1");
}

TEST_F(RocksDbDatabaseTest, AMissingColumnAndAMissingVersionAreDamageToo) {
  {
    RawDatabase raw(path_);
    raw.DropColumn("openings");
    raw.Delete("meta", kMetaVersionKey);
  }
  ExpectRefused(StatusCode::kDataLoss, "meta[format_version] is missing");
}

TEST_F(RocksDbDatabaseTest, AMissingColumnAndASpoiltLogAreDamageToo) {
  {
    RawDatabase raw(path_);
    raw.DropColumn("openings");
    for (int i = 0; i < 3; ++i) raw.Put("meta", "key", kEntry);
  }
  const std::string log = WriteAheadLogs(path_).rbegin()->second;
  std::string bytes = ReadBytes(log);
  bytes[bytes.find(kEntry)] ^= 1;
  WriteBytes(log, bytes);
  ExpectRefused(StatusCode::kDataLoss, path_ + ": Corruption");
}

TEST_F(RocksDbDatabaseTest, AForeignRocksDbIsRefused) {
  std::filesystem::remove_all(path_);
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path_, &db).ok());
  delete db;
  ExpectRefused(StatusCode::kDataLoss, "not Chirograph's");
}

// --- Whether it is whole ---

TEST_F(RocksDbDatabaseTest, AHoleBetweenTwoCommitsIsFound) {
  CommitEntries({0, 2});
  ExpectRefused(StatusCode::kDataLoss, "a commit begins at index 2, the one before it ended before index 1");
}

TEST_F(RocksDbDatabaseTest, AHoleBeforeTheFirstReplayedCommitIsFound) {
  CommitEntries({3});
  ExpectRefused(StatusCode::kDataLoss, "begins at index 3, but entries[2] is missing");
}

TEST_F(RocksDbDatabaseTest, ASpoiltEntryBeforeTheFirstReplayedCommitIsFound) {
  SpoilTheFirstEntry();
  CommitEntries({1});
  EXPECT_THAT(RocksDbDatabase::OpenToRead(path_, env_),
              StatusIs(StatusCode::kDataLoss, "entries[0] in " + path_));
}

TEST_F(RocksDbDatabaseTest, ASpoiltEntryIsNamedByWhoReadsIt) {
  SpoilTheFirstEntry();
  const auto database = Open();
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT((*database)->Get(StoreColumn::kEntries, EncodeIndex(0), "0"),
              StatusIs(StatusCode::kDataLoss, "entries[0] in " + path_));
  EXPECT_THAT((*database)->CountEntries(),
              StatusIs(StatusCode::kDataLoss, "the last of entries in " + path_));
}

TEST_F(RocksDbDatabaseTest, AMissingKeyOfMetaIsDamage) {
  const auto database = Open();
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT((*database)->GetMeta("no such"), StatusIs(StatusCode::kDataLoss, "meta[no such] is missing"));
}

TEST_F(RocksDbDatabaseTest, ALastKeyThatIsNoIndexIsDamage) {
  const auto database = Open();
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ((*database)->CountEntries().value(), 0u);
  // The second is past the largest tree: one more would be 0.
  for (const std::string& key : {std::string("seven b"), EncodeIndex(~std::uint64_t{0})}) {
    rocksdb::WriteBatch batch;
    batch.Put((*database)->handle(StoreColumn::kEntries), key, kEntry);
    ASSERT_TRUE((*database)->Write(&batch).ok());
    EXPECT_THAT((*database)->CountEntries(), StatusIs(StatusCode::kDataLoss, "entries has a key that is no"));
  }
}

}  // namespace
}  // namespace chirograph::rocksdb_database_test
