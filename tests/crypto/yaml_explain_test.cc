// SPDX-License-Identifier: Apache-2.0
//
// What YamlCollector tells of what yaml-cpp refuses.
#include <string>
#include <string_view>

#include "crypto/limits.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crypto/yaml_reading.h"

namespace chirograph::internal::yaml_explain_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(YamlExplainTest, WhatNeverClosesIsNamedWhereItBegins) {
  EXPECT_EQ(ReadingError("a: b\nc: \"d\ne: f\n"), "2:4: this \" is never closed");
  EXPECT_EQ(ReadingError("a: b\nc: 'd\ne: f"), "2:4: this ' is never closed");
  EXPECT_EQ(ReadingError("a: 'it''\n"), "1:4: this ' is never closed");
  EXPECT_EQ(ReadingError("a: \"b\\\"\n"), "1:4: this \" is never closed");
  EXPECT_EQ(ReadingError("a: \"b\\"), "1:4: this \" is never closed");
  EXPECT_EQ(ReadingError("a: &x \"b"), "1:7: this \" is never closed");
  EXPECT_EQ(ReadingError("a: b\nc: [d, e\n"), "2:4: this [ is never closed");
  EXPECT_EQ(ReadingError("a: b\nc: {d: e\n"), "2:4: this { is never closed");
  EXPECT_EQ(ReadingError("a: b\nc: {d: e,\n  f: [g, h]\ni: j\n"), "2:4: this { is never closed");
  EXPECT_EQ(ReadingError("a: [[b], [c\n"), "1:10: this [ is never closed");
  EXPECT_EQ(ReadingError("a: [b, # ]\n  'it''s ]', \"\\\"]\", it's\n"), "1:4: this [ is never closed");
  EXPECT_EQ(ReadingError("a: [b, \"c\n]\n"), "1:8: this \" is never closed");
  EXPECT_EQ(ReadingError("a:\n- [b, c\n"), "2:3: this [ is never closed");
  EXPECT_EQ(ReadingError("a:\n- {b: c\n"), "2:3: this { is never closed");
  EXPECT_EQ(ReadingError("a:\n- [b, 'c\n"), "2:7: this ' is never closed");
  EXPECT_EQ(ReadingError("\"a: b\n"), "1:1: this \" is never closed");
}

TEST(YamlExplainTest, AForgottenQuoteIsNamedWithItsLine) {
  EXPECT_EQ(
      ReadingError("a: b\nc: \"d\ne: \"f\"\ng: h\n"),
      "3:5: expected nothing more after the text in quotes that begins on line 2: is a \" missing there?");
  EXPECT_EQ(
      ReadingError("a: 'b\nc: 'd\n"),
      "2:5: expected nothing more after the text in quotes that begins on line 1: is a ' missing there?");
}

TEST(YamlExplainTest, BadEscapesAreNamedWhereTheyBegin) {
  const std::string surrogate =
      "this escape is half of a surrogate pair or past U+10FFFF: write the character itself, or \\U and 8 "
      "digits";
  EXPECT_EQ(ReadingError("a: b\nc: \"d\\ud83d\\ude00\"\n"), "2:6: " + surrogate);
  EXPECT_EQ(ReadingError("a: \"\\uD800\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(ReadingError("a: \"\\udfff\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(ReadingError("a: \"\\U0000D83D\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(ReadingError("a: \"\\U00110000\"\n"), "1:5: " + surrogate);
  EXPECT_THAT(ReadingError("a: \"é\\u12G4\"\n"), StartsWith("1:6: this escape needs hexadecimal digits"));
  EXPECT_EQ(ReadingError("a: \"x\\q\"\n"), "1:6: YAML has no such escape: a '\\' itself is written \\\\");
}

TEST(YamlExplainTest, TextWhereNoneCanStandIsNamedInAWritersWords) {
  EXPECT_THAT(ReadingError("a: b: c\n"), StartsWith("1:5: this ':' belongs to no key"));
  EXPECT_THAT(ReadingError("a: \"b\": c\n"), StartsWith("1:7: this ':' belongs to no key"));
  EXPECT_THAT(ReadingError(std::string(1025, 'k') + ": v\n"),
              StartsWith("1:1026: this ':' belongs to no key"));
  EXPECT_THAT(ReadingError("a: b\n" + std::string(1025, 'k') + ": v\n"),
              StartsWith("2:1026: this ':' belongs to no key"));
  EXPECT_THAT(ReadingError("a: - b\n"), StartsWith("1:4: a list item cannot begin here"));
  EXPECT_THAT(ReadingError("a: [- b]\n"), StartsWith("1:5: a list item cannot begin here"));
  EXPECT_EQ(ReadingError("a: \"b\" c\n"), "1:8: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(ReadingError("a: [b] c\n"), "1:8: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(ReadingError("a: [b\n  c: d]\n"), "2:4: expected ',' or ']' here");
  EXPECT_EQ(ReadingError("a: {b: c d: e}\n"), "1:11: expected ',' or '}' here");
  EXPECT_EQ(ReadingError("a: [b?, c]\n"),
            "1:6: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(ReadingError("a: @b\n"),
            "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(ReadingError("a: `b\n"),
            "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(ReadingError("a: %b\n"),
            "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_THAT(ReadingError("a: b]\nc: ]d\n"), StartsWith("2:4: this bracket closes nothing"));
  EXPECT_THAT(ReadingError("a: [b}\n"), StartsWith("1:6: this bracket closes nothing"));
  EXPECT_THAT(ReadingError("a: |x\n"), StartsWith("1:5: unexpected text after '|' or '>'"));
  EXPECT_THAT(ReadingError("a: |0\n  x\n"), HasSubstr("zero indentation"));
  EXPECT_THAT(ReadingError("a: &\n"), HasSubstr("anchor not found"));
  EXPECT_THAT(ReadingError("a: &x &y b\n"), HasSubstr("multiple anchors"));
  EXPECT_THAT(ReadingError("a: &x\nb: &y *x\n"), StartsWith("2:7: "));
}

TEST(YamlExplainTest, LinesOutOfLineAreToldWhatIsExpectedThere) {
  EXPECT_EQ(ReadingError("a:\n  b: 1\n c: 2\n"),
            "3:2: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(ReadingError("a:\n  - b\n c\n"), "3:2: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(ReadingError("a:\n  - b\n   c: d\n"),
            "3:5: this ':' belongs to no key: a key is on one line and up to 1024 bytes "
            "long; quote a text with ': ' in it");
  EXPECT_EQ(ReadingError("a:\n  - - b\n    c\n"), "3:5: expected '- ' here, in line with the items before");
}

TEST(YamlExplainTest, ATabBeforeATextThatCannotStandThereIsTheError) {
  EXPECT_EQ(ReadingError("x:\n  y: 1\n \t- z\n"), "3:2: a tab cannot indent: use spaces");
  // In brackets it indents nothing.
  EXPECT_EQ(ReadingError("x: [\n\ty z: [1] 2]\n"), "2:11: expected ',' or ']' here");
}

// What yaml-cpp says at `mark` once it read "a: b\n".
std::string Explained(const YAML::Mark& mark, const std::string& message) {
  YamlReading reading("a: b\n");
  EXPECT_TRUE(reading.Read().ok());
  return DescribeInFile("f", reading.collector().Explain(YAML::ParserException(mark, message)));
}

TEST(YamlExplainTest, AnErrorWithoutAPlaceIsAtTheLastEvent) {
  EXPECT_EQ(Explained(YAML::Mark::null_mark(), YAML::ErrorMsg::BAD_FILE), "f:1:4: nested too deep");
  EXPECT_EQ(Explained(YAML::Mark::null_mark(), YAML::ErrorMsg::TAB_IN_INDENTATION),
            "f:1:4: a tab cannot indent: use spaces");
}

TEST(YamlExplainTest, AnErrorBehindTheDocumentIsAtItsEnd) {
  YAML::Mark mark;
  mark.pos = 1000;
  EXPECT_EQ(Explained(mark, YAML::ErrorMsg::UNKNOWN_ANCHOR),
            "f:2:1: this alias has no anchor before it: quote the value if '*' is text");
}

TEST(YamlExplainTest, AnErrorThatHasNoWordsOfOursKeepsItsOwn) {
  EXPECT_EQ(Explained(YAML::Mark(), "odd error"), "f:1:1: odd error");
}

TEST(YamlExplainTest, ADocumentThatEndsEarlyIsNamedWithItsLastEvent) {
  EXPECT_EQ(ReadingError("a: b\nc: d\n...\ne: f\n"),
            "2:4: the document ends after this, before its last line");
  EXPECT_EQ(DescribeInFile("f", YamlReading("# c\n", 3).collector().ExplainEarlyEnd()),
            "f:3:1: expected 'key: value' lines");
}

TEST(YamlExplainTest, ADirectiveThatEndsTheDocumentIsNamed) {
  EXPECT_EQ(ReadingError("a: b\n%c: d\ne: f\n"), "2:1: YAML directives ('%') are not allowed");
  EXPECT_EQ(ReadingError("a:\n  - b\n\n%c\n"), "4:1: YAML directives ('%') are not allowed");
  EXPECT_THAT(ReadingError("a: [b,\n%c\n]\n"), StartsWith("2:1: "));
}

TEST(YamlExplainTest, TooMuchInOneValueIsNamedAtTheEventBeforeIt) {
  const std::string message = "2:1: over 250000 brackets, commas and quotes in one value after this";
  EXPECT_EQ(ReadingError("a:\n- " + Repeat("[", 900'000)), message);
  EXPECT_EQ(ReadingError("a:\n- [" + Repeat("x,", 400'000) + "]\n"), message);
  EXPECT_EQ(ReadingError("a:\n- " + Repeat("\"\"", 400'000) + "\n"), message);
}

}  // namespace
}  // namespace chirograph::internal::yaml_explain_test
