// SPDX-License-Identifier: Apache-2.0
#include "service/internal/staging_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"

namespace chirograph::staging_folder_test {
namespace {

using absl::StatusCode;

class StagingFolderTest : public testing::Test {
 protected:
  TempFolder folder_;
  const std::string target_ = folder_ / "store";
};

TEST_F(StagingFolderTest, GetsItsNameWhenItIsPublished) {
  auto staging = StagingFolder::Create(target_);
  ASSERT_THAT(staging, IsOk());
  EXPECT_EQ(staging->path(), target_ + ".new");
  WriteBytes(staging->path() + "/file", "text");
  EXPECT_FALSE(std::filesystem::exists(target_));
  EXPECT_THAT(staging->Publish(), IsOk());
  EXPECT_EQ(ReadBytes(target_ + "/file"), "text");
  EXPECT_FALSE(std::filesystem::exists(target_ + ".new"));
}

TEST_F(StagingFolderTest, IsRemovedUnlessItIsPublished) {
  {
    auto staging = StagingFolder::Create(target_);
    ASSERT_THAT(staging, IsOk());
    WriteBytes(staging->path() + "/file", "text");
    const StagingFolder moved = *std::move(staging);
    EXPECT_TRUE(std::filesystem::exists(target_ + ".new/file"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(StagingFolderTest, RemovesNothingOnceItIsPublished) {
  {
    auto staging = StagingFolder::Create(target_);
    ASSERT_THAT(staging->Publish(), IsOk());
    std::filesystem::create_directory(target_ + ".new");  // somebody else's by now
  }
  EXPECT_TRUE(std::filesystem::exists(target_));
  EXPECT_TRUE(std::filesystem::exists(target_ + ".new"));
}

TEST_F(StagingFolderTest, TwoAtOnceAreRefused) {
  std::optional<StagingFolder> first = *StagingFolder::Create(target_);
  WriteBytes(first->path() + "/file", "first's");
  EXPECT_THAT(StagingFolder::Create(target_),
              StatusIs(StatusCode::kUnavailable, "another process is making"));
  EXPECT_EQ(ReadBytes(first->path() + "/file"), "first's");
  first.reset();
  EXPECT_THAT(StagingFolder::Create(target_), IsOk());
}

TEST_F(StagingFolderTest, ReplacesNothingThatAppearedMeanwhile) {
  auto staging = StagingFolder::Create(target_);
  ASSERT_THAT(staging, IsOk());
  std::filesystem::create_directory(target_);
  WriteBytes(target_ + "/file", "another's");
  EXPECT_THAT(staging->Publish(), StatusIs(StatusCode::kAlreadyExists, target_));
  EXPECT_EQ(ReadBytes(target_ + "/file"), "another's");
}

TEST_F(StagingFolderTest, DoesNotFollowALinkThatLeadsNowhere) {
  std::filesystem::create_symlink(folder_ / "nowhere", target_);
  EXPECT_THAT(StagingFolder::Create(target_), StatusIs(StatusCode::kAlreadyExists, target_));
}

}  // namespace
}  // namespace chirograph::staging_folder_test
