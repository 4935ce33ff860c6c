// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/cli/text.h"

namespace chirograph::cli_text_test {
namespace {

TEST(CliTextTest, SpellsOutWhatATerminalWouldObey) {
  EXPECT_EQ(EscapeForTerminal("a\x1b[2J\n"), "a\\x1b[2J\\n");
  EXPECT_EQ(EscapeLinesForTerminal("a\x1b[2J\n"), "a\\x1b[2J\n");
}

TEST(CliTextTest, PadsByCodePoints) {
  EXPECT_EQ(DisplayWidth("\xC3\xA4\xC3\xB6"), 2U);
  EXPECT_EQ(PadRight("\xC3\xA4", 3), "\xC3\xA4  ");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(CliTextTest, ShortensDigests) { EXPECT_EQ(ShortDigest(Sha256("")), "sha256:e3b0c442..."); }

TEST(CliTextTest, TheBeginningOfALogIsInWords) {
  EXPECT_EQ(FirstEntries(1), "the first entry of the log");
  EXPECT_EQ(FirstEntries(1204), "the first 1,204 entries of the log");
}

}  // namespace
}  // namespace chirograph::cli_text_test
