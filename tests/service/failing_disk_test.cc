// SPDX-License-Identifier: Apache-2.0
//
// What a store answers when its disk fails, and what it shows after it was opened again.
#include "tests/service/failing_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "service/internal/rocksdb_log_store_env.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::failing_disk_test {
namespace {

using absl::StatusCode;

class FailingDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(RocksDbLogStore::Create(path_, kTestIdentity, log_.EmptyCheckpoint()), IsOk());
    auto store = OpenRocksDbLogStore(path_, kTestIdentity, disk_.env());
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    ASSERT_EQ(log_.Commit(*store_, 20).outcome, CommitOutcome::kCommitted);
  }

  // Commits under `fault`, which must leave the outcome open, and then opens again without it.
  LogBatch CommitUnder(DiskFault fault) {
    disk_.Set(fault);
    LogBatch batch = log_.MakeBatch(30);
    const CommitResult result = store_->Commit(batch);
    EXPECT_EQ(result.outcome, CommitOutcome::kUnknown);
    EXPECT_THAT(result.cause, StatusIs(StatusCode::kUnavailable, "commit of entries [20, 50) to " + path_));
    EXPECT_THAT(result.cause, StatusIs(StatusCode::kUnavailable, "the disk is on fire"));
    log_.ExpectIsIn(*store_);  // readers still have what was there before
    const CommitResult again = store_->Commit(batch);
    EXPECT_EQ(again.outcome, CommitOutcome::kLost);
    EXPECT_THAT(again.cause, StatusIs(StatusCode::kFailedPrecondition, "must be opened again"));
    disk_.Set(DiskFault::kNone);
    EXPECT_THAT(store_->Reopen(), IsOk());
    return batch;
  }

  void ExpectGoesOn() {
    log_.ExpectIsIn(*store_);
    EXPECT_EQ(log_.Commit(*store_, 10).outcome, CommitOutcome::kCommitted);
    EXPECT_THAT(store_->Reopen(), IsOk());
    log_.ExpectIsIn(*store_);
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  TestLog log_;
  FailingDisk disk_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(FailingDiskTest, AWriteThatFailsIsUnknownAndThenLost) {
  CommitUnder(DiskFault::kWriteFails);
  ExpectGoesOn();
}

TEST_F(FailingDiskTest, AWriteThatTearsIsUnknownAndThenLost) {
  CommitUnder(DiskFault::kWriteTears);
  ExpectGoesOn();
}

TEST_F(FailingDiskTest, ASyncThatFailsIsUnknownAndThenStored) {
  log_.Accept(CommitUnder(DiskFault::kSyncFails));
  ExpectGoesOn();
}

TEST_F(FailingDiskTest, ReopenCanFailAndBeTriedAgain) {
  disk_.Set(DiskFault::kSyncFails);
  const LogBatch batch = log_.MakeBatch(30);
  ASSERT_EQ(store_->Commit(batch).outcome, CommitOutcome::kUnknown);
  disk_.Set(DiskFault::kOpenFails);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(store_->Reopen(), StatusIs(StatusCode::kUnavailable, "the disk is on fire"));
    EXPECT_THAT(store_->ReadEntry(0), StatusIs(StatusCode::kUnavailable, "opened again"));
    EXPECT_EQ(store_->Commit(batch).outcome, CommitOutcome::kLost);
  }
  disk_.Set(DiskFault::kNone);
  EXPECT_THAT(store_->Reopen(), IsOk());
  log_.Accept(batch);
  ExpectGoesOn();
}

TEST_F(FailingDiskTest, ReadErrorsAreUnavailableAndNameColumnAndIndex) {
  ASSERT_THAT(store_->Reopen(), IsOk());  // into tables; those of meta and entries were read
  disk_.Set(DiskFault::kReadFails);
  EXPECT_THAT(store_->ReadOpening(8), StatusIs(StatusCode::kUnavailable, "openings[8] in " + path_));
  EXPECT_THAT(store_->ReadContent(9), StatusIs(StatusCode::kUnavailable, "content[9]"));
  EXPECT_THAT(store_->ReadTile({0, 0}, 20), StatusIs(StatusCode::kUnavailable, "tiles[0/0]"));
  const SubmissionId id = *log_.entries()[11].submission;
  EXPECT_THAT(store_->FindSubmission(id), StatusIs(StatusCode::kUnavailable, "submissions["));
  EXPECT_THAT(store_->FindByArticleDigest(id.article_digest),
              StatusIs(StatusCode::kUnavailable, "articles["));
  EXPECT_THAT(store_->FindBySourceDigest(*id.source_digest), StatusIs(StatusCode::kUnavailable, "sources["));
  EXPECT_THAT(store_->ReadKeyEventIndexes(), StatusIs(StatusCode::kUnavailable, "key_events"));
  const CommitResult result = store_->Commit(log_.MakeBatch(1));  // it reads the tile that is to grow
  EXPECT_EQ(result.outcome, CommitOutcome::kLost);
  EXPECT_THAT(result.cause, StatusIs(StatusCode::kUnavailable, "tiles[0/0]"));
  disk_.Set(DiskFault::kNone);
  EXPECT_THAT(store_->Reopen(), IsOk());
  ExpectGoesOn();
}

// No wrapper: the kernel itself refuses to let a file grow, in the middle of a write.
TEST_F(FailingDiskTest, AFileThatMayNotGrowIsUnknownAndThenLost) {
  store_.reset();
  auto store = RocksDbLogStore::Open(path_, kTestIdentity);
  ASSERT_THAT(store, IsOk());
  store_ = *std::move(store);
  ASSERT_EQ(log_.Commit(*store_, 10).outcome, CommitOutcome::kCommitted);
  const std::string wal = WriteAheadLogs(path_).rbegin()->second;

  auto* const previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  rlimit tight = limit;
  tight.rlim_cur = std::filesystem::file_size(wal) + 1000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const CommitResult result = store_->Commit(log_.MakeBatch(30));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, previous);

  EXPECT_EQ(result.outcome, CommitOutcome::kUnknown);
  EXPECT_THAT(result.cause, StatusIs(StatusCode::kUnavailable, "File too large"));
  EXPECT_THAT(store_->Reopen(), IsOk());
  ExpectGoesOn();
}

}  // namespace
}  // namespace chirograph::failing_disk_test
