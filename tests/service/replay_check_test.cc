// SPDX-License-Identifier: Apache-2.0
//
// The check alone, with batches that nobody wrote; crash_test.cc spoils real write-ahead logs.
#include "service/internal/replay_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/comparator.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "service/storage_schema.h"

namespace chirograph::replay_check_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Option = rocksdb::WalFilter::WalProcessingOption;

// A column of no database.
class FakeColumn final : public rocksdb::ColumnFamilyHandle {
 public:
  explicit FakeColumn(std::uint32_t id) : id_(id) {}
  const std::string& GetName() const override { return name_; }
  std::uint32_t GetID() const override { return id_; }
  rocksdb::Status GetDescriptor(rocksdb::ColumnFamilyDescriptor*) override {
    return rocksdb::Status::NotSupported();
  }
  const rocksdb::Comparator* GetComparator() const override { return rocksdb::BytewiseComparator(); }

 private:
  const std::string name_;
  const std::uint32_t id_;
};

class ReplayCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    check_.ColumnFamilyLogNumberMap({}, {{"default", 0}, {"meta", 1}, {"entries", 2}});
  }

  Option Replay(const rocksdb::WriteBatch& batch) {
    return check_.LogRecordFound(4, "000004.log", batch, nullptr, nullptr);
  }

  // A commit of these entries, and of something in another column.
  Option Commit(std::initializer_list<std::uint64_t> indexes) {
    rocksdb::WriteBatch batch;
    batch.Put(&meta_, "checkpoint", "x");
    for (const std::uint64_t index : indexes) batch.Put(&entries_, EncodeIndex(index), "entry");
    return Replay(batch);
  }

  FakeColumn meta_{1};
  FakeColumn entries_{2};
  ReplayCheck check_;
};

TEST_F(ReplayCheckTest, CommitsThatFollowEachOtherAreReplayed) {
  EXPECT_EQ(Commit({41, 42}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({43}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({44, 45, 46}), Option::kContinueProcessing);
  EXPECT_EQ(check_.first_index(), 41u);
  EXPECT_EQ(check_.finding(), "");
}

TEST_F(ReplayCheckTest, ABatchWithoutEntriesIsNoGap) {
  EXPECT_EQ(Commit({}), Option::kContinueProcessing);
  EXPECT_EQ(check_.first_index(), std::nullopt);
  EXPECT_EQ(Commit({3}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({4}), Option::kContinueProcessing);
  EXPECT_EQ(check_.first_index(), 3u);
}

TEST_F(ReplayCheckTest, AGapBetweenCommitsStopsTheReplayAndIsNamed) {
  EXPECT_EQ(Commit({0, 1}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({3}), Option::kCorruptedRecord);
  EXPECT_EQ(check_.finding(),
            "000004.log: a commit begins at index 3, the one before it ended before index 2");
}

TEST_F(ReplayCheckTest, ACommitThatComesTwiceStopsTheReplay) {
  EXPECT_EQ(Commit({0, 1}), Option::kContinueProcessing);
  EXPECT_EQ(Commit({0, 1}), Option::kCorruptedRecord);
  EXPECT_THAT(check_.finding(), HasSubstr("begins at index 0, the one before it ended before index 2"));
}

TEST_F(ReplayCheckTest, AGapWithinACommitStopsTheReplay) {
  EXPECT_EQ(Commit({0, 2}), Option::kCorruptedRecord);
  EXPECT_THAT(check_.finding(), StartsWith("000004.log: a commit that cannot be read ("));
  EXPECT_THAT(check_.finding(), HasSubstr("entries out of order"));
}

TEST_F(ReplayCheckTest, AKeyThatIsNoIndexStopsTheReplay) {
  rocksdb::WriteBatch batch;
  batch.Put(&entries_, "seven b", "entry");
  EXPECT_EQ(Replay(batch), Option::kCorruptedRecord);
  EXPECT_THAT(check_.finding(), HasSubstr("entries out of order"));
}

TEST_F(ReplayCheckTest, ABatchOfWhatTheStoreNeverDoesStopsTheReplay) {
  rocksdb::WriteBatch batch;
  batch.Merge(&entries_, EncodeIndex(0), "entry");
  EXPECT_EQ(Replay(batch), Option::kCorruptedRecord);
  EXPECT_THAT(check_.finding(), HasSubstr("a commit that cannot be read"));
}

TEST_F(ReplayCheckTest, ABatchThatIsTornStopsTheReplay) {
  rocksdb::WriteBatch whole;
  whole.Put(&entries_, EncodeIndex(0), "entry");
  EXPECT_EQ(Replay(rocksdb::WriteBatch(whole.Data().substr(0, whole.Data().size() - 1))),
            Option::kCorruptedRecord);
  EXPECT_THAT(check_.finding(), HasSubstr("a commit that cannot be read"));
}

TEST_F(ReplayCheckTest, AfterAFindingNothingIsReplayed) {
  Commit({0});
  Commit({5});
  const std::string finding = check_.finding();
  EXPECT_EQ(Commit({1}), Option::kCorruptedRecord);
  EXPECT_EQ(Commit({}), Option::kCorruptedRecord);
  EXPECT_EQ(check_.finding(), finding);
  EXPECT_EQ(check_.first_index(), 0u);
}

TEST_F(ReplayCheckTest, WhatARepairDeletedIsNoGap) {
  Commit({0, 1});
  rocksdb::WriteBatch batch;
  batch.Delete(&meta_, "checkpoint");
  EXPECT_EQ(Replay(batch), Option::kContinueProcessing);
  EXPECT_EQ(Commit({2}), Option::kContinueProcessing);
}

TEST_F(ReplayCheckTest, WhileAStoreIsMadeThereIsNothingToCheck) {
  ReplayCheck making;
  making.ColumnFamilyLogNumberMap({}, {{"default", 0}});
  rocksdb::WriteBatch batch;
  batch.Put(&entries_, EncodeIndex(9), "entry");
  batch.Put(&entries_, EncodeIndex(7), "entry");
  EXPECT_EQ(making.LogRecordFound(4, "000004.log", batch, nullptr, nullptr), Option::kContinueProcessing);
  EXPECT_EQ(making.first_index(), std::nullopt);
}

}  // namespace
}  // namespace chirograph::replay_check_test
