// SPDX-License-Identifier: Apache-2.0
//
// Whole tables: cli_list_command_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/article_table.h"
#include "client/cli/text.h"

namespace chirograph::cli_article_table_test {
namespace {

TEST(CliArticleTableTest, CutsTextByCodePoints) {
  EXPECT_EQ(CutRight("short", 5), "short");
  EXPECT_EQ(CutRight("longer", 5), "lo...");
  EXPECT_EQ(CutRight("", 0), "");
  EXPECT_EQ(CutRight("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC", 5), "\xC3\xA4\xC3\xB6...");
  for (std::size_t width = 3; width < 12; ++width) {
    EXPECT_LE(DisplayWidth(CutRight("ten or more", width)), width);
  }
}

}  // namespace
}  // namespace chirograph::cli_article_table_test
