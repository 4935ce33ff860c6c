// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "client/cli/text.h"

namespace chirograph {
namespace {

TEST(CliTextTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(EscapeForTerminal("Russian police \xE2\x80\x98"
                              "face control\xE2\x80\x99 \xF0\x9F\x98\x80"),
            "Russian police \xE2\x80\x98"
            "face control\xE2\x80\x99 \xF0\x9F\x98\x80");
  EXPECT_EQ(EscapeForTerminal(""), "");
}

TEST(CliTextTest, SpellsOutWhatMovesTheCursorOrEndsTheLine) {
  EXPECT_EQ(EscapeForTerminal("a\x1b[2Jb\r\n\t\x7f"), "a\\x1b[2Jb\\r\\n\\t\\x7f");
  EXPECT_EQ(EscapeForTerminal(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(EscapeForTerminal("\xC2\x9B"
                              "31m"),
            "\\u009b31m");  // C1's own CSI
}

TEST(CliTextTest, SpellsOutWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(EscapeForTerminal("evil\xE2\x80\xAEtxt.exe"), "evil\\u202etxt.exe");
  EXPECT_EQ(EscapeForTerminal("\xE2\x81\xA6\xE2\x80\xA8\xE2\x80\x8F\xEF\xBB\xBF"),
            "\\u2066\\u2028\\u200f\\ufeff");
}

TEST(CliTextTest, SpellsOutWhatIsNotUtf8) {
  EXPECT_EQ(EscapeForTerminal("\xFF"), "\\xff");
  EXPECT_EQ(EscapeForTerminal("\xC0\x9B"), "\\xc0\\x9b");           // an overlong ESC
  EXPECT_EQ(EscapeForTerminal("\xE0\x80\x9B"), "\\xe0\\x80\\x9b");  // likewise
  EXPECT_EQ(EscapeForTerminal("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(EscapeForTerminal("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(EscapeForTerminal("end\xE2\x82"), "end\\xe2\\x82");  // cut short
}

TEST(CliTextTest, PadsByCodePoints) {
  EXPECT_EQ(DisplayWidth("\xC3\xA4\xC3\xB6"), 2U);
  EXPECT_EQ(PadRight("\xC3\xA4", 3), "\xC3\xA4  ");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(CliTextTest, SeparatesThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1204), "1,204");
  EXPECT_EQ(WithThousands(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(CliTextTest, CountsInSingularAndPlural) {
  EXPECT_EQ(Counted(1, "file"), "1 file");
  EXPECT_EQ(Counted(0, "file"), "0 files");
  EXPECT_EQ(Counted(1204, "file"), "1,204 files");
}

TEST(CliTextTest, WritesTimesInUtc) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 15), absl::UTCTimeZone());
  EXPECT_EQ(TimeForPeople(time), "2026-11-23 08:01Z");
  EXPECT_EQ(TimeForPrograms(time), "2026-11-23T08:01:15Z");
  EXPECT_EQ(TimeForPrograms(time + absl::Milliseconds(250)), "2026-11-23T08:01:15.25Z");
}

TEST(CliTextTest, ShortensDigests) { EXPECT_EQ(ShortDigest(Sha256("")), "sha256:e3b0c442..."); }

TEST(CliTextTest, LinesForATerminalKeepTheirLineFeedsAndTabs) {
  EXPECT_EQ(EscapeLinesForTerminal("a\tb\n\x1b[31mc\r\xc2\x9b\xe2\x80\xae\n"),
            "a\tb\n\\x1b[31mc\\r\\u009b\\u202e\n");
}

TEST(CliTextTest, TheBeginningOfALogIsInWords) {
  EXPECT_EQ(FirstEntries(1), "the first entry of the log");
  EXPECT_EQ(FirstEntries(1204), "the first 1,204 entries of the log");
}

}  // namespace
}  // namespace chirograph
