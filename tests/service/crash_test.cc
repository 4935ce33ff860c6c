// SPDX-License-Identifier: Apache-2.0
//
// What a crash or a spoilt write-ahead log leaves of a store, and what is found when it is opened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/rocksdb_log_store.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::crash_test {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

// Bytes of RocksDB's record header: checksum (4), length (2), type (1).
constexpr std::uint64_t kWalHeaderBytes = 7;
constexpr std::uint64_t kWalBlockBytes = 32768;

class CrashTest : public testing::Test {
 protected:
  // Commits `counts` entries and notes how long the write-ahead log is after each.
  void CommitAll(const std::vector<std::size_t>& counts) {
    store_ = MakeStore(path_, log_);
    wal_ = WriteAheadLogs(path_).rbegin()->second;
    wal_sizes_.push_back(std::filesystem::file_size(wal_));
    for (const std::size_t count : counts) {
      ASSERT_EQ(log_.Commit(*store_, count).outcome, CommitOutcome::kCommitted);
      wal_sizes_.push_back(std::filesystem::file_size(wal_));
    }
    ASSERT_EQ(WriteAheadLogs(path_).rbegin()->second, wal_);
  }

  // Copies the store with its last write-ahead log replaced by `wal`.
  void MakeImage(const std::string& wal) {
    CopyStore(path_, image_);
    WriteBytes(image_ + "/" + std::filesystem::path(wal_).filename().string(), wal);
  }

  // Opens the image, which must hold the first of the commits, whole. How many, or nothing where it cannot be
  // opened, which must be DataLoss.
  std::optional<std::size_t> OpenImage() {
    const auto opened = RocksDbLogStore::Open(image_, kTestIdentity);
    if (!opened.ok()) {
      EXPECT_EQ(opened.status().code(), StatusCode::kDataLoss) << opened.status();
      EXPECT_THAT(opened.status().ToString(), HasSubstr(image_));
      return std::nullopt;
    }
    std::size_t commits = 0;
    const auto& sizes = log_.sizes();
    while (commits < sizes.size() && (*opened)->ReadEntry(sizes[commits] - 1).ok()) ++commits;
    log_.Prefix(commits).ExpectIsIn(**opened);
    return commits;
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  const std::string image_ = folder_ / "image";
  TestLog log_;
  std::unique_ptr<LogStore> store_;
  std::string wal_;
  std::vector<std::uint64_t> wal_sizes_;
};

TEST_F(CrashTest, WhatWasAcknowledgedIsThereAfterACrash) {
  CommitAll({3, 40, 1});
  CopyStore(path_, image_);
  EXPECT_EQ(OpenImage(), 3u);
}

TEST_F(CrashTest, ATornTailLeavesWholeCommits) {
  log_.content_bytes = 1500;
  CommitAll({2, 40, 1, 3});  // the second is spread over blocks
  const std::string wal = ReadBytes(wal_);
  ASSERT_EQ(wal.size(), wal_sizes_.back());
  std::set<std::uint64_t> cuts = {
      0, 1, kWalHeaderBytes, kWalBlockBytes - 1, kWalBlockBytes, kWalBlockBytes + 1};
  for (const std::uint64_t size : wal_sizes_) {
    for (const std::uint64_t cut : {size - 1, size, size + 1, size + kWalHeaderBytes}) {
      if (cut <= wal.size()) cuts.insert(cut);
    }
  }
  for (std::uint64_t cut = 977; cut < wal.size(); cut += 4999) cuts.insert(cut);
  for (const std::uint64_t cut : cuts) {
    SCOPED_TRACE(cut);
    MakeImage(wal.substr(0, cut));
    SetMark(image_, 0);  // the crash came before anything that is cut off was acknowledged
    const auto whole = std::count_if(wal_sizes_.begin() + 1, wal_sizes_.end(),
                                     [&](std::uint64_t size) { return size <= cut; });
    EXPECT_EQ(OpenImage(), static_cast<std::size_t>(whole));
  }
}

TEST_F(CrashTest, ATornTailOfWhatWasAcknowledgedIsFound) {
  CommitAll({2, 3});
  const std::string wal = ReadBytes(wal_);
  for (const std::uint64_t cut : {wal.size() - 1, wal_sizes_[1], wal_sizes_[0], std::uint64_t{0}}) {
    SCOPED_TRACE(cut);
    MakeImage(wal.substr(0, cut));
    EXPECT_THAT(RocksDbLogStore::Open(image_, kTestIdentity),
                StatusIs(StatusCode::kDataLoss, "but 5 were acknowledged"));
    // What may still be saved from it is where it was.
    EXPECT_EQ(ReadBytes(image_ + "/" + std::filesystem::path(wal_).filename().string()), wal.substr(0, cut));
  }
}

TEST_F(CrashTest, AMissingLastWriteAheadLogIsFound) {
  CommitAll({2, 3});
  CopyStore(path_, image_);
  std::filesystem::remove(image_ + "/" + std::filesystem::path(wal_).filename().string());
  EXPECT_THAT(RocksDbLogStore::Open(image_, kTestIdentity),
              StatusIs(StatusCode::kDataLoss, "ends at 0 entries, but 5 were acknowledged"));
}

TEST_F(CrashTest, EachSpoiltByteOfTheWriteAheadLogIsFound) {
  CommitAll({2, 30, 1, 3});
  const std::string wal = ReadBytes(wal_);
  std::set<std::uint64_t> positions;
  for (const std::uint64_t size : wal_sizes_) {
    for (std::uint64_t i = 0; i < kWalHeaderBytes + 12 && size + i < wal.size(); ++i)
      positions.insert(size + i);
  }
  for (std::uint64_t position = 0; position < wal.size(); position += 331) positions.insert(position);
  for (const std::uint64_t position : positions) {
    for (const int bit : {1, 4, 128}) {
      std::string spoilt = wal;
      spoilt[position] = static_cast<char>(spoilt[position] ^ bit);
      MakeImage(spoilt);
      // Nothing, or all of it (where the byte was one that does not count).
      const std::optional<std::size_t> commits = OpenImage();
      EXPECT_EQ(commits.value_or(4), 4u) << position << " ^ " << bit;
    }
  }
}

TEST_F(CrashTest, ASpoiltByteLeavesNoHoleEvenWhereNothingWasMarked) {
  CommitAll({2, 30, 1, 3});
  const std::string wal = ReadBytes(wal_);
  // What RocksDB takes for the end of a log: a length that points past the file, a type of recycled logs.
  for (const std::uint64_t header : {wal_sizes_[1], wal_sizes_[2]}) {
    for (const std::uint64_t position : {header + 5, header + 6}) {
      std::string spoilt = wal;
      spoilt[position] = static_cast<char>(spoilt[position] ^ 4);
      MakeImage(spoilt);
      SetMark(image_, 0);
      OpenImage();  // whole commits from the first one on, or DataLoss
    }
  }
}

TEST_F(CrashTest, ZeroesInTheMiddleOfTheWriteAheadLogAreFound) {
  // RocksDB skips a block from where zeroes begin, and goes on with the next one.
  log_.content_bytes = 200;
  std::vector<std::size_t> counts(60, 5);
  CommitAll(counts);
  const std::string wal = ReadBytes(wal_);
  ASSERT_GT(wal.size(), 2 * kWalBlockBytes);
  int holes = 0;
  for (std::size_t i = 1; i + 1 < wal_sizes_.size(); ++i) {
    const std::uint64_t block_end = (wal_sizes_[i] / kWalBlockBytes + 1) * kWalBlockBytes;
    if (wal_sizes_[i] + 2000 < block_end && i % 7 != 0) continue;
    std::string spoilt = wal;
    const std::uint64_t end = std::min<std::uint64_t>(block_end, wal.size());
    std::fill(spoilt.begin() + static_cast<std::ptrdiff_t>(wal_sizes_[i]),
              spoilt.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    MakeImage(spoilt);
    SetMark(image_, 0);
    const std::optional<std::size_t> commits = OpenImage();
    if (end < wal.size()) {
      EXPECT_EQ(commits, std::nullopt) << "zeroes from " << wal_sizes_[i];
      ++holes;
    }
  }
  EXPECT_GT(holes, 2);
}

// Several write-ahead logs that are needed at once: content's memtable was flushed, the others' not.
class ManyLogsTest : public CrashTest {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<Original>();
    original_->log.content_bytes = 1 << 20;
    const auto store = MakeStore(original_->folder / "store", original_->log);
    for (int i = 0; i < 11; ++i) {
      ASSERT_EQ(original_->log.Commit(*store, 8).outcome, CommitOutcome::kCommitted);
    }
    CopyStore(original_->folder / "store", original_->folder / "image");
  }
  static void TearDownTestSuite() { original_.reset(); }

  void SetUp() override {
    log_ = original_->log;
    CopyStore(original_->folder / "image", image_);
    logs_ = WriteAheadLogs(image_);
    ASSERT_GE(logs_.size(), 3u);
  }

  struct Original {
    TempFolder folder;
    TestLog log;
  };
  static inline std::unique_ptr<Original> original_;
  std::map<std::uint64_t, std::string> logs_;
};

TEST_F(ManyLogsTest, AreReplayedTogether) { EXPECT_EQ(OpenImage(), 11u); }

TEST_F(ManyLogsTest, AMissingFirstOneIsFound) {
  std::filesystem::remove(logs_.begin()->second);
  SetMark(image_, 0);
  EXPECT_EQ(OpenImage(), std::nullopt);
}

TEST_F(ManyLogsTest, AMissingMiddleOneIsFound) {
  std::filesystem::remove(std::next(logs_.begin())->second);
  SetMark(image_, 0);
  EXPECT_EQ(OpenImage(), std::nullopt);
}

TEST_F(ManyLogsTest, AMissingLastOneIsFound) {
  std::filesystem::remove(logs_.rbegin()->second);
  EXPECT_EQ(OpenImage(), std::nullopt);
}

TEST_F(ManyLogsTest, AShorterFirstOneIsFound) {
  const std::string& path = logs_.begin()->second;
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  SetMark(image_, 0);
  EXPECT_EQ(OpenImage(), std::nullopt);
}

TEST_F(ManyLogsTest, AnEarlyEndInTheFirstOneIsFound) {
  // The first record of a later block gets a type that only recycled logs have, and RocksDB goes on with the
  // next file. Only the commits themselves show the hole.
  const std::string& path = logs_.begin()->second;
  std::string wal = ReadBytes(path);
  const std::uint64_t header = wal.size() / kWalBlockBytes / 2 * kWalBlockBytes;
  wal[header + 6] = static_cast<char>(wal[header + 6] + 4);
  WriteBytes(path, wal);
  SetMark(image_, 0);
  EXPECT_THAT(RocksDbLogStore::Open(image_, kTestIdentity),
              StatusIs(StatusCode::kDataLoss, "the one before it ended before index"));
}

TEST_F(ManyLogsTest, AnUnreadableFirstOneIsFound) {
  // All of it passes for an empty log of an earlier life of the file.
  const std::string& path = logs_.begin()->second;
  std::string wal = ReadBytes(path);
  wal[6] = static_cast<char>(wal[6] + 4);
  WriteBytes(path, wal);
  SetMark(image_, 0);
  EXPECT_THAT(RocksDbLogStore::Open(image_, kTestIdentity),
              StatusIs(StatusCode::kDataLoss, "the write-ahead log begins at index"));
}

// --- A crash while a store is being made ---

TEST_F(CrashTest, CreateClearsAwayWhatACrashLeft) {
  const auto staged = path_ + ".new";
  std::filesystem::create_directory(staged);
  WriteBytes(staged + "/CURRENT", "MANIFEST-000001\n");
  WriteBytes(staged + "/000004.log", "half");
  std::filesystem::create_directory(staged + "/sub");
  EXPECT_THAT(RocksDbLogStore::Open(path_, kTestIdentity), StatusIs(StatusCode::kNotFound, path_));
  store_ = MakeStore(path_, log_);
  log_.ExpectIsIn(*store_);
  EXPECT_FALSE(std::filesystem::exists(staged));
}

}  // namespace
}  // namespace chirograph::crash_test
