// SPDX-License-Identifier: Apache-2.0
//
// Each expectation is what YAML 1.2 says; strict_yaml_test.cc has that yaml-cpp's readings are repaired so.
#include "crypto/internal/yaml_repair.h"

#include <optional>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace chirograph::internal::yaml_repair_test {
namespace {

TEST(YamlRepairTest, LoneBytesOfNextLineAndNoBreakSpaceBecomeCharacters) {
  EXPECT_EQ(RepairEscapes("\x85"), "\xC2\x85");
  EXPECT_EQ(RepairEscapes("a\xA0\xA0\x85z"), "a\xC2\xA0\xC2\xA0\xC2\x85z");
  EXPECT_EQ(RepairEscapes("é\xA0é"), "é\xC2\xA0é");
  EXPECT_EQ(RepairEscapes("😀\x85"), "😀\xC2\x85");
}

TEST(YamlRepairTest, WholeCharactersStayAsTheyAre) {
  for (const std::string_view text : {"", "plain", "é😀", "\xC2\x85\xC2\xA0", "\xE2\x80\xA8"}) {
    EXPECT_EQ(RepairEscapes(text), text);
  }
  EXPECT_EQ(RepairEscapes(std::string_view("\0\xA0", 2)), std::string_view("\0\xC2\xA0", 3));
}

TEST(YamlRepairTest, AllEmptyLinesBeforeAClosingQuoteAreKept) {
  EXPECT_EQ(ReadWithLineEnds("'x\n\n '"), "x\n");
  EXPECT_EQ(ReadWithLineEnds("'x\n\n\n\n '"), "x\n\n\n");
  EXPECT_EQ(ReadWithLineEnds("\"x\n  \n\t\n  \""), "x\n\n");
  EXPECT_EQ(ReadWithLineEnds("'\n\n\n'"), "\n\n");
  EXPECT_EQ(ReadWithLineEnds("'x\r\n\r\n\r\n'"), "x\n\n");
}

TEST(YamlRepairTest, OneLineEndBeforeAClosingQuoteIsASpace) {
  EXPECT_EQ(ReadWithLineEnds("'x\n '"), "x ");
  EXPECT_EQ(ReadWithLineEnds("\"x\n\""), "x ");
}

TEST(YamlRepairTest, EscapesBeforeTheEmptyLinesAreRead) {
  EXPECT_EQ(ReadWithLineEnds("\"\\n\n\n\n\""), "\n\n\n");
  EXPECT_EQ(ReadWithLineEnds("\"x\\\n\n\n\n\""), "x\n\n\n");  // escapes one line end of four
  EXPECT_EQ(ReadWithLineEnds("'it''s\n\n\n'"), "it's\n\n");
  EXPECT_EQ(ReadWithLineEnds("\"a: [\n# b\n\n\""), "a: [ # b\n");
}

// Of the value of a key in the first column, which is at 3.
std::optional<std::size_t> KeptLineEnds(std::string_view value) {
  return CountKeptLineEnds("a: " + std::string(value), 3, 0);
}

TEST(YamlRepairTest, LineEndsAreCountedOnlyWhereTheHeaderKeepsThem) {
  for (const std::string_view value :
       {">\n  x\n\n", ">-\n  x\n\n", ">2\n    x\n\n", "> # +\n  x\n\n", ">\n+\n"}) {
    EXPECT_EQ(KeptLineEnds(value), std::nullopt) << value;
  }
  for (const std::string_view header : {">+", ">+2", ">2+", ">+ # -", ">+\t"}) {
    EXPECT_EQ(KeptLineEnds(std::string(header) + "\n  x\n\n"), 2u) << header;
  }
}

TEST(YamlRepairTest, TheLastLineOfTextAndTheEmptyOnesBehindItCount) {
  EXPECT_EQ(KeptLineEnds(">+\n  x\nb: 1\n"), 1u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\nb: 1\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n\n  y\n\nb: 1\n"), 2u);  // those within the text do not
  EXPECT_EQ(KeptLineEnds(">+\r\n  x\r\n\r\n \r\nb: 1\r\n"), 3u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n"), 2u);
}

TEST(YamlRepairTest, AScalarOfEmptyLinesHasNoOtherLineEnds) {
  EXPECT_EQ(KeptLineEnds(">+\n\n\nb: 1\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\nb: 1\n"), 0u);
  EXPECT_EQ(KeptLineEnds(">+\n"), 0u);
  EXPECT_EQ(KeptLineEnds(">+"), 0u);
}

TEST(YamlRepairTest, SpacesPastTheIndentationAreText) {
  EXPECT_EQ(KeptLineEnds(">2+\n    x\n\n   \n\nb: 1\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n  \n \nb: 1\n"), 4u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n   \nb: 1\n"), 1u);
}

TEST(YamlRepairTest, ACommentBehindTheTextEndsIt) {
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n# c\n\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n  # no comment\n\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\n  x\n\n # c\n\n\n"), 2u);
  EXPECT_EQ(KeptLineEnds(">+\n   \n\n  # c\nb: 1\n"), 2u);  // spaces in front set the indentation, too
}

TEST(YamlRepairTest, IndentationCountsFromTheCollectionAround) {
  EXPECT_EQ(CountKeptLineEnds("- b: >+1\n     x\n\n    \n  c: 1\n", 5, 2), 1u);
  EXPECT_EQ(CountKeptLineEnds("- b: >+1\n     x\n\n   \n  c: 1\n", 5, 2), 3u);
  EXPECT_EQ(CountKeptLineEnds("- b: >+\n\n  c: 1\n", 5, 2), 1u);
}

TEST(YamlRepairTest, AnEscapedApostropheIsFound) {
  EXPECT_EQ(FindEscapedApostrophe(R"("it\'s")", 0), 3u);
  EXPECT_EQ(FindEscapedApostrophe(R"(a: "\\\'\'")", 3), 6u);
}

TEST(YamlRepairTest, AnApostropheThatNothingEscapesIsNotFound) {
  for (const std::string_view text : {R"("it's")", R"("\\'")", R"("\"'")", R"("a" \')", R"("\)", R"(")"}) {
    EXPECT_EQ(FindEscapedApostrophe(text, 0), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chirograph::internal::yaml_repair_test
