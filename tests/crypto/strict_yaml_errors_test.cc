// SPDX-License-Identifier: Apache-2.0
//
// What ParseStrictYaml refuses: where it says the error is, and how.
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chirograph {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// "LINE:COLUMN: message", or "accepted".
std::string Error(std::string_view text) {
  const auto mapping = ParseStrictYaml(text);
  if (mapping.ok()) return "accepted";
  EXPECT_EQ(mapping.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(PositionOf(mapping.status()).has_value()) << mapping.status().message();
  return DescribeInFile("", mapping.status()).substr(1);
}

std::string Repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(StrictYamlErrorsTest, CountsLinesFromTheFirst) {
  const auto mapping = ParseStrictYaml("a: 1\na: 2\n", 40);
  EXPECT_EQ(PositionOf(mapping.status()), (SourcePosition{41, 1}));
  EXPECT_EQ(DescribeInFile("f", mapping.status()), "f:41:1: the key \"a\" is on line 40 already");
}

TEST(StrictYamlErrorsTest, RefusesForbiddenCharactersBeforeAllElse) {
  EXPECT_EQ(Error("a: [b\né: x\xFFy\n"), "2:5: the byte 0xFF is not UTF-8 here");
  EXPECT_THAT(Error("a: [b\nc: \"\x01\"\n"), StartsWith("2:5: the control character U+0001"));
  EXPECT_THAT(Error("a: [b\nc: d\re: f\n"), StartsWith("2:5: a carriage return (U+000D)"));
}

TEST(StrictYamlErrorsTest, RefusesByteOrderMarksOutsideQuotes) {
  EXPECT_THAT(Error("a: b\n\xEF\xBB\xBF"
                    "c: d\n"),
              StartsWith("2:1: this value has a byte-order mark"));
  EXPECT_THAT(Error("a: x\xEF\xBB\xBF\n"), StartsWith("1:4: this value has a byte-order mark"));
  EXPECT_THAT(Error("a: |\n  x\xEF\xBB\xBF\n"), StartsWith("1:4: this value has a byte-order mark"));
}

TEST(StrictYamlErrorsTest, RefusesDirectivesBehindTheFirstLines) {
  EXPECT_EQ(Error("a: b\n%c: d\ne: f\n"), "2:1: YAML directives ('%') are not allowed");
  EXPECT_EQ(Error("a:\n  - b\n\n%c\n"), "4:1: YAML directives ('%') are not allowed");
  EXPECT_THAT(Error("a: [b,\n%c\n]\n"), StartsWith("2:1: "));
}

TEST(StrictYamlErrorsTest, RefusesWhatIsNoBlockMappingInTheFirstColumn) {
  EXPECT_EQ(Error(""), "1:1: expected 'key: value' lines, found none");
  EXPECT_EQ(Error("\n# comment\n\n"), "1:1: expected 'key: value' lines, found none");
  EXPECT_EQ(Error("\nhello\n"), "2:1: expected 'key: value' lines");
  EXPECT_EQ(Error("\"hello\"\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(Error("|\n  hello\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(Error(">+\n  hello\n\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(Error("\n'hello\n"), "2:1: this ' is never closed");
  EXPECT_EQ(Error("~\n"), "1:1: expected 'key: value' lines");
  EXPECT_EQ(Error("# c\n- a\n"), "2:1: expected 'key: value' lines, not a list");
  EXPECT_EQ(Error("[a]\n"), "1:1: expected 'key: value' lines, not a list");
  EXPECT_EQ(Error("{a: b}\n"), "1:1: expected 'key: value' lines, not a mapping in braces");
  EXPECT_EQ(Error("{a: b\n"), "1:1: this { is never closed");
  EXPECT_EQ(Error("  a: b\n  c: d\n"),
            "1:3: the top-level keys must begin in the first column of their lines");
  EXPECT_EQ(Error("&x\n  a: b\n"), "2:3: the top-level keys must begin in the first column of their lines");
  EXPECT_EQ(Error("*x\n"), "1:1: this alias has no anchor before it: quote the value if '*' is text");
}

TEST(StrictYamlErrorsTest, RefusesDuplicateKeysAtEveryLevel) {
  EXPECT_EQ(Error("a: 1\nb: 2\n\"a\": 3\nb: 4\n"), "3:1: the key \"a\" is on line 1 already");
  EXPECT_EQ(Error("x:\n  - a: 1\n    b: 2\n    a: 3\n"), "4:5: the key \"a\" is on line 2 already");
  EXPECT_EQ(Error("x: {a: 1, \"\\x61\": 2}\n"), "1:11: the key \"a\" is on line 1 already");
  EXPECT_EQ(Error("x: [{y: {a: 1, b: 2, a: 1}}]\n"), "1:22: the key \"a\" is on line 1 already");
  EXPECT_EQ(Error("&k a: 1\nb: 2\n*k : 3\n"), "3:1: the key \"a\" is on line 1 already");
  EXPECT_EQ(Error("<<: 1\n<<: 2\n"), "2:1: the key \"<<\" is on line 1 already");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += fmt::format("k{}: 1\n", i);
  EXPECT_EQ(Error(many + "k500: 1\nk3: 1\n"), "1001:1: the key \"k500\" is on line 501 already");
}

TEST(StrictYamlErrorsTest, RefusesKeysThatAreNotStrings) {
  for (const std::string_view key : {"2", "1.5", "true", "False", "null", "~", "0x1F", "0o7", "-1", ".inf",
                                     ".NaN", "1e3", "99999999999999999999"}) {
    const std::string wanted = fmt::format("the key {} is not a string: write \"{}\"", key, key);
    EXPECT_EQ(Error(fmt::format("a: b\n{}: c\n", key)), "2:1: " + wanted);
    EXPECT_EQ(Error(fmt::format("a:\n  {} : c\n", key)), "2:3: " + wanted);
    EXPECT_EQ(Error(fmt::format("a: {{{}: c}}\n", key)), "1:5: " + wanted);
    EXPECT_EQ(Error(fmt::format("a: [{}: c]\n", key)), "1:5: " + wanted);
  }
  EXPECT_EQ(Error("a: b\n: c\n"), "2:1: a key is missing before this ':'");
  EXPECT_EQ(Error("a: {: c}\n"), "1:5: a key is missing before this ':'");
  EXPECT_EQ(Error("a: [: c]\n"), "1:5: a key is missing before this ':'");
  EXPECT_EQ(Error("a: {b\n  }\n"), "1:5: expected 'key: value' here");
  EXPECT_EQ(Error("[a]: b\n"), "1:1: a list cannot be a key");
  EXPECT_EQ(Error("{a: b}: c\n"), "1:1: a mapping cannot be a key");
  EXPECT_EQ(Error("a: {[b]: c}\n"), "1:5: a list cannot be a key");
  EXPECT_EQ(Error("a: &x 2\n*x : b\n"), "2:1: the key 2 is not a string: write \"2\"");
  EXPECT_EQ(Error("a: &x [b]\n*x : c\n"), "2:1: a key must be a string");
}

TEST(StrictYamlErrorsTest, RefusesQuestionMarkKeys) {
  EXPECT_EQ(Error("? a\n: b\n"), "1:1: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(Error("a: b\n?   c\n"), "2:1: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(Error("a: {? b : c}\n"), "1:5: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(Error("a: [? b : c]\n"), "1:5: '?' is not allowed: write 'key: value'");
  EXPECT_EQ(Error("a:\n  ? - b\n"), "2:5: a list cannot be a key");
  EXPECT_EQ(Error("a:\n  b: c\n  ?\n    d\n"), "4:5: this key is not in line with the keys before it");
  EXPECT_EQ(Error("?\n  a\n: b\n"), "2:3: the top-level keys must begin in the first column of their lines");
  EXPECT_THAT(Error("a: ? b\n"), StartsWith("1:4: '?' is not allowed here"));
}

TEST(StrictYamlErrorsTest, RefusesExplicitTags) {
  for (const std::string_view value :
       {"!!str 5", "! 5", "! \"x\"", "!<?> 5", "!<!> 5", "!<tag:yaml.org,2002:str> 5", "!local 5",
        "!!seq [5]", "!!map {a: 5}", "!!null", "!e!x 5", "!!str &x 5", "!!str |\n  x", "!x"}) {
    EXPECT_THAT(Error(fmt::format("a: {}\n", value)), StartsWith("1:4: ")) << value;
  }
  EXPECT_EQ(Error("a: ! 5\n"), "1:4: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_EQ(Error("a: &x !!str 5\n"),
            "1:7: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_EQ(Error("a: &x # c\n\n  ! 5\n"),
            "3:3: explicit tags are not allowed: quote the value if '!' belongs to it");
  EXPECT_THAT(Error("!!map\na: 5\n"), StartsWith("1:1: explicit tags"));
  EXPECT_THAT(Error("a: 5\n!!str b: 5\n"), StartsWith("2:1: explicit tags"));
  EXPECT_THAT(Error("a:\n!!str b: 5\n"), StartsWith("2:1: explicit tags"));
  EXPECT_THAT(Error("a: [x, ! y]\n"), StartsWith("1:8: explicit tags"));
  EXPECT_THAT(Error("a: {! y: x}\n"), StartsWith("1:5: explicit tags"));
  EXPECT_EQ(Error("a: \"! x\"\nb: x!\nc: '!'\n"), "accepted");
}

TEST(StrictYamlErrorsTest, SaysWhereWhatNeverClosesBegins) {
  EXPECT_EQ(Error("a: b\nc: \"d\ne: f\n"), "2:4: this \" is never closed");
  EXPECT_EQ(Error("a: b\nc: 'd\ne: f"), "2:4: this ' is never closed");
  EXPECT_EQ(Error("a: 'it''\n"), "1:4: this ' is never closed");
  EXPECT_EQ(Error("a: \"b\\\"\n"), "1:4: this \" is never closed");
  EXPECT_EQ(Error("a: \"b\\"), "1:4: this \" is never closed");
  EXPECT_EQ(Error("a: &x \"b"), "1:7: this \" is never closed");
  EXPECT_EQ(Error("a: b\nc: [d, e\n"), "2:4: this [ is never closed");
  EXPECT_EQ(Error("a: b\nc: {d: e\n"), "2:4: this { is never closed");
  EXPECT_EQ(Error("a: b\nc: {d: e,\n  f: [g, h]\ni: j\n"), "2:4: this { is never closed");
  EXPECT_EQ(Error("a: [[b], [c\n"), "1:10: this [ is never closed");
  EXPECT_EQ(Error("a: [b, # ]\n  'it''s ]', \"\\\"]\", it's\n"), "1:4: this [ is never closed");
  EXPECT_EQ(Error("a: [b, \"c\n]\n"), "1:8: this \" is never closed");
  EXPECT_EQ(Error("a:\n- [b, c\n"), "2:3: this [ is never closed");
  EXPECT_EQ(Error("a:\n- {b: c\n"), "2:3: this { is never closed");
  EXPECT_EQ(Error("a:\n- [b, 'c\n"), "2:7: this ' is never closed");
  EXPECT_EQ(Error("\"a: b\n"), "1:1: this \" is never closed");
}

TEST(StrictYamlErrorsTest, PointsToAForgottenQuote) {
  EXPECT_EQ(
      Error("a: b\nc: \"d\ne: \"f\"\ng: h\n"),
      "3:5: expected nothing more after the text in quotes that begins on line 2: is a \" missing there?");
  EXPECT_EQ(
      Error("a: 'b\nc: 'd\n"),
      "2:5: expected nothing more after the text in quotes that begins on line 1: is a ' missing there?");
}

TEST(StrictYamlErrorsTest, RefusesAliasesThatAreCyclicOrUnknown) {
  const std::string cyclic = "this alias stands for something that it is part of";
  EXPECT_EQ(Error("a: &x [*x]\n"), "1:8: " + cyclic);
  EXPECT_EQ(Error("a: &x {b: {c: [*x]}}\n"), "1:16: " + cyclic);
  EXPECT_EQ(Error("a: &x\n  - b: *x\n"), "2:8: " + cyclic);
  EXPECT_EQ(Error("&x\na: *x\n"), "2:4: " + cyclic);
  EXPECT_EQ(Error("a: &x 1\nb: &x [*x]\n"), "2:8: " + cyclic);
  EXPECT_THAT(Error("a: *x\n"), StartsWith("1:4: this alias has no anchor before it"));
  EXPECT_THAT(Error("a: *x\nb: &x 1\n"), StartsWith("1:4: this alias has no anchor before it"));
}

TEST(StrictYamlErrorsTest, RefusesAliasesThatExpandTooFar) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    const std::string before = fmt::format("*{}", static_cast<char>(c - 1));
    bomb += fmt::format("{}: &{} [{}]\n", c, c, before + Repeat("," + before, 9));
  }
  EXPECT_EQ(Error(bomb), "5:29: over 100000 keys and values once aliases are expanded");
  // Ten levels of doubling stay under the count of nodes but not of bytes.
  std::string text = "a: &a [" + std::string(4096, 'x') + "]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    text += fmt::format("{}: &{} [*{},*{}]\n", c, c, static_cast<char>(c - 1), static_cast<char>(c - 1));
  }
  EXPECT_THAT(Error(text), HasSubstr("over 1835008 bytes of text once aliases are expanded"));
  // Keys are text too.
  const std::string key(1000, 'k');
  EXPECT_THAT(Error(fmt::format("a: &a {{{}: 1}}\nb: [{}*a]\n", key, Repeat("*a,", 2000))),
              HasSubstr("over 1835008 bytes of text once aliases are expanded"));
}

TEST(StrictYamlErrorsTest, RefusesNestingPastTheLimit) {
  const auto nested = [](int levels) {
    return "a: " + Repeat("[", levels - 1) + Repeat("]", levels - 1) + "\n";
  };
  EXPECT_EQ(Error(nested(16)), "accepted");
  EXPECT_EQ(Error(nested(17)), "1:19: nested more than 16 levels deep");
  EXPECT_EQ(Error(nested(50000)), "1:19: nested more than 16 levels deep");
  EXPECT_EQ(Error("a:\n- " + Repeat("[", 40) + Repeat("]", 40) + "\n"),
            "2:17: nested more than 16 levels deep");
  EXPECT_EQ(Error("a:\n" + Repeat("- ", 15) + "x\n"), "accepted");
  EXPECT_EQ(Error("a:\n" + Repeat("- ", 16) + "x\n"), "2:31: nested more than 16 levels deep");
  std::string maps;
  for (int i = 0; i < 16; ++i) maps += Repeat(" ", i) + "k:\n";
  EXPECT_EQ(Error(maps), "accepted");
  EXPECT_EQ(Error(maps + Repeat(" ", 16) + "k:\n"), "17:17: nested more than 16 levels deep");
  EXPECT_EQ(Error("a: " + Repeat("{k: ", 16) + Repeat("}", 16) + "\n"),
            "1:64: nested more than 16 levels deep");
}

TEST(StrictYamlErrorsTest, AliasesCountForNesting) {
  const std::string deep = "a: &x " + Repeat("[", 8) + Repeat("]", 8) + "\n";  // 8 levels below the root
  EXPECT_EQ(Error(deep + "b: " + Repeat("[", 7) + "*x" + Repeat("]", 7) + "\n"), "accepted");
  EXPECT_EQ(Error(deep + "b: " + Repeat("[", 8) + "*x" + Repeat("]", 8) + "\n"),
            "2:12: nested more than 16 levels deep");
}

TEST(StrictYamlErrorsTest, RefusesMoreNodesThanTheLimit) {
  EXPECT_EQ(Error("a:\n" + Repeat("- 1\n", limits::kMaxArticleNodes - 2)),
            "99999:3: over 100000 keys and values");
  EXPECT_EQ(Error("a: [" + Repeat("1,", limits::kMaxArticleNodes - 2) + "]\n"),
            "1:199999: over 100000 keys and values");
  EXPECT_THAT(Error(Repeat("a:\n", limits::kMaxArticleNodes)), HasSubstr("over 100000 keys and values"));
  EXPECT_THAT(Error("a:\n" + Repeat("- \n", limits::kMaxArticleNodes)),
              HasSubstr("over 100000 keys and values"));
}

TEST(StrictYamlErrorsTest, BoundsWhatYamlCppQueues) {
  const std::string message = "2:1: over 250000 brackets, commas and quotes in one value after this";
  EXPECT_EQ(Error("a:\n- " + Repeat("[", 900'000)), message);
  EXPECT_EQ(Error("a:\n- [" + Repeat("x,", 400'000) + "]\n"), message);
  EXPECT_EQ(Error("a:\n- " + Repeat("\"\"", 400'000) + "\n"), message);
}

TEST(StrictYamlErrorsTest, RefusesATextOverTheLimit) {
  const std::string text = "a: \"" + std::string(limits::kMaxFrontMatterBytes - 5, 'x') + "\"\n";
  EXPECT_EQ(Error(text), "1:1: 1048577 bytes of YAML, at most 1048576 are allowed");
}

TEST(StrictYamlErrorsTest, RefusesNumbersOutOfRange) {
  EXPECT_EQ(
      Error("a:\n  - -9007199254740992\n"),
      "2:5: an integer beyond 9007199254740991 (2^53-1) either way is not exact: quote it to make it text");
  for (const std::string_view number : {"-.inf", ".NaN", "1e309"}) {
    EXPECT_EQ(Error(fmt::format("a: [{}]\n", number)),
              "1:5: a number must be finite and within a double's range: quote it to make it text");
  }
}

TEST(StrictYamlErrorsTest, RefusesSurrogateAndOtherBadEscapes) {
  const std::string surrogate =
      "this escape is half of a surrogate pair or past U+10FFFF: write the character itself, or \\U and 8 "
      "digits";
  EXPECT_EQ(Error("a: b\nc: \"d\\ud83d\\ude00\"\n"), "2:6: " + surrogate);
  EXPECT_EQ(Error("a: \"\\uD800\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(Error("a: \"\\udfff\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(Error("a: \"\\U0000D83D\"\n"), "1:5: " + surrogate);
  EXPECT_EQ(Error("a: \"\\U00110000\"\n"), "1:5: " + surrogate);
  EXPECT_THAT(Error("a: \"é\\u12G4\"\n"), StartsWith("1:6: this escape needs hexadecimal digits"));
  EXPECT_EQ(Error("a: \"x\\q\"\n"), "1:6: YAML has no such escape: a '\\' itself is written \\\\");
  EXPECT_EQ(Error("a: \"it\\'s\"\n"), "1:7: YAML has no escape \\': write ' alone");
  EXPECT_EQ(Error("a: \"\\\\'\"\n"), "accepted");
}

TEST(StrictYamlErrorsTest, RefusesTabsThatIndent) {
  EXPECT_EQ(Error("a: b\nx:\n\t- y\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n\ty\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n\t\"y\"\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n\t[y]\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n\ty: z\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n  y: 1\n\tz: 2\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n  - y:\n  \tz\n"), "3:3: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x: y\n\tz\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x: |\n\ty\n"), "2:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x: &a 1\ny:\n\t*a\n"), "3:1: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\n  - y:\n  \tnull\n"), "3:3: a tab cannot indent: use spaces");
  EXPECT_EQ(Error("x:\ty\nz:\n  \ty\nv: # c\n - \tw\n"), "accepted");
}

TEST(StrictYamlErrorsTest, RefusesWrongIndentation) {
  EXPECT_EQ(Error("a:\n  b: 1\n c: 2\n"), "3:2: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(Error("a:\n  - b\n c\n"), "3:2: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(Error("a:\n  - b\n   c: d\n"),
            "3:5: this ':' belongs to no key: a key is on one line and up to 1024 bytes "
            "long; quote a text with ': ' in it");
  EXPECT_EQ(Error("a:\n  - - b\n    c\n"), "3:5: expected '- ' here, in line with the items before");
  EXPECT_EQ(Error("a:\n\"b\"\nc: d\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(Error("a:\n  b:\n  \"c\"\n"), "3:3: this value must be indented more than its key");
  EXPECT_EQ(Error("a:\n  b:\n  [c]\n"), "3:3: this value must be indented more than its key");
  EXPECT_EQ(Error("a: &x 1\nb:\n*x\n"), "3:1: this value must be indented more than its key");
  EXPECT_EQ(Error("a:\n&x \"b\"\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(Error("a: &x\n\"b\"\n"), "2:1: this value must be indented more than its key");
  EXPECT_EQ(Error("a:\n\n|\n x\n"), "3:1: this value must be indented more than its key");
}

TEST(StrictYamlErrorsTest, RefusesTextWhereNoneCanStand) {
  EXPECT_THAT(Error("a: b: c\n"), StartsWith("1:5: this ':' belongs to no key"));
  EXPECT_THAT(Error("a: \"b\": c\n"), StartsWith("1:7: this ':' belongs to no key"));
  EXPECT_THAT(Error(std::string(1025, 'k') + ": v\n"), StartsWith("1:1026: this ':' belongs to no key"));
  EXPECT_THAT(Error("a: b\n" + std::string(1025, 'k') + ": v\n"),
              StartsWith("2:1026: this ':' belongs to no key"));
  EXPECT_THAT(Error("a: - b\n"), StartsWith("1:4: a list item cannot begin here"));
  EXPECT_THAT(Error("a: [- b]\n"), StartsWith("1:5: a list item cannot begin here"));
  EXPECT_EQ(Error("a: \"b\" c\n"), "1:8: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(Error("a: [b] c\n"), "1:8: expected 'key: value' here, in line with the keys before");
  EXPECT_EQ(Error("a: [b\n  c: d]\n"), "2:4: expected ',' or ']' here");
  EXPECT_EQ(Error("a: {b: c d: e}\n"), "1:11: expected ',' or '}' here");
  EXPECT_EQ(Error("a: [b,, c]\n"), "1:7: a value is missing before this ','");
  EXPECT_EQ(Error("a: [,]\n"), "1:5: a value is missing before this ','");
  EXPECT_EQ(Error("a: {b: c,, d: e}\n"), "1:10: expected 'key: value' here");
  EXPECT_EQ(Error("a: [b, -]\n"), "1:8: a value cannot begin with this character: quote it");
  EXPECT_EQ(Error("a: {b: -}\n"), "1:8: a value cannot begin with this character: quote it");
  EXPECT_EQ(Error("a: \"b\"#c\n"), "1:7: a comment needs a space before its '#'");
  EXPECT_EQ(Error("a: ['b'#c\n  ]\n"), "1:8: a comment needs a space before its '#'");
  EXPECT_EQ(Error("a: |-#c\n  b\n"), "1:6: a comment needs a space before its '#'");
  EXPECT_EQ(Error("a: [b?, c]\n"),
            "1:6: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(Error("a: @b\n"), "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(Error("a: `b\n"), "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_EQ(Error("a: %b\n"), "1:4: this character cannot stand here: quote the text that it belongs to");
  EXPECT_THAT(Error("a: b]\nc: ]d\n"), StartsWith("2:4: this bracket closes nothing"));
  EXPECT_THAT(Error("a: [b}\n"), StartsWith("1:6: this bracket closes nothing"));
  EXPECT_THAT(Error("a: |x\n"), StartsWith("1:5: unexpected text after '|' or '>'"));
  EXPECT_THAT(Error("a: |0\n  x\n"), HasSubstr("zero indentation"));
  EXPECT_THAT(Error("a: &\n"), HasSubstr("anchor not found"));
  EXPECT_THAT(Error("a: &x &y b\n"), HasSubstr("multiple anchors"));
  EXPECT_THAT(Error("a: &x\nb: &y *x\n"), StartsWith("2:7: "));
}

}  // namespace
}  // namespace chirograph
