// SPDX-License-Identifier: Apache-2.0
#include "proto/front_matter.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"

namespace chirograph::front_matter_test {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The canonical form of `document`, or its error as "LINE:COLUMN: message".
std::string Form(std::string_view document) {
  const auto article = ParseDocument(document);
  const auto layout = FindLayout(document);
  EXPECT_EQ(layout.status(), article.status());
  if (!article.ok()) {
    EXPECT_EQ(article.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(PositionOf(article.status()).has_value());
    return DescribeInFile("", article.status()).substr(1);
  }
  const auto form = CanonicalForm(*article);
  EXPECT_TRUE(form.ok()) << form.status();
  return form.value_or("");
}

std::string In(std::string_view document, ByteRange range) {
  return std::string(document.substr(range.begin, range.end - range.begin));
}

TEST(FrontMatterTest, ReadsTheSeed) {
  const std::string document = ReadFile(CHIROGRAPH_TEST_DATA_DIR "/seed/000_c4c37bbcb50daded.txt");
  const auto article = ParseDocument(document);
  ASSERT_TRUE(article.ok()) << DescribeInFile("seed", article.status());
  EXPECT_EQ(article->provider().domain(), "nyoooz.com");
  EXPECT_EQ(article->quality(), 52);
  EXPECT_EQ(article->heat(), -1);
  EXPECT_EQ(article->secured().size(), 389U);
  EXPECT_FALSE(article->has_body());
  EXPECT_FALSE(article->has_extra());
  const auto layout = FindLayout(document);
  ASSERT_TRUE(layout.ok());
  EXPECT_EQ(In(document, layout->secured_lines.value()), "secured: \"" + article->secured() + "\"\n");
}

TEST(FrontMatterTest, FindsTheParts) {
  constexpr std::string_view kDocument = "---\na: 1\n# c\n---\nbody\n---\nmore";
  const auto layout = FindLayout(kDocument);
  ASSERT_TRUE(layout.ok());
  EXPECT_EQ(In(kDocument, layout->front_matter), "a: 1\n# c\n");
  EXPECT_EQ(In(kDocument, layout->body), "body\n---\nmore");
  EXPECT_FALSE(layout->secured_lines.has_value());
  EXPECT_EQ(Form(kDocument), R"({"a":1,"body":"body\n---\nmore"})");
}

TEST(FrontMatterTest, DashesMayHaveBlanksBehindThem) {
  EXPECT_EQ(Form("--- \t\na: 1\n---\t \nb"), R"({"a":1,"body":"b"})");
  EXPECT_EQ(Form("---\r\na: 1\r\n--- \r\nb\r\n"), R"({"a":1,"body":"b\r\n"})");
  EXPECT_EQ(Form("---\na: 1\r\n---\nb"), R"({"a":1,"body":"b"})");
  EXPECT_EQ(Form("---\na: 1\n---"), R"({"a":1})");
  EXPECT_EQ(Form("---\na: 1\n---  "), R"({"a":1})");
}

TEST(FrontMatterTest, MayBeginWithAByteOrderMark) {
  constexpr std::string_view kDocument = "\xEF\xBB\xBF---\nsecured: x\na: 1\n---\n";
  EXPECT_EQ(Form(kDocument), R"({"a":1})");
  const auto layout = FindLayout(kDocument);
  ASSERT_TRUE(layout.ok());
  EXPECT_EQ(In(kDocument, layout->front_matter), "secured: x\na: 1\n");
  EXPECT_EQ(In(kDocument, layout->secured_lines.value()), "secured: x\n");
}

TEST(FrontMatterTest, OnlyAWholeLineOfThreeDashesEndsIt) {
  EXPECT_EQ(Form("---\na: |\n  ---\nb: \"x\n  ---\"\n----: c\n---d: e\n---\n"),
            R"({"----":"c","---d":"e","a":"---\n","b":"x ---"})");
}

TEST(FrontMatterTest, KeepsEveryByteOfTheBody) {
  EXPECT_EQ(Form(std::string_view("---\na: 1\n---\n\n \0\x01\x7F\xC2\x80\xEF\xBB\xBF\r", 24)),
            std::string("{\"a\":1,\"body\":\"\\n \\u0000\\u0001\x7F\xC2\x80\xEF\xBB\xBF\\r\"}"));
  EXPECT_EQ(Form("---\na: 1\n---\n \t\r\n\n"), R"({"a":1})");
}

TEST(FrontMatterTest, RefusesWhatHasNoFrontMatter) {
  const std::string expected =
      "1:1: expected a line of three dashes, then front matter, then such a line again";
  EXPECT_EQ(Form(""), expected);
  EXPECT_EQ(Form("a: 1\n"), expected);
  EXPECT_EQ(Form("\n---\na: 1\n---\n"), expected);
  EXPECT_EQ(Form(" ---\na: 1\n---\n"), expected);
  EXPECT_EQ(Form("----\na: 1\n---\n"), expected);
  EXPECT_EQ(Form("--- # c\na: 1\n---\n"), expected);
  EXPECT_EQ(Form("---\ra: 1\r---\r"), expected);
  EXPECT_EQ(Form("\xEF\xBB\xBF\xEF\xBB\xBF---\na: 1\n---\n"), expected);
}

TEST(FrontMatterTest, RefusesFrontMatterThatNeverEnds) {
  const std::string expected =
      "1:1: the front matter that begins here never ends: expected a second line of three dashes";
  EXPECT_EQ(Form("---"), expected);
  EXPECT_EQ(Form("---\n"), expected);
  EXPECT_EQ(Form("---\na: 1\n"), expected);
  EXPECT_EQ(Form("---\na: 1\n ---\n"), expected);
  EXPECT_EQ(Form("---\na: 1\n--- x\n"), expected);
  EXPECT_EQ(Form("---\na: 1\n---\r"), expected);
}

TEST(FrontMatterTest, RefusesEmptyFrontMatter) {
  EXPECT_EQ(Form("---\n---\n"), "2:1: expected 'key: value' lines, found none");
  EXPECT_EQ(Form("---\n# c\n---\n"), "2:1: expected 'key: value' lines, found none");
}

TEST(FrontMatterTest, CountsLinesFromTheDocumentsFirst) {
  EXPECT_EQ(Form("---\na: 1\na: 2\n---\n"), "3:1: the key \"a\" is on line 2 already");
  EXPECT_EQ(Form("\xEF\xBB\xBF---\r\né: [x, 1e999]\r\n---\r\n"),
            "2:8: a number must be finite and within a double's range: quote it to make it text");
  EXPECT_EQ(Form("---\na: 1\n...\n---\n").substr(0, 5), "3:1: ");
  EXPECT_EQ(Form("---\n\xEF\xBB\xBF"
                 "a: 1\n---\n")
                .substr(0, 5),
            "2:1: ");
}

TEST(FrontMatterTest, RefusesABodyThatIsNotUtf8) {
  EXPECT_EQ(Form("---\na: 1\n---\nb\nüb\xFF\n"), "5:3: the byte 0xFF is not UTF-8 here");
  EXPECT_EQ(Form("---\na: \xFF\n---\nb\xFF\n"), "2:4: the byte 0xFF is not UTF-8 here");
}

TEST(FrontMatterTest, RefusesABodyKeyAndASecuredCollection) {
  EXPECT_EQ(Form("---\na: 1\nbody: x\n---\n").substr(0, 5), "3:1: ");
  EXPECT_EQ(Form("---\nsecured: [x]\n---\n").substr(0, 6), "2:10: ");
  EXPECT_EQ(Form("---\nsecured:\n  x: y\n---\n").substr(0, 5), "3:3: ");
  EXPECT_EQ(Form("---\na: &x [1]\nsecured: *x\n---\n").substr(0, 6), "3:10: ");
}

TEST(FrontMatterTest, TakesDocumentsUpToTheLimits) {
  const std::string edge = "---\na: \"" + std::string(limits::kMaxFrontMatterBytes - 6, 'x') + "\"\n---\n";
  EXPECT_TRUE(ParseDocument(edge).ok());
  EXPECT_EQ(Form("---\na: \"" + std::string(limits::kMaxFrontMatterBytes - 5, 'x') + "\"\n---\n"),
            "2:1: the front matter has 1048577 bytes; at most 1048576 are allowed");
  std::string document = "---\na: 1\n---\n";
  document.append(limits::kMaxSourceDocumentBytes - document.size(), 'x');
  EXPECT_TRUE(ParseDocument(document).ok());
  EXPECT_EQ(Form(document + "x"), "1:1: the document has 1572865 bytes; at most 1572864 are allowed");
}

TEST(FrontMatterTest, SecuredIsAScalarsTextAsItStands) {
  const auto secured = [](std::string_view value) {
    const auto article = ParseDocument(fmt::format("---\nsecured: {}\n---\n", value));
    EXPECT_TRUE(article.ok());
    return !article.ok() || !article->has_secured() ? "absent" : article->secured();
  };
  EXPECT_EQ(secured("0x1F"), "0x1F");
  EXPECT_EQ(secured("1.50"), "1.50");
  EXPECT_EQ(secured("True"), "True");
  EXPECT_EQ(secured("'null'"), "null");
  EXPECT_EQ(secured("~"), "absent");
  EXPECT_EQ(secured("\"\""), "absent");
}

// One layout of `secured`, between `before` and `after`; "\n" stands for any line end.
struct SecuredCase {
  std::string_view name;
  std::string_view before;
  std::string_view lines;
  std::string_view after;
};

void PrintTo(const SecuredCase& value, std::ostream* out) { *out << value.name; }

class SecuredLinesTest : public testing::TestWithParam<SecuredCase> {};

std::string WithLineEnds(std::string_view text, std::string_view line_end) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string(line_end) : std::string(1, c);
  return out;
}

TEST_P(SecuredLinesTest, AreWholeLinesThatCanBeReplaced) {
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const std::string before = WithLineEnds(fmt::format("---\n{}", GetParam().before), line_end);
    const std::string lines = WithLineEnds(GetParam().lines, line_end);
    const std::string after = WithLineEnds(fmt::format("{}---\nbody: \"\n", GetParam().after), line_end);
    const std::string document = before + lines + after;
    const auto layout = FindLayout(document);
    ASSERT_TRUE(layout.ok()) << DescribeInFile("document", layout.status());
    ASSERT_TRUE(layout->secured_lines.has_value());
    EXPECT_EQ(In(document, *layout->secured_lines), lines);
    EXPECT_EQ(layout->secured_lines->begin, before.size());
    // As a signer does it.
    const std::string signed_document = before + "secured: \"new\"" + std::string(line_end) + after;
    const auto article = ParseDocument(signed_document);
    ASSERT_TRUE(article.ok()) << DescribeInFile("document", article.status());
    EXPECT_EQ(article->secured(), "new");
    EXPECT_EQ(Form(signed_document), Form(document));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, SecuredLinesTest,
    testing::Values(
        SecuredCase{"Only", "", "secured: x\n", ""}, SecuredCase{"First", "", "secured: x\n", "a: 1\n"},
        SecuredCase{"Last", "a: 1\n", "secured: x\n", ""},
        SecuredCase{"CommentOnTheLine", "a: 1\n", "secured: x # c\n", "b: 2\n"},
        SecuredCase{"CommentsAfter", "a: 1\n", "secured: x\n", "\n# c\n  # d\n\nb: 2\n"},
        SecuredCase{"CommentsAtTheEnd", "a: 1\n", "secured: x\n", "\n# c\n\n"},
        SecuredCase{"CommentsBefore", "a: 1\n# c\n\n", "secured: x\n", "b: 2\n"},
        SecuredCase{"NonAsciiBefore", "é: ü😀\n", "secured: \"ü😀\"\n", "# é\nb: 2\n"},
        SecuredCase{"QuotedKey", "a: 1\n", "\"secured\" :   x\n", "b: 2\n"},
        SecuredCase{"EscapedKey", "a: 1\n", "\"\\x73ecured\": x\n", "b: 2\n"},
        SecuredCase{"AnchoredKey", "a: 1\n", "&k secured: x\n", "b: 2\n"},
        SecuredCase{"AnchoredValue", "a: 1\n", "secured: &v \"x\n  # y\"\n", "# c\nb: 2\n"},
        SecuredCase{"AnchorOnItsOwnLine", "a: 1\n", "secured: &v # c\n  # d\n  'x'\n", "b: 2\n"},
        SecuredCase{"Alias", "a: &v x\n", "secured: *v\n", "# c\nb: 2\n"},
        SecuredCase{"AliasOnTheNextLine", "a: &v x\n", "secured:\n  *v\n", "# c\nb: 2\n"},
        SecuredCase{"Empty", "a: 1\n", "secured:\n", "b: 2\n"},
        SecuredCase{"EmptyWithQuotedKey", "a: 1\n", "'secured':\n", "# it's\nb: 'x'\n"},
        SecuredCase{"EmptyAtTheEnd", "a: 1\n", "secured:\n", "# c\n"},
        SecuredCase{"EmptyWithAnchor", "a: 1\n", "secured:\n  &v\n", "# c\nb: 2\n"},
        SecuredCase{"Null", "a: 1\n", "secured: null\n", "b: 2\n"},
        SecuredCase{"NullOnTheNextLine", "a: 1\n", "secured: # c\n  ~\n", "# d\nb: 2\n"},
        SecuredCase{"Number", "a: 1\n", "secured: 17\n", "b: 2\n"},
        SecuredCase{"OnTheNextLine", "a: 1\n", "secured:\n\n  # c\n  x\n", "b: 2\n"},
        SecuredCase{"PlainOnManyLines", "a: 1\n", "secured: x\n  y\n\n  z # c\n", "# d\n  # e\nb: 2\n"},
        SecuredCase{"DoubleQuotedOnManyLines", "a: 1\n", "secured: \"x\n# y\n\n b: \\\" \\\n'\n # z\"\n",
                    "# c\nb: 2\n"},
        SecuredCase{"SingleQuotedOnManyLines", "a: 1\n", "secured: 'x\n# y''\n\n b: \"\n\n # \\' # c\n",
                    "# d\nb: 2\n"},
        SecuredCase{"DoubleQuotedEndingInABackslash", "a: 1\n", "secured: \"x\\\\\"\n", "# \"\nb: 2\n"},
        SecuredCase{"Literal", "a: 1\n", "secured: |\n  x\n\n  # y\n   # z\n", "\n # c\n# d\nb: 2\n"},
        SecuredCase{"LiteralThatKeepsLineEnds", "a: 1\n", "secured: |+\n  x\n", "\n\nb: 2\n"},
        SecuredCase{"Folded", "a: 1\n", "secured: >- # c\n\n x\n # y\n", "# c\nb: 2\n"},
        SecuredCase{"LiteralWithIndentation", "a: 1\n", "secured: |2-\n    x\n  # y\n", " # c\nb: 2\n"},
        SecuredCase{"LiteralOfHashes", "a: 1\n", "secured: |\n # x\n # y\n", "# c\nb: 2\n"},
        SecuredCase{"EmptyLiteral", "a: 1\n", "secured: |\n", "\n# c\nb: 2\n"},
        SecuredCase{"LiteralAtTheEnd", "a: 1\n", "secured: |\n  x\n", "# c\n"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(FrontMatterTest, ASecuredKeyFurtherDownIsNone) {
  const auto layout = FindLayout("---\nrelated:\n- secured: x\nprovider: {secured: y}\n---\nsecured: z\n");
  ASSERT_TRUE(layout.ok());
  EXPECT_FALSE(layout->secured_lines.has_value());
}

}  // namespace
}  // namespace chirograph::front_matter_test
