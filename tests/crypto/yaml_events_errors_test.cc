// SPDX-License-Identifier: Apache-2.0
//
// What YamlCollector refuses by itself: where it says the error is, and how.
#include <string>
#include <string_view>

#include "crypto/limits.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crypto/yaml_reading.h"

namespace chirograph::internal::yaml_events_errors_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(YamlEventsErrorsTest, RefusesByteOrderMarksOutsideQuotes) {
  EXPECT_THAT(ReadingError("a: b\n\xEF\xBB\xBF"
                           "c: d\n"),
              StartsWith("2:1: this value has a byte-order mark"));
  EXPECT_THAT(ReadingError("a: x\xEF\xBB\xBF\n"), StartsWith("1:4: this value has a byte-order mark"));
  EXPECT_THAT(ReadingError("a: |\n  x\xEF\xBB\xBF\n"), StartsWith("1:4: this value has a byte-order mark"));
}

TEST(YamlEventsErrorsTest, RefusesWhatIsNoBlockMappingInTheFirstColumn) {
  EXPECT_EQ(ReadingError("\nhello\n"), "2:1: expected 'key: value' lines");
  EXPECT_EQ(ReadingError("\"hello\"\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(ReadingError("|\n  hello\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(ReadingError(">+\n  hello\n\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(ReadingError("\n'hello\n"), "2:1: this ' is never closed");
  EXPECT_EQ(ReadingError("~\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(ReadingError("# c\n- a\n"), "2:1: expected 'key: value' lines, not a list");
  EXPECT_EQ(ReadingError("[a]\n"), "1:1: expected 'key: value' lines, not a list");
  EXPECT_EQ(ReadingError("{a: b}\n"), "1:1: expected 'key: value' lines, not a mapping in braces");
  EXPECT_EQ(ReadingError("{a: b\n"), "1:1: this { is never closed");
  EXPECT_EQ(ReadingError("  a: b\n  c: d\n"),
            "1:3: the top-level keys must begin in the first column of their lines");
  EXPECT_EQ(ReadingError("&x\n  a: b\n"),
            "2:3: the top-level keys must begin in the first column of their lines");
  EXPECT_EQ(ReadingError("*x\n"), "1:1: this alias has no anchor before it: quote the value if '*' is text");
}

TEST(YamlEventsErrorsTest, RefusesKeysThatAreNotStrings) {
  for (const std::string_view key : {"2", "1.5", "true", "False", "null", "~", "0x1F", "0o7", "-1", ".inf",
                                     ".NaN", "1e3", "99999999999999999999"}) {
    const std::string wanted = fmt::format("the key {} is not a string: write \"{}\"", key, key);
    EXPECT_EQ(ReadingError(fmt::format("a: b\n{}: c\n", key)), "2:1: " + wanted);
    EXPECT_EQ(ReadingError(fmt::format("a:\n  {} : c\n", key)), "2:3: " + wanted);
    EXPECT_EQ(ReadingError(fmt::format("a: {{{}: c}}\n", key)), "1:5: " + wanted);
    EXPECT_EQ(ReadingError(fmt::format("a: [{}: c]\n", key)), "1:5: " + wanted);
  }
  EXPECT_EQ(ReadingError("a: b\n: c\n"), "2:1: a key is missing before this ':'");
  EXPECT_EQ(ReadingError("a: {: c}\n"), "1:5: a key is missing before this ':'");
  EXPECT_EQ(ReadingError("a: [: c]\n"), "1:5: a key is missing before this ':'");
  EXPECT_EQ(ReadingError("a: {b\n  }\n"), "1:5: expected 'key: value' here");
  EXPECT_EQ(ReadingError("[a]: b\n"), "1:1: a list cannot be a key");
  EXPECT_EQ(ReadingError("{a: b}: c\n"), "1:1: a mapping cannot be a key");
  EXPECT_EQ(ReadingError("a: {[b]: c}\n"), "1:5: a list cannot be a key");
  EXPECT_EQ(ReadingError("a: &x 2\n*x : b\n"), "2:1: the key 2 is not a string: write \"2\"");
  EXPECT_EQ(ReadingError("a: &x [b]\n*x : c\n"), "2:1: a key must be a string");
}

TEST(YamlEventsErrorsTest, RefusesQuestionMarkKeys) {
  EXPECT_EQ(ReadingError("? a\n: b\n"), "1:1: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(ReadingError("a: b\n?   c\n"), "2:1: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(ReadingError("a: {? b : c}\n"), "1:5: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(ReadingError("a: [? b : c]\n"), "1:5: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(ReadingError("a:\n  ? - b\n"), "2:5: a list cannot be a key");
  EXPECT_EQ(ReadingError("a:\n  b: c\n  ?\n    d\n"), "4:5: this key is not in line with the keys before it");
  EXPECT_EQ(ReadingError("?\n  a\n: b\n"),
            "2:3: the top-level keys must begin in the first column of their lines");
  EXPECT_THAT(ReadingError("a: ? b\n"), StartsWith("1:4: '?' is not allowed here"));
}

TEST(YamlEventsErrorsTest, RefusesExplicitTags) {
  for (const std::string_view value :
       {"!!str 5", "! 5", "! \"x\"", "!<?> 5", "!<!> 5", "!<tag:yaml.org,2002:str> 5", "!local 5",
        "!!seq [5]", "!!map {a: 5}", "!!null", "!e!x 5", "!!str &x 5", "!!str |\n  x", "!x"}) {
    EXPECT_THAT(ReadingError(fmt::format("a: {}\n", value)), StartsWith("1:4: ")) << value;
  }
  EXPECT_EQ(ReadingError("a: ! 5\n"),
            "1:4: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_EQ(ReadingError("a: &x !!str 5\n"),
            "1:7: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_EQ(ReadingError("a: &x # c\n\n  ! 5\n"),
            "3:3: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_THAT(ReadingError("!!map\na: 5\n"), StartsWith("1:1: explicit tags"));
  EXPECT_THAT(ReadingError("a: 5\n!!str b: 5\n"), StartsWith("2:1: explicit tags"));
  EXPECT_THAT(ReadingError("a:\n!!str b: 5\n"), StartsWith("2:1: explicit tags"));
  EXPECT_THAT(ReadingError("a: [x, ! y]\n"), StartsWith("1:8: explicit tags"));
  EXPECT_THAT(ReadingError("a: {! y: x}\n"), StartsWith("1:5: explicit tags"));
  EXPECT_EQ(ReadingError("a: \"! x\"\nb: x!\nc: '!'\n"), "accepted");
}

TEST(YamlEventsErrorsTest, RefusesAliasesThatAreCyclicOrUnknown) {
  const std::string cyclic = "this alias stands for something that it is part of";
  EXPECT_EQ(ReadingError("a: &x [*x]\n"), "1:8: " + cyclic);
  EXPECT_EQ(ReadingError("a: &x {b: {c: [*x]}}\n"), "1:16: " + cyclic);
  EXPECT_EQ(ReadingError("a: &x\n  - b: *x\n"), "2:8: " + cyclic);
  EXPECT_EQ(ReadingError("&x\na: *x\n"), "2:4: " + cyclic);
  EXPECT_EQ(ReadingError("a: &x 1\nb: &x [*x]\n"), "2:8: " + cyclic);
  EXPECT_THAT(ReadingError("a: *x\n"), StartsWith("1:4: this alias has no anchor before it"));
  EXPECT_THAT(ReadingError("a: *x\nb: &x 1\n"), StartsWith("1:4: this alias has no anchor before it"));
}

TEST(YamlEventsErrorsTest, RefusesNestingPastTheLimit) {
  const auto nested = [](int levels) {
    return "a: " + Repeat("[", levels - 1) + Repeat("]", levels - 1) + "\n";
  };
  EXPECT_EQ(ReadingError(nested(16)), "accepted");
  EXPECT_EQ(ReadingError(nested(17)), "1:19: nested more than 16 levels deep");
  EXPECT_EQ(ReadingError(nested(50000)), "1:19: nested more than 16 levels deep");
  EXPECT_EQ(ReadingError("a:\n- " + Repeat("[", 40) + Repeat("]", 40) + "\n"),
            "2:17: nested more than 16 levels deep");
  EXPECT_EQ(ReadingError("a:\n" + Repeat("- ", 15) + "x\n"), "accepted");
  EXPECT_EQ(ReadingError("a:\n" + Repeat("- ", 16) + "x\n"), "2:31: nested more than 16 levels deep");
  std::string maps;
  for (int i = 0; i < 16; ++i) maps += Repeat(" ", i) + "k:\n";
  EXPECT_EQ(ReadingError(maps), "accepted");
  EXPECT_EQ(ReadingError(maps + Repeat(" ", 16) + "k:\n"), "17:17: nested more than 16 levels deep");
  EXPECT_EQ(ReadingError("a: " + Repeat("{k: ", 16) + Repeat("}", 16) + "\n"),
            "1:64: nested more than 16 levels deep");
}

TEST(YamlEventsErrorsTest, RefusesMoreNodesThanTheLimit) {
  EXPECT_EQ(ReadingError("a:\n" + Repeat("- 1\n", limits::kMaxArticleNodes - 2)),
            "99999:3: over 100000 keys and values");
  EXPECT_EQ(ReadingError("a: [" + Repeat("1,", limits::kMaxArticleNodes - 2) + "]\n"),
            "1:199999: over 100000 keys and values");
  EXPECT_THAT(ReadingError(Repeat("a:\n", limits::kMaxArticleNodes)),
              HasSubstr("over 100000 keys and values"));
  EXPECT_THAT(ReadingError("a:\n" + Repeat("- \n", limits::kMaxArticleNodes)),
              HasSubstr("over 100000 keys and values"));
}

TEST(YamlEventsErrorsTest, RefusesNumbersOutOfRange) {
  EXPECT_EQ(
      ReadingError("a:\n  - -9007199254740992\n"),
      "2:5: an integer beyond 9007199254740991 (2^53-1) either way is not exact: quote it to make it text");
  for (const std::string_view number : {"-.inf", ".NaN", "1e309"}) {
    EXPECT_EQ(ReadingError(fmt::format("a: [{}]\n", number)),
              "1:5: a number must be finite and within a double's range: quote it to make it text");
  }
}

TEST(YamlEventsErrorsTest, RefusesTabsThatIndent) {
  EXPECT_EQ(ReadingError("a: b\nx:\n\t- y\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n\ty\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n\t\"y\"\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n\t[y]\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n\ty: z\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n  y: 1\n\tz: 2\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n  - y:\n  \tz\n"), "3:3: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x: y\n\tz\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x: |\n\ty\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x: &a 1\ny:\n\t*a\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\n  - y:\n  \tnull\n"), "3:3: a tab cannot indent: use spaces");
  EXPECT_EQ(ReadingError("x:\ty\nz:\n  \ty\nv: # c\n - \tw\n"), "accepted");
}

TEST(YamlEventsErrorsTest, RefusesWrongIndentation) {
  EXPECT_EQ(ReadingError("a:\n\"b\"\nc: d\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a:\n  b:\n  \"c\"\n"), "3:3: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a:\n  b:\n  [c]\n"), "3:3: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a: &x 1\nb:\n*x\n"), "3:1: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a:\n&x \"b\"\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a: &x\n\"b\"\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(ReadingError("a:\n\n|\n x\n"), "3:1: this value must be indented more than its key");
}

TEST(YamlEventsErrorsTest, RefusesListsAndMappingsWithAGapBetweenCommas) {
  EXPECT_EQ(ReadingError("a: [b,, c]\n"), "1:7: a value is missing before this ','");
  EXPECT_EQ(ReadingError("a: [,]\n"), "1:5: a value is missing before this ','");
  EXPECT_EQ(ReadingError("a: {b: c,, d: e}\n"), "1:10: expected 'key: value' here");
}

TEST(YamlEventsErrorsTest, RefusesADashThatIsNeitherTextNorAListItem) {
  EXPECT_EQ(ReadingError("a: [b, -]\n"), "1:8: a value cannot begin with this character: quote it");
  EXPECT_EQ(ReadingError("a: {b: -}\n"), "1:8: a value cannot begin with this character: quote it");
}

TEST(YamlEventsErrorsTest, RefusesACommentWithoutASpaceBeforeIt) {
  EXPECT_EQ(ReadingError("a: \"b\"#c\n"), "1:7: a comment needs a space before its '#'");
  EXPECT_EQ(ReadingError("a: ['b'#c\n  ]\n"), "1:8: a comment needs a space before its '#'");
  EXPECT_EQ(ReadingError("a: |-#c\n  b\n"), "1:6: a comment needs a space before its '#'");
}

TEST(YamlEventsErrorsTest, RefusesAnEscapedApostrophe) {
  EXPECT_EQ(ReadingError("a: \"it\\'s\"\n"), "1:7: YAML has no escape \\': write ' alone");
  EXPECT_EQ(ReadingError("a: \"\\\\'\"\n"), "accepted");
}

}  // namespace
}  // namespace chirograph::internal::yaml_events_errors_test
