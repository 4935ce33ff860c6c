// SPDX-License-Identifier: Apache-2.0
#include "client/internal/tile_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/client/temp_folder.h"

namespace chirograph::tile_folder_test {
namespace {

using internal::TileFolder;
using ::testing::HasSubstr;
using Standing = internal::TileFolder::Standing;

class TileFolderTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  const TempFolder temp_;
  const std::string dir_ = temp_.path() + "/deep/tiles";
};

TEST_F(TileFolderTest, WritesWhatIsMissingAtOnceAndWithItsFolders) {
  TileFolder folder(dir_);
  ASSERT_TRUE(folder.Open().ok());
  EXPECT_EQ(*folder.Add("tile/0/000", "abc"), Standing::kMissing);
  EXPECT_EQ(*folder.Add("tile/entries/x001/000.p/3", "defg"), Standing::kMissing);
  EXPECT_FALSE(std::filesystem::exists(Path("tile")));
  EXPECT_EQ(folder.waiting_bytes(), 7u);
  EXPECT_EQ(*folder.WriteWaiting(), 2u);
  EXPECT_EQ(folder.waiting_bytes(), 0u);
  EXPECT_EQ(Slurp(Path("tile/0/000")), "abc");
  EXPECT_EQ(Slurp(Path("tile/entries/x001/000.p/3")), "defg");
  EXPECT_EQ(*folder.WriteWaiting(), 0u);
}

TEST_F(TileFolderTest, WhatIsThereIsComparedAndNeverReplaced) {
  Spill(Path("tile/0/000"), "abc");
  TileFolder folder(dir_);
  ASSERT_TRUE(folder.Open().ok());
  EXPECT_EQ(*folder.Add("tile/0/000", "abc"), Standing::kUnchanged);
  for (const char* other : {"abd", "abcd", "ab", ""}) {
    EXPECT_EQ(*folder.Add("tile/0/000", other), Standing::kOther) << other;
  }
  EXPECT_EQ(*folder.WriteWaiting(), 0u);
  EXPECT_EQ(Slurp(Path("tile/0/000")), "abc");
}

TEST_F(TileFolderTest, AFileThatAppearsMeanwhileIsLeftAlone) {
  TileFolder folder(dir_);
  ASSERT_TRUE(folder.Open().ok());
  ASSERT_EQ(*folder.Add("tile/0/000", "abc"), Standing::kMissing);
  Spill(Path("tile/0/000"), "mine");
  const absl::StatusOr<std::uint64_t> written = folder.WriteWaiting();
  EXPECT_TRUE(absl::IsAlreadyExists(written.status())) << written.status();
  EXPECT_THAT(std::string(written.status().message()), HasSubstr(Path("tile/0/000")));
  EXPECT_EQ(Slurp(Path("tile/0/000")), "mine");
}

TEST_F(TileFolderTest, ReadsNothingWhereThereIsNothing) {
  TileFolder folder(dir_);
  ASSERT_TRUE(folder.Open().ok());
  EXPECT_EQ(*folder.Read("tile/0/000", 10), std::nullopt);
  Spill(Path("tile/0/000"), "abc");
  EXPECT_EQ(*folder.Read("tile/0/000", 3), "abc");
  EXPECT_TRUE(absl::IsInvalidArgument(folder.Read("tile/0/000", 2).status()));
}

TEST_F(TileFolderTest, OnlyACheckpointThatDiffersIsWritten) {
  TileFolder folder(dir_);
  ASSERT_TRUE(folder.Open().ok());
  ASSERT_TRUE(folder.WriteCheckpoint("one").ok());
  EXPECT_EQ(Slurp(Path("checkpoint")), "one");
  const auto then = std::filesystem::last_write_time(Path("checkpoint")) - std::chrono::hours(1);
  std::filesystem::last_write_time(Path("checkpoint"), then);
  ASSERT_TRUE(folder.WriteCheckpoint("one").ok());
  EXPECT_EQ(std::filesystem::last_write_time(Path("checkpoint")), then);
  ASSERT_TRUE(folder.WriteCheckpoint("two").ok());
  EXPECT_EQ(Slurp(Path("checkpoint")), "two");
}

TEST_F(TileFolderTest, AFileInPlaceOfAFolderIsSaid) {
  Spill(dir_, "a file");
  const absl::Status status = TileFolder(dir_).Open();
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(dir_ + ": is not a folder"));
}

TEST_F(TileFolderTest, OneAtATimeFillsIt) {
  auto first = std::make_unique<TileFolder>(dir_);
  ASSERT_TRUE(first->Open().ok());
  std::atomic<bool> is_open = false;
  std::thread other([this, &is_open] {
    TileFolder second(dir_);
    EXPECT_TRUE(second.Open().ok());
    is_open = true;
  });
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_FALSE(is_open);
  first.reset();
  other.join();
  EXPECT_TRUE(is_open);
}

}  // namespace
}  // namespace chirograph::tile_folder_test
