// SPDX-License-Identifier: Apache-2.0
//
// What ParseStrictYaml refuses: where it says the error is, and how. yaml_events_errors_test.cc and
// yaml_explain_test.cc have what is refused while yaml-cpp reads.
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crypto/yaml_reading.h"

namespace chirograph::strict_yaml_errors_test {
namespace {

using internal::Repeat;
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

TEST(StrictYamlErrorsTest, RefusesWhatIsRefusedWhileYamlCppReads) {
  EXPECT_EQ(Error("a: 1\n2: b\n"), "2:1: the key 2 is not a string: write \"2\"");
  EXPECT_THAT(Error("a: b: c\n"), StartsWith("1:5: this ':' belongs to no key"));
  EXPECT_EQ(Error("a: \"b"), "1:4: this \" is never closed");
  EXPECT_EQ(Error("a: b\n%c: d\n"), "2:1: YAML directives ('%') are not allowed");
  EXPECT_THAT(Error("a: " + Repeat("[", 300'000) + "\n"), StartsWith("1:4: over 250000 brackets"));
}

TEST(StrictYamlErrorsTest, RefusesADocumentWithoutKeys) {
  EXPECT_EQ(Error(""), "1:1: expected 'key: value' lines, found none");
  EXPECT_EQ(Error("\n# comment\n\n"), "1:1: expected 'key: value' lines, found none");
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

TEST(StrictYamlErrorsTest, AliasesCountForNesting) {
  const std::string deep = "a: &x " + Repeat("[", 8) + Repeat("]", 8) + "\n";  // 8 levels below the root
  EXPECT_EQ(Error(deep + "b: " + Repeat("[", 7) + "*x" + Repeat("]", 7) + "\n"), "accepted");
  EXPECT_EQ(Error(deep + "b: " + Repeat("[", 8) + "*x" + Repeat("]", 8) + "\n"),
            "2:12: nested more than 16 levels deep");
}

TEST(StrictYamlErrorsTest, RefusesATextOverTheLimit) {
  const std::string text = "a: \"" + std::string(limits::kMaxFrontMatterBytes - 5, 'x') + "\"\n";
  EXPECT_EQ(Error(text), "1:1: 1048577 bytes of YAML, at most 1048576 are allowed");
}

}  // namespace
}  // namespace chirograph::strict_yaml_errors_test
