// SPDX-License-Identifier: Apache-2.0
#include "service/internal/open_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "service/storage_schema.h"
#include "tests/service/failing_disk.h"
#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::open_store_test {
namespace {

using absl::StatusCode;
using testing::Eq;

// Lets something happen between the look at a store, which takes the lock first, and its opening.
class BetweenLocks final : public rocksdb::EnvWrapper {
 public:
  explicit BetweenLocks(std::function<void()> act)
      : EnvWrapper(rocksdb::Env::Default()), act_(std::move(act)) {}
  rocksdb::Status LockFile(const std::string& name, rocksdb::FileLock** lock) override {
    if (++locks_ == 2) act_();
    return EnvWrapper::LockFile(name, lock);
  }

 private:
  const std::function<void()> act_;
  int locks_ = 0;
};

// A store of 5 entries that nobody has open.
class OpenStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto store = MakeStore(path_, log_);
    ASSERT_EQ(log_.Commit(*store, 5).outcome, CommitOutcome::kCommitted);
  }

  absl::StatusOr<OpenStore> Open(rocksdb::Env* env = rocksdb::Env::Default()) {
    return OpenStoreFolder(path_, kTestIdentity, env);
  }

  // Changes meta behind the store's back.
  void DeleteMeta(std::string_view key) {
    rocksdb::WriteBatch batch;
    auto database = RocksDbDatabase::Open(path_, rocksdb::Env::Default());
    ASSERT_THAT(database, IsOk());
    batch.Delete((*database)->handle(StoreColumn::kMeta), ToSlice(key));
    ASSERT_TRUE((*database)->Write(&batch).ok());
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  TestLog log_;
};

TEST_F(OpenStoreTest, HasTheDatabaseTheMarkAndTheEndOfTheLog) {
  const auto open = Open();
  ASSERT_THAT(open, IsOk());
  EXPECT_EQ(open->tree_size, 5u);
  EXPECT_EQ(open->mark.tree_size(), 5u);
  EXPECT_EQ(open->database->GetMeta(kMetaOriginKey).value(), kTestIdentity.origin);
}

TEST_F(OpenStoreTest, ALogThatEndsAfterItsMarkIsFine) {
  SetMark(path_, 3);  // the last one was not written any more
  const auto open = Open();
  ASSERT_THAT(open, IsOk());
  EXPECT_EQ(open->tree_size, 5u);
  EXPECT_EQ(open->mark.tree_size(), 3u);
}

TEST_F(OpenStoreTest, WithoutAStoreIsNotFound) {
  EXPECT_THAT(OpenStoreFolder(folder_ / "none", kTestIdentity, rocksdb::Env::Default()),
              StatusIs(StatusCode::kNotFound, folder_ / "none"));
}

// --- Whose it is ---

TEST_F(OpenStoreTest, TheLogOfAnotherOriginIsRefusedByName) {
  const auto before = FileSizes(path_);
  EXPECT_THAT(
      OpenStoreFolder(path_, {"other.example", kTestIdentity.verifier_key}, rocksdb::Env::Default()),
      StatusIs(StatusCode::kFailedPrecondition,
               "holds the log \"log.example/2026\", but log.key is that of \"other.example\"; put back the"));
  EXPECT_THAT(FileSizes(path_), Eq(before));
}

TEST_F(OpenStoreTest, AnotherLogKeyIsRefusedByName) {
  const auto before = FileSizes(path_);
  EXPECT_THAT(OpenStoreFolder(path_, {kTestIdentity.origin, "log.example/2026+87654321+AQID"},
                              rocksdb::Env::Default()),
              StatusIs(StatusCode::kFailedPrecondition,
                       "log key log.example/2026+12345678+AQID, and this one is log.example/2026+87654321"));
  EXPECT_THAT(FileSizes(path_), Eq(before));
}

TEST_F(OpenStoreTest, AStoreOfNoOriginIsDamaged) {
  DeleteMeta(kMetaOriginKey);
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, "meta[origin] is missing"));
}

TEST_F(OpenStoreTest, AStoreOfNoLogKeyIsDamaged) {
  DeleteMeta(kMetaVerifierKeyKey);
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, "meta[verifier_key] is missing"));
}

// --- Where it ends ---

TEST_F(OpenStoreTest, AMissingMarkIsDamageAndChangesNothing) {
  std::filesystem::remove(path_ + "/COMMITTED");
  const auto before = FileSizes(path_);
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, "COMMITTED: No such file"));
  EXPECT_THAT(FileSizes(path_), Eq(before));
}

TEST_F(OpenStoreTest, ALogThatEndsBeforeItsMarkIsDamageAndChangesNothing) {
  SetMark(path_, 6);
  const auto before = FileSizes(path_);
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, "ends at 5 entries, but 6 were acknowledged"));
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, "restore a backup that has at least 6 entries"));
  EXPECT_THAT(FileSizes(path_), Eq(before));
}

// --- What changes between the look at it and the opening ---

TEST_F(OpenStoreTest, AMarkThatWasRaisedMeanwhileCounts) {
  SetMark(path_, 1);
  BetweenLocks env([&] { SetMark(path_, 9); });
  EXPECT_THAT(Open(&env), StatusIs(StatusCode::kDataLoss, "ends at 5 entries, but 9 were acknowledged"));
}

TEST_F(OpenStoreTest, AMarkThatVanishedMeanwhileIsDamage) {
  BetweenLocks env([&] { std::filesystem::remove(path_ + "/COMMITTED"); });
  EXPECT_THAT(Open(&env), StatusIs(StatusCode::kDataLoss, "COMMITTED: No such file"));
}

TEST_F(OpenStoreTest, AProcessThatOpenedItMeanwhileKeepsIt) {
  absl::StatusOr<OpenStore> other = absl::UnknownError("not yet");
  BetweenLocks env([&] { other = Open(); });
  EXPECT_THAT(Open(&env), StatusIs(StatusCode::kFailedPrecondition, "another process has this store open"));
  EXPECT_THAT(other, IsOk());
}

TEST_F(OpenStoreTest, ADiskThatCanOnlyBeReadIsUnavailable) {
  FailingDisk disk;
  disk.Set(DiskFault::kOpenFails);
  EXPECT_THAT(Open(disk.env()), StatusIs(StatusCode::kUnavailable, "the disk is on fire"));
  disk.Set(DiskFault::kNone);
  EXPECT_THAT(Open(disk.env()), IsOk());
}

}  // namespace
}  // namespace chirograph::open_store_test
