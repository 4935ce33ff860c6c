// SPDX-License-Identifier: Apache-2.0
//
// Each operation of a store's disk fails in its turn, and each kind of file is spoilt at many places: nothing
// that was acknowledged is lost, nothing else is told, and the process goes on (Debian's RocksDB has
// assertions).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/internal/rocksdb_log_store_env.h"
#include "tests/service/failing_disk.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::disk_fault_sweep_test {
namespace {

using absl::StatusCode;

// From `failures` operations on that fail, the store opens again and goes on once the disk works.
class DiskFaultSweep : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    const auto store = MakeStore(original_, log_);
    ASSERT_EQ(log_.Commit(*store, 30).outcome, CommitOutcome::kCommitted);
    CopyStore(original_, path_);  // with a write-ahead log that is to be replayed
  }

  // Opens, commits and opens again, through errors. What may be stored besides `log_` is in `unsettled`.
  void Run(std::optional<LogBatch>* unsettled) {
    auto opened = OpenRocksDbLogStore(path_, kTestIdentity, disk_.env());
    if (!opened.ok()) {
      EXPECT_EQ(opened.status().code(), StatusCode::kUnavailable) << opened.status();
      return;
    }
    const std::unique_ptr<LogStore> store = *std::move(opened);
    for (int round = 0; round < 3; ++round) {
      const LogBatch batch = log_.MakeBatch(7);
      const CommitResult result = store->Commit(batch);
      if (result.outcome == CommitOutcome::kCommitted) log_.Accept(batch);
      if (result.outcome == CommitOutcome::kUnknown) *unsettled = batch;
      if (absl::Status status = store->Reopen(); !status.ok()) {
        EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
        return;
      }
      Settle(*store, unsettled);
    }
  }

  // An unsettled batch is there or not, whole.
  void Settle(const LogStore& store, std::optional<LogBatch>* unsettled) {
    if (!*unsettled) return;
    if (store.ReadEntry(log_.tree_size()).ok()) log_.Accept(**unsettled);
    unsettled->reset();
  }

  TempFolder folder_;
  const std::string original_ = folder_ / "original";
  const std::string path_ = folder_ / "store";
  TestLog log_;
  FailingDisk disk_;
};

TEST_P(DiskFaultSweep, NothingAcknowledgedIsLost) {
  const TestLog before = log_;
  bool failed = true;
  std::int64_t operation = GetParam() % 2;
  for (; failed; operation += 4) {
    SCOPED_TRACE(operation);
    log_ = before;
    CopyStore(original_, path_);
    disk_.FailAfter(operation, GetParam());
    std::optional<LogBatch> unsettled;
    Run(&unsettled);
    failed = disk_.failed();
    disk_.StopFailing();

    auto store = OpenRocksDbLogStore(path_, kTestIdentity, disk_.env());
    ASSERT_THAT(store, IsOk());
    Settle(**store, &unsettled);
    log_.ExpectIsIn(**store);
    ASSERT_EQ(log_.Commit(**store, 3).outcome, CommitOutcome::kCommitted);
    if (HasFailure()) return;
  }
  EXPECT_EQ(log_.tree_size(), 30u + 3 * 7 + 3);  // the last round met no fault
  EXPECT_GT(operation, 200);
}

INSTANTIATE_TEST_SUITE_P(OneAndAll, DiskFaultSweep, testing::Values(1, std::int64_t{1} << 60),
                         [](const auto& test) { return test.param == 1 ? "Once" : "FromThereOn"; });

// --- Spoilt files ---

TEST(SpoiltFileSweep, SpoiltBytesAreFoundOrDoNotMatter) {
  TempFolder folder;
  TestLog log;
  const std::string original = folder / "original";
  {
    const auto store = MakeStore(original, log);
    ASSERT_EQ(log.Commit(*store, 300).outcome, CommitOutcome::kCommitted);
    ASSERT_THAT(store->Reopen(), IsOk());  // into tables
    ASSERT_EQ(log.Commit(*store, 20).outcome, CommitOutcome::kCommitted);
  }
  const std::string image = folder / "image";
  int found_when_opening = 0;
  int found_when_reading = 0;
  for (const auto& entry : std::filesystem::directory_iterator(original)) {
    const std::string name = entry.path().filename().string();
    if (name == "LOCK") continue;
    const std::string bytes = ReadBytes(entry.path().string());
    for (std::size_t i = 0; i < 12 && i < bytes.size(); ++i) {
      const std::size_t position = bytes.size() * (2 * i + 1) / 24;
      SCOPED_TRACE(name + " at " + std::to_string(position));
      std::string spoilt = bytes;
      spoilt[position] = static_cast<char>(spoilt[position] ^ (1 << i % 8));
      CopyStore(original, image);
      WriteBytes(image + "/" + name, spoilt);
      const auto store = RocksDbLogStore::Open(image, kTestIdentity);
      if (!store.ok()) {
        // A spoilt name of a file may name one that is not there, a spoilt number a version.
        EXPECT_THAT(store.status().code(),
                    testing::AnyOf(StatusCode::kDataLoss, StatusCode::kUnavailable, StatusCode::kNotFound))
            << store.status();
        ++found_when_opening;
        continue;
      }
      bool found = false;
      for (std::uint64_t index = 0; index < log.tree_size(); ++index) {
        const NewEntry& expected = log.entries()[index];
        const auto check = [&](const absl::StatusOr<std::string>& read, const std::string& value) {
          if (read.ok()) {
            EXPECT_EQ(*read, value);
          } else {
            EXPECT_EQ(read.status().code(), StatusCode::kDataLoss) << read.status();
            found = true;
          }
        };
        check((*store)->ReadEntry(index), expected.log_entry);
        if (!expected.submission) continue;
        check((*store)->ReadOpening(index), expected.opening);
        check((*store)->ReadContent(index), expected.content);
        const auto submission = (*store)->FindSubmission(*expected.submission);
        if (submission.ok()) {
          EXPECT_EQ(*submission, index);
        } else {
          EXPECT_EQ(submission.status().code(), StatusCode::kDataLoss) << submission.status();
          found = true;
        }
      }
      found_when_reading += found;
    }
  }
  EXPECT_GT(found_when_opening, 20);
  EXPECT_GT(found_when_reading, 10);
}

}  // namespace
}  // namespace chirograph::disk_fault_sweep_test
