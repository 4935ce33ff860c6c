// SPDX-License-Identifier: Apache-2.0
#include "client/internal/state_file.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/client/temp_folder.h"

namespace chirograph::internal::state_file_test {
namespace {

TEST(ReadIfThereTest, ReadsTheFileOrSaysThatThereIsNone) {
  const TempFolder folder;
  const std::string path = folder.path() + "/f";
  EXPECT_EQ(*ReadIfThere(path, 10), std::nullopt);
  EXPECT_EQ(*ReadIfThere(folder.path() + "/no/folder", 10), std::nullopt);
  Spill(path, "");
  EXPECT_EQ(*ReadIfThere(path, 10), "");
  Spill(path, "ten bytes!");
  EXPECT_EQ(*ReadIfThere(path, 10), "ten bytes!");
}

TEST(ReadIfThereTest, FailsForWhatIsTooLargeOrNoFile) {
  const TempFolder folder;
  Spill(folder.path() + "/f", "ten bytes!");
  EXPECT_FALSE(ReadIfThere(folder.path() + "/f", 9).ok());
  EXPECT_FALSE(ReadIfThere(folder.path(), 10).ok());
}

TEST(OneLineTest, TakesOneLineAndNothingElse) {
  EXPECT_EQ(OneLine("a b\n"), "a b");
  for (const std::string_view other : {"", "\n", "a", "a\nb", "a\nb\n", "\na\n", "a\n\n"}) {
    EXPECT_EQ(OneLine(other), std::nullopt) << other;
  }
}

TEST(DamagedTest, NamesTheFileTheDamageAndWhatToDo) {
  const absl::Status status = Damaged("/state/log-key", "it is empty", "put it back");
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "/state/log-key: is damaged: it is empty; put it back");
}

}  // namespace
}  // namespace chirograph::internal::state_file_test
