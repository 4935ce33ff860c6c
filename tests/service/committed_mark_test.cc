// SPDX-License-Identifier: Apache-2.0
#include "service/internal/committed_mark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"

namespace chirograph::committed_mark_test {
namespace {

using absl::StatusCode;

TEST(CommittedMarkTest, IsReadBackAsItWasRaised) {
  TempFolder folder;
  ASSERT_THAT(CommittedMark::Create(folder.path()), IsOk());
  for (const std::uint64_t tree_size : {0, 1, 41, 1 << 30}) {
    auto mark = CommittedMark::Open(folder.path());
    ASSERT_THAT(mark, IsOk());
    mark->Raise(tree_size);
    EXPECT_EQ(CommittedMark::Open(folder.path())->tree_size(), tree_size);
  }
}

TEST(CommittedMarkTest, MovesWithItsFile) {
  TempFolder folder;
  ASSERT_THAT(CommittedMark::Create(folder.path()), IsOk());
  CommittedMark mark = *CommittedMark::Open(folder.path());
  CommittedMark moved(std::move(mark));
  moved.Raise(5);
  CommittedMark assigned = *CommittedMark::Open(folder.path());
  assigned = std::move(moved);
  assigned.Raise(6);
  EXPECT_EQ(CommittedMark::Open(folder.path())->tree_size(), 6u);
}

TEST(CommittedMarkTest, ThereIsOneOnly) {
  TempFolder folder;
  ASSERT_THAT(CommittedMark::Create(folder.path()), IsOk());
  EXPECT_THAT(CommittedMark::Create(folder.path()), StatusIs(StatusCode::kAlreadyExists, "COMMITTED"));
}

TEST(CommittedMarkTest, AMissingOneIsDataLoss) {
  TempFolder folder;
  EXPECT_THAT(CommittedMark::Open(folder.path()),
              StatusIs(StatusCode::kDataLoss, folder / "COMMITTED: No such file or directory"));
}

TEST(CommittedMarkTest, ADamagedOneIsDataLoss) {
  TempFolder folder;
  for (const char* const bytes : {"", "5\n", "0000000000000000000x\n", "00000000000000000005\n "}) {
    WriteBytes(folder / "COMMITTED", bytes);
    EXPECT_THAT(CommittedMark::Open(folder.path()),
                StatusIs(StatusCode::kDataLoss, "expected 20 digits and a line feed"))
        << bytes;
  }
}

TEST(CommittedMarkTest, AnUnreadableOneIsUnavailable) {
  TempFolder folder;
  std::filesystem::create_directory(folder / "COMMITTED");
  EXPECT_THAT(CommittedMark::Open(folder.path()), StatusIs(StatusCode::kUnavailable, "Is a directory"));
}

}  // namespace
}  // namespace chirograph::committed_mark_test
