// SPDX-License-Identifier: Apache-2.0
#include "client/terminal_text.h"

#include <gtest/gtest.h>

namespace chirograph {
namespace {

TEST(TerminalTextTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(EscapeForTerminal("Russian police \xE2\x80\x98"
                              "face control\xE2\x80\x99 \xF0\x9F\x98\x80"),
            "Russian police \xE2\x80\x98"
            "face control\xE2\x80\x99 \xF0\x9F\x98\x80");
  EXPECT_EQ(EscapeForTerminal(""), "");
}

TEST(TerminalTextTest, SpellsOutWhatMovesTheCursorOrEndsTheLine) {
  EXPECT_EQ(EscapeForTerminal("a\x1b[2Jb\r\n\t\x7f"), "a\\x1b[2Jb\\r\\n\\t\\x7f");
  EXPECT_EQ(EscapeForTerminal(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(EscapeForTerminal("\xC2\x9B"
                              "31m"),
            "\\u009b31m");  // C1's own CSI
}

TEST(TerminalTextTest, SpellsOutWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(EscapeForTerminal("evil\xE2\x80\xAEtxt.exe"), "evil\\u202etxt.exe");
  EXPECT_EQ(EscapeForTerminal("\xE2\x81\xA6\xE2\x80\xA8\xE2\x80\x8F\xEF\xBB\xBF"),
            "\\u2066\\u2028\\u200f\\ufeff");
}

TEST(TerminalTextTest, SpellsOutWhatIsNotUtf8) {
  EXPECT_EQ(EscapeForTerminal("\xFF"), "\\xff");
  EXPECT_EQ(EscapeForTerminal("\xC0\x9B"), "\\xc0\\x9b");           // an overlong ESC
  EXPECT_EQ(EscapeForTerminal("\xE0\x80\x9B"), "\\xe0\\x80\\x9b");  // likewise
  EXPECT_EQ(EscapeForTerminal("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(EscapeForTerminal("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(EscapeForTerminal("end\xE2\x82"), "end\\xe2\\x82");  // cut short
}

TEST(TerminalTextTest, LinesForATerminalKeepTheirLineFeedsAndTabs) {
  EXPECT_EQ(EscapeLinesForTerminal("a\tb\n\x1b[31mc\r\xc2\x9b\xe2\x80\xae\n"),
            "a\tb\n\\x1b[31mc\\r\\u009b\\u202e\n");
}

}  // namespace
}  // namespace chirograph
