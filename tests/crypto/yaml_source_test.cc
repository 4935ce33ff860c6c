// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_source.h"

#include <optional>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chirograph::internal::yaml_source_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// "LINE:COLUMN: message", or "accepted".
std::string Check(std::string_view text, int first_line = 1) {
  const absl::Status status = CheckYamlCharacters(text, first_line);
  if (status.ok()) return "accepted";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return DescribeInFile("", status).substr(1);
}

TEST(YamlSourceTest, BytesThatAreNoUtf8AreNamedWithTheirPlace) {
  EXPECT_EQ(Check("a: b\né: x\xFFy\n"), "2:5: the byte 0xFF is not UTF-8 here");
  EXPECT_EQ(Check("\n\x80", 40), "41:1: the byte 0x80 is not UTF-8 here");
  EXPECT_THAT(Check("a: \xC0\x80\n"), StartsWith("1:4: "));
  EXPECT_THAT(Check("a: \xED\xA0\x80\n"), StartsWith("1:4: "));  // an encoded surrogate
  EXPECT_THAT(Check("# \x80\na: b\n"), StartsWith("1:3: "));
  EXPECT_THAT(Check("a: b\xE2\x82"), StartsWith("1:5: "));
}

TEST(YamlSourceTest, RawControlCharactersAreRefusedAndSaidHowToWrite) {
  for (int control = 0; control < 0xA0; ++control) {
    if ((control >= 0x20 && control < 0x7F) || control == '\r') continue;
    std::string raw(1, static_cast<char>(control));
    if (control >= 0x80) raw.insert(raw.begin(), '\xC2');
    const bool allowed = control == '\t' || control == '\n';
    for (const std::string& text :
         {"a: b\nc: \"d" + raw + " e\"\n", "a: b\nc: d" + raw + "\n", "a: b\n# d   " + raw}) {
      EXPECT_EQ(Check(text), allowed
                                 ? "accepted"
                                 : fmt::format("2:{}: the control character U+{:04X} cannot stand here as it "
                                               "is: write it as \"\\x{:02X}\", in double quotes",
                                               text.find(raw) - 4, control, control));
    }
  }
  EXPECT_EQ(Check("a: \xC2\xA0 \xE2\x80\xA8\n"), "accepted");  // the first after C1, and no C0
}

TEST(YamlSourceTest, ACarriageReturnWithoutALineFeedIsRefused) {
  for (const std::string_view text : {"a: \"d\re\"\n", "a: d\r", "a: |\n \rd\n", "# d\re: f\n", "a: d\r\r\n",
                                      "a: b\n\r\n\r", "a: [d,\re]\n"}) {
    EXPECT_THAT(Check(text), HasSubstr("a carriage return (U+000D) without a line feed")) << text;
  }
  EXPECT_THAT(Check("a: b\r\nc: dé\re: f\r\n"), StartsWith("2:6: "));
  EXPECT_EQ(Check("a: b\r\nc: |\r\n d\r\n\r\n"), "accepted");
  EXPECT_EQ(Check("a: \"b\\r\"\n"), "accepted");
}

TEST(YamlSourceTest, AByteOrderMarkInFrontIsRefused) {
  EXPECT_EQ(Check("\xEF\xBB\xBF"
                  "a: b\n"),
            "1:1: a byte-order mark (U+FEFF) cannot stand here");
  EXPECT_EQ(Check("a: '\xEF\xBB\xBF'\n"), "accepted");
}

TEST(YamlSourceTest, LinesThatAreDocumentMarkersAreRefused) {
  EXPECT_EQ(Check("---\na: b\n"),
            "1:1: '---' is a document marker of YAML: one document is expected, without markers");
  for (const std::string_view text : {"a: b\n--- # c\n", "a: b\n---\tc", "a: b\n---"}) {
    EXPECT_THAT(Check(text), StartsWith("2:1: '---' is a document marker")) << text;
  }
  for (const std::string_view text : {"a: b\r\n...\r\nc: d\r\n", "a: b\n...", "a: \"b\n... c\"\n"}) {
    EXPECT_THAT(Check(text), StartsWith("2:1: '...' is a document marker")) << text;
  }
  EXPECT_EQ(Check(" ---\n---a: b\n...c: d\n--\n..\n"), "accepted");
}

TEST(YamlSourceTest, DirectivesBeforeTheContentAreRefused) {
  EXPECT_EQ(Check("%YAML 1.2\na: b\n"), "1:1: YAML directives ('%') are not allowed");
  EXPECT_EQ(Check("\r\n# c\n \t# d\n%x", 7), "10:1: YAML directives ('%') are not allowed");
  EXPECT_EQ(Check("a: \"b\n%c\"\n"), "accepted");
}

TEST(YamlSourceTest, PositionsAreFoundForwardAndBackward) {
  constexpr std::string_view kText = "aé\r\n😀b\n\nc";
  PositionFinder positions(kText, 5);
  EXPECT_EQ(positions.At(kText.find('b')), (SourcePosition{6, 2}));
  EXPECT_EQ(positions.At(3), (SourcePosition{5, 3}));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(positions.At(kText.size() + 9), (SourcePosition{8, 2}));
  // As they are found from the start.
  for (std::size_t from = 0; from <= kText.size(); ++from) {
    for (std::size_t to = 0; to <= kText.size(); ++to) {
      PositionFinder walker(kText, 1);
      EXPECT_EQ(walker.At(from), PositionAt(kText, from));
      EXPECT_EQ(walker.At(to), PositionAt(kText, to)) << from << " to " << to;
    }
  }
}

TEST(YamlSourceTest, ALineStartsBehindTheLineFeedBeforeIt) {
  constexpr std::string_view kText = "ab\n\ncd";
  const std::size_t starts[] = {0, 0, 0, 3, 4, 4, 4};
  for (std::size_t at = 0; at <= kText.size(); ++at) EXPECT_EQ(LineStart(kText, at), starts[at]) << at;
}

TEST(YamlSourceTest, ANodesContentIsBehindItsAnchorAndTheCommentsThere) {
  EXPECT_EQ(SkipAnchor("a: &x", 0), 0u);
  EXPECT_EQ(SkipAnchor("&x y", 0), 3u);
  EXPECT_EQ(SkipAnchor("&x#y z", 0), 5u);  // the name is x#y
  EXPECT_EQ(SkipAnchor("[&x]", 1), 3u);
  EXPECT_EQ(SkipAnchor("&x # c\r\n\t # d\n  y", 0), 16u);
  for (const std::string_view text : {"", "&x", "&x \n", "&x # c"}) {
    EXPECT_EQ(SkipAnchor(text, 0), text.size()) << text;
  }
}

TEST(YamlSourceTest, AClosingQuoteIsNeitherEscapedNorDoubled) {
  EXPECT_EQ(FindClosingQuote(R"("a\"\\" ")", 0), 6u);
  EXPECT_EQ(FindClosingQuote("x 'it''s''' '", 2), 10u);
  EXPECT_EQ(FindClosingQuote(R"('\')", 0), 2u);
  EXPECT_EQ(FindClosingQuote(R"("''")", 0), 3u);
  for (const std::string_view text : {"\"", "'", "\"a\\\"", "\"a\\", "'it''"}) {
    EXPECT_EQ(FindClosingQuote(text, 0), text.size()) << text;
  }
}

TEST(YamlSourceTest, TheInnermostThingThatNeverClosesIsFound) {
  EXPECT_EQ(FindUnclosed("[a, {b: c", 0), 4u);
  EXPECT_EQ(FindUnclosed("a: [[b], [c\n", 3), 9u);
  EXPECT_EQ(FindUnclosed("[b, \"c\n]\n", 0), 4u);
  EXPECT_EQ(FindUnclosed("{b:'c}", 0), 3u);
  EXPECT_EQ(FindUnclosed("[b, # ]\n  'it''s ]', \"\\\"]\", it's\n", 0), 0u);
  EXPECT_EQ(FindUnclosed("[b # ]", 0), 0u);
  for (const std::string_view text :
       {"", "[]", "[a, {b: c}] [", "['[', \"{\"]", "[a#b]", "[a # [\n]", "[a}"}) {
    EXPECT_EQ(FindUnclosed(text, 0), std::nullopt) << text;
  }
}

TEST(YamlSourceTest, OnlyATabBeforeTheFirstCharacterIndents) {
  EXPECT_EQ(FindIndentingTab("a\n \tb", 4), 3u);
  EXPECT_EQ(FindIndentingTab("\t\n", 0), 0u);
  EXPECT_EQ(FindIndentingTab("\ta\n  b\tc\n", 7), std::nullopt);
  EXPECT_EQ(FindIndentingTab("", 0), std::nullopt);
}

}  // namespace
}  // namespace chirograph::internal::yaml_source_test
