// SPDX-License-Identifier: Apache-2.0
#include "service/internal/folder_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "service/internal/rocksdb_database.h"
#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"

namespace chirograph::folder_lock_test {
namespace {

using absl::StatusCode;

class FolderLockTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(RocksDbDatabase::Create(path_, env_), IsOk()); }

  const TempFolder folder_;
  const std::string path_ = folder_ / "store";
  rocksdb::Env* const env_ = rocksdb::Env::Default();
};

TEST_F(FolderLockTest, WhileItIsHeldNobodyElseTakesIt) {
  const auto lock = FolderLock::Take(path_, env_);
  ASSERT_THAT(lock, IsOk());
  EXPECT_THAT(FolderLock::Take(path_, env_),
              StatusIs(StatusCode::kFailedPrecondition, path_ + ": another process has this store open"));
}

TEST_F(FolderLockTest, WhileItIsHeldTheDatabaseCannotBeOpened) {
  const auto lock = FolderLock::Take(path_, env_);
  ASSERT_THAT(lock, IsOk());
  EXPECT_THAT(RocksDbDatabase::Open(path_, env_), StatusIs(StatusCode::kFailedPrecondition, path_));
}

TEST_F(FolderLockTest, WhileTheDatabaseIsOpenItIsNotGiven) {
  const auto database = RocksDbDatabase::Create(folder_ / "other", env_);
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(FolderLock::Take(folder_ / "other", env_), StatusIs(StatusCode::kFailedPrecondition, "other"));
}

TEST_F(FolderLockTest, OnceItIsGoneTheNextOneIsGivenIt) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(FolderLock::Take(path_, env_), IsOk());
}

TEST_F(FolderLockTest, ALockOfOneFolderIsNoneOfAnother) {
  const auto lock = FolderLock::Take(path_, env_);
  ASSERT_THAT(lock, IsOk());
  std::filesystem::create_directory(folder_ / "other");
  EXPECT_THAT(FolderLock::Take(folder_ / "other", env_), IsOk());
}

TEST_F(FolderLockTest, ALockThatCannotBeMadeIsUnavailable) {
  std::filesystem::remove(path_ + "/LOCK");
  std::filesystem::create_directory(path_ + "/LOCK");
  EXPECT_THAT(FolderLock::Take(path_, env_), StatusIs(StatusCode::kUnavailable, path_ + ": IO error"));
}

TEST_F(FolderLockTest, AFolderThatIsNotThereIsDataLoss) {
  EXPECT_THAT(FolderLock::Take(folder_ / "none", env_), StatusIs(StatusCode::kDataLoss, folder_ / "none"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none"));
}

}  // namespace
}  // namespace chirograph::folder_lock_test
