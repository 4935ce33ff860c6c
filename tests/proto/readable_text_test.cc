// SPDX-License-Identifier: Apache-2.0
#include "proto/readable_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

namespace chirograph::readable_text_test {
namespace {

TEST(ReadableTextTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(VisibleText("Russian police \xE2\x80\x98"
                        "face control\xE2\x80\x99 \xF0\x9F\x98\x80"),
            "Russian police \xE2\x80\x98"
            "face control\xE2\x80\x99 \xF0\x9F\x98\x80");
  EXPECT_EQ(VisibleText(""), "");
}

TEST(ReadableTextTest, SpellsOutWhatMovesTheCursorOrEndsTheLine) {
  EXPECT_EQ(VisibleText("a\x1b[2Jb\r\n\t\x7f"), "a\\x1b[2Jb\\r\\n\\t\\x7f");
  EXPECT_EQ(VisibleText(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(VisibleText("\xC2\x9B"
                        "31m"),
            "\\u009b31m");  // C1's own CSI
}

TEST(ReadableTextTest, SpellsOutWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(VisibleText("evil\xE2\x80\xAEtxt.exe"), "evil\\u202etxt.exe");
  EXPECT_EQ(VisibleText("\xE2\x81\xA6\xE2\x80\xA8\xE2\x80\x8F\xEF\xBB\xBF"), "\\u2066\\u2028\\u200f\\ufeff");
}

TEST(ReadableTextTest, SpellsOutWhatIsNotUtf8) {
  EXPECT_EQ(VisibleText("\xFF"), "\\xff");
  EXPECT_EQ(VisibleText("\xC0\x9B"), "\\xc0\\x9b");           // an overlong ESC
  EXPECT_EQ(VisibleText("\xE0\x80\x9B"), "\\xe0\\x80\\x9b");  // likewise
  EXPECT_EQ(VisibleText("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(VisibleText("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(VisibleText("end\xE2\x82"), "end\\xe2\\x82");  // cut short
}

TEST(ReadableTextTest, SeparatesThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1204), "1,204");
  EXPECT_EQ(WithThousands(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(ReadableTextTest, CountsInSingularAndPlural) {
  EXPECT_EQ(Counted(1, "file"), "1 file");
  EXPECT_EQ(Counted(0, "file"), "0 files");
  EXPECT_EQ(Counted(1204, "file"), "1,204 files");
  EXPECT_EQ(Counted(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(Counted(2, "entry", "entries"), "2 entries");
}

TEST(ReadableTextTest, WritesTimesInUtc) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 15), absl::UTCTimeZone());
  EXPECT_EQ(TimeForPeople(time), "2026-11-23 08:01Z");
  EXPECT_EQ(TimeForPrograms(time), "2026-11-23T08:01:15Z");
  EXPECT_EQ(TimeForPrograms(time + absl::Milliseconds(250)), "2026-11-23T08:01:15.25Z");
}

TEST(ReadableTextTest, LinesKeepTheirLineFeedsAndTabs) {
  EXPECT_EQ(VisibleLines("a\tb\n\x1b[31mc\r\xc2\x9b\xe2\x80\xae\n"), "a\tb\n\\x1b[31mc\\r\\u009b\\u202e\n");
}

TEST(ReadableTextTest, ShortensAtACharactersEdgeAndSaysSo) {
  EXPECT_EQ(Shortened("abcd", 4), "abcd");
  EXPECT_EQ(Shortened("abcde", 4), "abcd ... (1 byte more)");
  EXPECT_EQ(Shortened("abc\xE2\x82\xAC.", 4), "abc ... (4 bytes more)");
  // What is no text is cut anywhere.
  EXPECT_EQ(Shortened("\xFF\xFF\xFF\xFF\xFF\xFF", 5), "\xFF\xFF\xFF\xFF\xFF ... (1 byte more)");
}

}  // namespace
}  // namespace chirograph::readable_text_test
