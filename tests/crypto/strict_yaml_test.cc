// SPDX-License-Identifier: Apache-2.0
//
// What ParseStrictYaml accepts, and what it makes of it. strict_yaml_errors_test.cc has what it refuses.
#include "crypto/strict_yaml.h"

#include <string>
#include <string_view>
#include <variant>

#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "fmt/format.h"
#include "gtest/gtest.h"

namespace chirograph::strict_yaml_test {
namespace {

std::string Describe(const YamlNode& node);

std::string Describe(const YamlMapping& mapping) {
  std::string out = "{";
  for (const auto& [key, value] : mapping.members) out += fmt::format("{}={} ", key, Describe(value));
  if (out.back() == ' ') out.pop_back();
  return out + "}";
}

struct DescribeValue {
  std::string operator()(std::monostate /*null*/) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return fmt::format("<{}>", value); }
  std::string operator()(const YamlSequence& sequence) const {
    std::string out = "[";
    for (const YamlNode& item : sequence) out += Describe(item) + " ";
    if (out.back() == ' ') out.pop_back();
    return out + "]";
  }
  std::string operator()(const YamlMapping& mapping) const { return Describe(mapping); }
};

std::string Describe(const YamlNode& node) { return std::visit(DescribeValue(), node.value); }

// The document in the notation above, or its error.
std::string Read(std::string_view text) {
  const auto mapping = ParseStrictYaml(text);
  return mapping.ok() ? Describe(*mapping) : DescribeInFile("error", mapping.status());
}

// What the value `text` is read as.
std::string ReadValue(std::string_view text) {
  const auto mapping = ParseStrictYaml(fmt::format("k: {}\n", text));
  return mapping.ok() ? Describe(*mapping->Find("k")) : DescribeInFile("error", mapping.status());
}

TEST(StrictYamlTest, GivesAPlainScalarTheTypeThatTheCoreSchemaGivesIt) {
  EXPECT_EQ(Read("a: ~\nb: TRUE\nc: False\nd: 0x1F\ne: -1.5\nf: yes\n"),
            "{a=null b=true c=false d=31 e=-1.5 f=<yes>}");
}

TEST(StrictYamlTest, QuotedIsString) {
  for (const std::string_view text :
       {"1", "true", "null", "~", "", ".inf", "0x1F", "<<", "99999999999999999999"}) {
    EXPECT_EQ(ReadValue(fmt::format("\"{}\"", text)), fmt::format("<{}>", text));
    EXPECT_EQ(ReadValue(fmt::format("'{}'", text)), fmt::format("<{}>", text));
    EXPECT_EQ(ReadValue(fmt::format("&anchor '{}'", text)), fmt::format("<{}>", text));
  }
  EXPECT_EQ(Read("a: |\n  5\nb: >-\n  null\n"), "{a=<5\n> b=<null>}");
}

TEST(StrictYamlTest, KeepsAScalarsTextAsItStands) {
  const auto mapping = ParseStrictYaml(
      "a: 0x1F\nb: ~\nc: NULL\nd:\ne: 'it''s'\nf: [null, 1.50]\ng: &x null\nh: True\ni: {}\nnullable: 1\n");
  ASSERT_TRUE(mapping.ok()) << DescribeInFile("error", mapping.status());
  EXPECT_EQ(mapping->Find("a")->text, "0x1F");
  EXPECT_EQ(mapping->Find("b")->text, "~");
  EXPECT_EQ(mapping->Find("c")->text, "NULL");
  EXPECT_EQ(mapping->Find("d")->text, "");
  EXPECT_EQ(mapping->Find("e")->text, "it's");
  EXPECT_EQ(std::get<YamlSequence>(mapping->Find("f")->value)[0].text, "null");
  EXPECT_EQ(std::get<YamlSequence>(mapping->Find("f")->value)[1].text, "1.50");
  EXPECT_EQ(mapping->Find("f")->text, "");
  EXPECT_EQ(mapping->Find("g")->text, "null");
  EXPECT_EQ(mapping->Find("h")->text, "True");
}

TEST(StrictYamlTest, AnEmptyNullHasNoTextThoughTheNextKeyBeginsLikeOne) {
  const auto mapping = ParseStrictYaml("a:\nnullable: x\nb:\n~tilde: x\nc:\n  d:\n  nulls: 1\n");
  ASSERT_TRUE(mapping.ok()) << DescribeInFile("error", mapping.status());
  EXPECT_EQ(mapping->Find("a")->text, "");
  EXPECT_EQ(mapping->Find("b")->text, "");
  EXPECT_EQ(std::get<YamlMapping>(mapping->Find("c")->value).Find("d")->text, "");
}

TEST(StrictYamlTest, FindsMembersByName) {
  const auto mapping = ParseStrictYaml("a: 1\nb: 2\n");
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(std::get<double>(mapping->Find("b")->value), 2);
  EXPECT_EQ(mapping->Find("c"), nullptr);
}

TEST(StrictYamlTest, KeysKeepTheirOrder) { EXPECT_EQ(Read("b: 1\na: 2\nc: 3\n"), "{b=1 a=2 c=3}"); }

TEST(StrictYamlTest, MergeKeyIsAKeyLikeAnyOther) {
  EXPECT_EQ(Read("<<: {a: 1}\nb: 2\n"), "{<<={a=1} b=2}");
  EXPECT_EQ(Read("b: &x {a: 1}\nc:\n  <<: *x\n"), "{b={a=1} c={<<={a=1}}}");
}

TEST(StrictYamlTest, ReadsCollectionsInBlockAndFlowStyle) {
  EXPECT_EQ(Read("a:\n  - 1\n  - b: 2\n    c: 3\n  - - x\n    - y\n  -\nd:\n- e\n- {f: g, h, \"i\":j}\n"),
            "{a=[1 {b=2 c=3} [<x> <y>] null] d=[<e> {f=<g> h=null i=<j>}]}");
  EXPECT_EQ(Read("a: []\nb: {}\nc: [x, [y], {z: [w]}, ]\nd: [k: v, x]\n"),
            "{a=[] b={} c=[<x> [<y>] {z=[<w>]}] d=[{k=<v>} <x>]}");
  EXPECT_EQ(Read("a: [\n  b,\n  c # comment\n  ]\n"), "{a=[<b> <c>]}");
}

TEST(StrictYamlTest, QuotedAndSpecialKeys) {
  EXPECT_EQ(Read("\"2\": a\n'true': b\n\"\": c\nd e: f\n\"g\\n\": h\n&i j: k\né: ü\n"),
            "{2=<a> true=<b> =<c> d e=<f> g\n=<h> j=<k> é=<ü>}");
}

TEST(StrictYamlTest, DashesThatBeginNoItemAreText) {
  EXPECT_EQ(Read("-: a\n-b: -c\nd: {-: e}\nf: [-1, -g, -- h]\n"),
            "{-=<a> -b=<-c> d={-=<e>} f=[-1 <-g> <-- h>]}");
}

TEST(StrictYamlTest, CommentsAndBlankLinesMeanNothing) {
  EXPECT_EQ(Read("\n# one\n\na: 1 # two\n  # three\nb:\n\n  # four\n  c: 2\n\n#five"), "{a=1 b={c=2}}");
}

TEST(StrictYamlTest, LinesEndInLfOrCrLf) {
  const std::string lf =
      "a: b\nc: \"d\n  e\"\nf: |\n  g\n\n  h\ni: >+\n  j\n\n\nk:\n  - l # m\n  -\n'n': [o,\n  p]\n";
  std::string crlf;
  for (const char c : lf) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(Read(lf), "{a=<b> c=<d e> f=<g\n\nh\n> i=<j\n\n\n> k=[<l> null] n=[<o> <p>]}");
  EXPECT_EQ(Read(crlf), Read(lf));
}

TEST(StrictYamlTest, AnchorsAreExpanded) {
  EXPECT_EQ(Read("a: &x [1, {b: c}]\nd: *x\ne: {f: *x}\n"),
            "{a=[1 {b=<c>}] d=[1 {b=<c>}] e={f=[1 {b=<c>}]}}");
  EXPECT_EQ(Read("a: &x 1\nb: &x 2\nc: *x\n"), "{a=1 b=2 c=2}");
  EXPECT_EQ(Read("a: &x\nb: *x\n"), "{a=null b=null}");
  EXPECT_EQ(Read("&x a: &y b\n*y : *x\n"), "{a=<b> b=<a>}");
  EXPECT_EQ(Read("a: &x\n  b: &y c\nd: *x\ne: *y\n"), "{a={b=<c>} d={b=<c>} e=<c>}");
  EXPECT_EQ(Read("&root\na: 1\n"), "{a=1}");
}

TEST(StrictYamlTest, AnAliasStandsWhereItIsWritten) {
  const auto mapping = ParseStrictYaml("a: &x [1]\n\nbb: *x\n");
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(mapping->Find("a")->position, (SourcePosition{1, 7}));
  EXPECT_EQ(mapping->Find("bb")->position, (SourcePosition{3, 5}));
  EXPECT_EQ(mapping->Find("bb")->key_position, (SourcePosition{3, 1}));
}

TEST(StrictYamlTest, PositionsCountLinesFromTheFirstAndColumnsInCodePoints) {
  const auto mapping =
      ParseStrictYaml("# é\r\n\"ключ😀\": [ä, \t{x: y}]\r\nb:\r\n  - \"q\r\n\r\n  r\"\r\n  - 7\r\n", 10);
  ASSERT_TRUE(mapping.ok()) << DescribeInFile("error", mapping.status());
  const YamlNode& first = mapping->members[0].second;
  EXPECT_EQ(first.key_position, (SourcePosition{11, 1}));
  EXPECT_EQ(first.position, (SourcePosition{11, 10}));
  const auto& items = std::get<YamlSequence>(first.value);
  EXPECT_EQ(items[0].position, (SourcePosition{11, 11}));
  EXPECT_EQ(items[1].position, (SourcePosition{11, 15}));
  const YamlNode& inner = *std::get<YamlMapping>(items[1].value).Find("x");
  EXPECT_EQ(inner.key_position, (SourcePosition{11, 16}));
  EXPECT_EQ(inner.position, (SourcePosition{11, 19}));
  const auto& list = std::get<YamlSequence>(mapping->Find("b")->value);
  EXPECT_EQ(mapping->Find("b")->position, (SourcePosition{13, 3}));
  EXPECT_EQ(list[0].position, (SourcePosition{13, 5}));
  EXPECT_EQ(list[1].position, (SourcePosition{16, 5}));
}

TEST(StrictYamlTest, AnEmptyValueIsWhereItsKeyIs) {
  const auto mapping = ParseStrictYaml("a: 1\nb:\n\n# c\nd: 2\n");
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(mapping->Find("b")->position, (SourcePosition{2, 1}));
}

TEST(StrictYamlTest, ReadsEscapes) {
  EXPECT_EQ(ReadValue(R"("\0\a\b\t\n\v\f\r\e\"\/\\ \x41\u00e9\U0001F600\ ")"),
            fmt::format("<{}>", std::string_view("\0\a\b\t\n\v\f\r\x1B\"/\\ Aé😀 ", 21)));
  EXPECT_EQ(ReadValue(R"("\x80\x85\u0085\uFEFF")"), "<\xC2\x80\xC2\x85\xC2\x85\xEF\xBB\xBF>");
  EXPECT_EQ(ReadValue(R"('\n\x41 it''s "')"), R"(<\n\x41 it's ">)");
}

// yaml-cpp 0.7 gives bytes that are no UTF-8 for the first two.
TEST(StrictYamlTest, ReadsTheEscapesForNextLineAndNoBreakSpace) {
  EXPECT_EQ(ReadValue(R"("\N\_\L\P")"), "<\xC2\x85\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9>");
  EXPECT_EQ(ReadValue(R"("é\_é\Né\_\_")"), "<é\xC2\xA0é\xC2\x85é\xC2\xA0\xC2\xA0>");
  EXPECT_EQ(Read("\"\\_\": \"\n\n\n\\_\n\n\n\"\n"), "{\xC2\xA0=<\n\n\xC2\xA0\n\n>}");
}

TEST(StrictYamlTest, FoldsQuotedScalars) {
  EXPECT_EQ(ReadValue("\"a  \n  b\n\n  c\\\n  d \\\n\n  e\""), "<a b\ncd \ne>");
  EXPECT_EQ(ReadValue("'a\n  b\n\n\n  c '"), "<a b\n\nc >");
  EXPECT_EQ(ReadValue("\"\n  a\n  \""), "< a >");
}

TEST(StrictYamlTest, QuotedScalarsMayGoOnInTheFirstColumn) {
  EXPECT_EQ(Read("a: \"one\ntwo: x\n# three\n- four\n%five\"\nb: 'six\n\nseven'\n"),
            "{a=<one two: x # three - four %five> b=<six\nseven>}");
}

// yaml-cpp 0.7 keeps one of them.
TEST(StrictYamlTest, KeepsTheLineEndsThatEndAQuotedScalar) {
  EXPECT_EQ(ReadValue("'x\n '"), "<x >");
  EXPECT_EQ(ReadValue("\"x\n  \n\t\n  \""), "<x\n\n>");
  EXPECT_EQ(Read("a: ['x\n\n\n', \"y\n\n\n\"]\n"), "{a=[<x\n\n> <y\n\n>]}");
}

TEST(StrictYamlTest, ReadsBlockScalars) {
  EXPECT_EQ(Read("a: |\n  x\n   y\n\n  z\n\n\nb: 1\n"), "{a=<x\n y\n\nz\n> b=1}");
  EXPECT_EQ(Read("a: |-\n  x\n\nb: 1\n"), "{a=<x> b=1}");
  EXPECT_EQ(Read("a: |+\n  x\n\n\nb: 1\n"), "{a=<x\n\n\n> b=1}");
  EXPECT_EQ(Read("a: >\n  x\n  y\n\n  z\n   w\n  v\n\nb: 1\n"), "{a=<x y\nz\n w\nv\n> b=1}");
  EXPECT_EQ(Read("a: >-\n\n  x\n\n\n  y\nb: 1\n"), "{a=<\nx\n\ny> b=1}");
  EXPECT_EQ(Read("a: |2\n    x\n  y\nb: |1-\n   z\n"), "{a=<  x\ny\n> b=<  z>}");
  EXPECT_EQ(Read("a: | # c\n  # d\n  --- e\n  \"f\n# g\nb: 1\n"), "{a=<# d\n--- e\n\"f\n> b=1}");
}

// yaml-cpp 0.7 loses one of them.
TEST(StrictYamlTest, KeepsAllLineEndsWhereAFoldedScalarSaysSo) {
  EXPECT_EQ(Read("a: >+ # c\n  x\n  y\n\n \n  # d\n\n\n# e\n\nb: 1\n"), "{a=<x y\n\n# d\n\n\n> b=1}");
  EXPECT_EQ(Read("a:\n- >+\n  x\n\n- b: >+1\n     x\n\n  c: 1\n"), "{a=[<x\n\n> {b=<  x\n\n> c=1}]}");
  EXPECT_EQ(Read("a: \">+\"\nb: '>+\n\n'\n"), "{a=<>+> b=<>+\n>}");
}

TEST(StrictYamlTest, WhatOtherVersionsTakeForLineBreaksIsText) {
  EXPECT_EQ(Read("a: x\xE2\x80\xA8y\nb: 'x\xE2\x80\xA9 y'\n"), "{a=<x\xE2\x80\xA8y> b=<x\xE2\x80\xA9 y>}");
}

TEST(StrictYamlTest, AByteOrderMarkInQuotesIsText) {
  EXPECT_EQ(Read("a: \"\xEF\xBB\xBFx\"\nb: '\xEF\xBB\xBF'\n# \xEF\xBB\xBF\n"),
            "{a=<\xEF\xBB\xBFx> b=<\xEF\xBB\xBF>}");
}

TEST(StrictYamlTest, WhatLooksLikeMarkersInsideALineIsText) {
  EXPECT_EQ(Read("a: --- b\nc: ...\n...d: e\n---f: g\nh: \"x ---\n ...\"\n"),
            "{a=<--- b> c=<...> ...d=<e> ---f=<g> h=<x --- ...>}");
}

TEST(StrictYamlTest, TextLikeItsOwnLastLineIsText) {
  EXPECT_EQ(Read("chirograph-end-of-text: ~\na: \"chirograph-end-of-text: ~\"\n"),
            "{chirograph-end-of-text=null a=<chirograph-end-of-text: ~>}");
  EXPECT_EQ(Read("\"chirograph\\x2dend-of-text\": ~\na: \"chirograph\\x2dend-of-text\"\n"),
            "{chirograph-end-of-text=null a=<chirograph-end-of-text>}");
}

TEST(StrictYamlTest, TakesAsMuchAsTheLimitsAllow) {
  std::string deep = "a: ";
  for (int i = 1; i < limits::kMaxNesting; ++i) deep += '[';
  for (int i = 1; i < limits::kMaxNesting; ++i) deep += ']';
  EXPECT_TRUE(ParseStrictYaml(deep).ok());
  // The root, one key, one list, and its items.
  std::string wide = "a:\n";
  for (std::size_t i = 3; i < limits::kMaxArticleNodes; ++i) wide += "- 1\n";
  const auto mapping = ParseStrictYaml(wide);
  ASSERT_TRUE(mapping.ok()) << DescribeInFile("error", mapping.status());
  EXPECT_EQ(std::get<YamlSequence>(mapping->Find("a")->value).size(), limits::kMaxArticleNodes - 3);
  const std::string big = "a: \"" + std::string(limits::kMaxFrontMatterBytes - 6, 'x') + "\"\n";
  EXPECT_TRUE(ParseStrictYaml(big).ok());
}

TEST(StrictYamlTest, CountsNodesAndTextOnceAliasesAreExpanded) {
  // 3 + 9 * 11111 = 100002 nodes with nine aliases, fewer with eight.
  std::string list = "a: &a [";
  for (int i = 0; i < 11110; ++i) list += "1,";
  list += "]\nb: [";
  EXPECT_TRUE(ParseStrictYaml(list + "*a,*a,*a,*a,*a,*a,*a]\n").ok());
  EXPECT_FALSE(ParseStrictYaml(list + "*a,*a,*a,*a,*a,*a,*a,*a]\n").ok());
  const std::string text = "a: &a \"" + std::string(limits::kMaxExpandedScalarBytes / 2 - 1, 'x') + "\"\n";
  EXPECT_TRUE(ParseStrictYaml(text + "b: *a\n").ok());
  EXPECT_FALSE(ParseStrictYaml(text + "bc: *a\n").ok());
}

}  // namespace
}  // namespace chirograph::strict_yaml_test
