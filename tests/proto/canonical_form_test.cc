// SPDX-License-Identifier: Apache-2.0
#include "proto/canonical_form.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "tests/proto/json_members.h"

namespace chirograph::canonical_form_test {
namespace {

using google::protobuf::Value;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string FormOf(const v1::Article& article) {
  const auto form = CanonicalForm(article);
  EXPECT_TRUE(form.ok()) << form.status();
  return form.value_or("");
}

Value Text(std::string_view text) {
  Value value;
  value.set_string_value(std::string(text));
  return value;
}

v1::Article WithExtra(const std::string& key, Value value) {
  v1::Article article;
  (*article.mutable_extra()->mutable_fields())[key] = std::move(value);
  return article;
}

// The canonical form of an article that is `text` under the key "k".
std::string Escaped(std::string_view text) { return FormOf(WithExtra("k", Text(text))); }

TEST(CanonicalFormTest, AnEmptyArticleIsAnEmptyObject) { EXPECT_EQ(FormOf(v1::Article()), "{}"); }

TEST(CanonicalFormTest, WritesEveryField) {
  constexpr std::string_view kShared =
      R"("ampWebUrl":"a",%)"
      R"("category":"n","cdnAmpWebUrl":"c","excerpt":"e","heat":-1,"images":[{"height":360,"isCached":true,)"
      R"("url":"u","width":530},{}],"originalUrl":"o","provider":{"domain":"d","name":"p"},"published":false,)"
      R"("publishedDateTime":"2021-02-14T15:21:00.500Z","quality":52,%"title":"t","topics":["x",""],)"
      R"("type":"article","webUrl":"w")";
  const auto with = [&](std::string_view body, std::string_view related) {
    std::string text(kShared);
    text.replace(text.find('%'), 1, body);
    return text.replace(text.find('%'), 1, related);
  };
  const std::string form = fmt::format(
      "{{{}}}", with(R"("body":"b\n",)", fmt::format(R"("related":[{{{}}},{{}}],)", with("", ""))));
  const auto article = ArticleOfJson(form);
  ASSERT_TRUE(article.ok());
  EXPECT_FALSE(article->has_extra());
  EXPECT_FALSE(article->related(0).has_extra());
  EXPECT_EQ(FormOf(*article), form);
}

TEST(CanonicalFormTest, ReplacesWhatTheStringHeldAndReusesItsMemory) {
  v1::Article article;
  article.set_title("t");
  std::string out(100'000, 'x');
  const char* const memory = out.data();
  ASSERT_TRUE(WriteCanonicalForm(article, &out).ok());
  EXPECT_EQ(out, R"({"title":"t"})");
  EXPECT_EQ(out.data(), memory);
}

TEST(CanonicalFormTest, GrowsFromAnyStringToAnyLength) {
  for (std::size_t had = 0; had < 64; had += 3) {
    for (std::size_t length = 0; length < 70; ++length) {
      v1::Article article;
      article.set_title(std::string(length, '\x01'));
      std::string out(had, 'x');
      ASSERT_TRUE(WriteCanonicalForm(article, &out).ok());
      ASSERT_EQ(out.size(), 12 + 6 * length);
    }
  }
}

TEST(CanonicalFormTest, LeavesOutSecured) {
  v1::Article article;
  article.set_title("t");
  article.set_secured("abc;def");
  EXPECT_EQ(FormOf(article), R"({"title":"t"})");
  article.set_secured("");
  EXPECT_EQ(FormOf(article), R"({"title":"t"})");
}

TEST(CanonicalFormTest, EscapesWhatJsonMustAndNothingElse) {
  EXPECT_EQ(Escaped("\b\t\n\f\r\"\\"), R"({"k":"\b\t\n\f\r\"\\"})");
  EXPECT_EQ(Escaped(std::string_view("\0\x01\x0b\x1f", 4)), R"({"k":"\u0000\u0001\u000b\u001f"})");
  EXPECT_EQ(Escaped("/<>&'\x7F\xC2\x80\xE2\x80\xA8\xF0\x9F\x98\x82"),
            "{\"k\":\"/<>&'\x7F\xC2\x80\xE2\x80\xA8\xF0\x9F\x98\x82\"}");
}

// The scan takes eight bytes at a time: each kind of byte at each place of each length.
TEST(CanonicalFormTest, EscapesAtEveryPlace) {
  const std::vector<std::pair<std::string, std::string>> pairs = {{"\"", "\\\""},
                                                                  {"\\", "\\\\"},
                                                                  {"\n", "\\n"},
                                                                  {std::string(1, '\0'), "\\u0000"},
                                                                  {"\x1F", "\\u001f"},
                                                                  {" ", " "},
                                                                  {"\x7F", "\x7F"},
                                                                  {"!", "!"},
                                                                  {"\xC3\xB6", "\xC3\xB6"},
                                                                  {"[", "["},
                                                                  {"\xEF\xBF\xBF", "\xEF\xBF\xBF"}};
  for (const auto& [raw, escaped] : pairs) {
    for (std::size_t before = 0; before < 20; ++before) {
      for (std::size_t after = 0; after < 20; ++after) {
        const std::string head(before, 'h');
        const std::string tail(after, 't');
        ASSERT_EQ(Escaped(head + raw + tail), fmt::format(R"({{"k":"{}{}{}"}})", head, escaped, tail));
        ASSERT_EQ(Escaped(head + raw + raw + tail),
                  fmt::format(R"({{"k":"{}{}{}{}"}})", head, escaped, escaped, tail));
      }
    }
  }
}

TEST(CanonicalFormTest, RefusesBytesThatAreNotUtf8AtEveryPlace) {
  for (const std::string_view bad :
       {"\x80",         "\xBF",          "\xC0\x80",         "\xC1\xBF",         "\xC3",
        "\xC3(",        "\xE0\x80\x80",  "\xE0\x9F\xBF",     "\xE2\x82",         "\xE2\x82(",
        "\xE2(\xA1",    "\xED\xA0\x80",  "\xED\xBF\xBF",     "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x98", "\xF0\x9F(\x82", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE",
        "\xFF"}) {
    for (std::size_t before = 0; before < 10; ++before) {
      for (const std::size_t after : {0u, 1u, 9u}) {
        const std::string text = std::string(before, 'h') + std::string(bad) + std::string(after, 't');
        ASSERT_FALSE(CanonicalForm(WithExtra("k", Text(text))).ok()) << before;
      }
    }
  }
}

TEST(CanonicalFormTest, SortsKeysByUtf16CodeUnits) {
  v1::Article article;
  article.set_title("t");
  article.set_category("c");
  for (const char* key :
       {"\xEF\xAC\xB3", "\xF0\x9F\x98\x82", "\xEE\x80\x80", "\xED\x9F\xBF", "\xC3\xB6", "", "a", "titles",
        "titl", "Z", "zz", "category2", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF"}) {
    (*article.mutable_extra()->mutable_fields())[key].set_bool_value(true);
  }
  EXPECT_EQ(
      FormOf(article),
      "{\"\":true,\"Z\":true,\"a\":true,\"category\":\"c\",\"category2\":true,\"titl\":true,\"title\":\"t\","
      "\"titles\":true,\"zz\":true,\"\xC3\xB6\":true,\"\xED\x9F\xBF\":true,\"\xF0\x9F\x98\x82\":true,"
      "\"\xF4\x8F\xBF\xBF\":true,\"\xEE\x80\x80\":true,\"\xEF\xAC\xB3\":true,\"\xEF\xBF\xBF\":true}");
}

TEST(CanonicalFormTest, MergesMisfitsUnderTypedNamesIntoTheOrder) {
  const std::string form =
      R"({"ampWebUrl":1,"body":"b","category":null,"heat":0.5,"images":[],"provider":{"aa":1,"domain":2,)"
      R"("name":"n","z":3},"quality":"q","related":[],"title":"t","topics":{},"webUrl":[null],"zz":{}})";
  EXPECT_EQ(FormOf(ArticleOfJson(form).value()), form);
}

TEST(CanonicalFormTest, SortsNestedMappings) {
  const std::string form = R"({"x":[{"a":{"b":1,"c":2},"b":[]},"s",null,true,false,-1.5e-9]})";
  EXPECT_EQ(FormOf(ArticleOfJson(form).value()), form);
}

TEST(CanonicalFormTest, AgreesWithTheRfcsTestFiles) {
  const std::filesystem::path folder = CHIROGRAPH_SHARED_DIR "/vectors/jcs";
  if (!std::filesystem::exists(folder / "input")) GTEST_SKIP() << folder << " is not there";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "input")) {
    Value value;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ReadFile(entry.path()), &value).ok());
    const std::string output = ReadFile(folder / "output" / entry.path().filename());
    EXPECT_EQ(FormOf(WithExtra("x", value)), fmt::format(R"({{"x":{}}})", output)) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 6);
}

// tests/data has a copy of the vectors, so that a plain clone has them too.
std::filesystem::path SecuredVectors() {
  for (const char* folder : {CHIROGRAPH_TEST_DATA_DIR "/secured", CHIROGRAPH_SHARED_DIR "/vectors/secured"}) {
    if (std::filesystem::exists(std::filesystem::path(folder) / "manifest.json")) return folder;
  }
  return {};
}

TEST(CanonicalFormTest, WritesTheBytesOfEverySecuredVector) {
  const std::filesystem::path folder = SecuredVectors();
  if (folder.empty()) GTEST_SKIP() << "vectors/secured is not there";
  const auto manifest = nlohmann::json::parse(ReadFile(folder / "manifest.json"));
  int count = 0;
  for (const auto& vector : manifest["cases"]) {
    if (!vector.contains("canonical_sha256")) continue;
    const auto name = vector["name"].get<std::string>();
    const std::string form = ReadFile(folder / (name + ".canonical.json"));
    const auto article = ArticleOfJson(form);
    ASSERT_TRUE(article.ok()) << name << ": " << article.status();
    EXPECT_EQ(FormOf(*article), form) << name;
    EXPECT_EQ(ToHex(Sha256(FormOf(*article))), vector["canonical_sha256"]) << name;
    ++count;
  }
  EXPECT_EQ(count, 58);
}

TEST(CanonicalFormTest, SecuredBodyAndRelatedAreOrdinaryKeysOfARelatedArticle) {
  const std::string form =
      R"({"related":[{"body":"b","related":[{"related":[{}],"title":"t"}],"secured":"s"}]})";
  EXPECT_EQ(FormOf(ArticleOfJson(form).value()), form);
}

TEST(CanonicalFormTest, ATimeOfZeroIsATime) {
  v1::Article article;
  article.mutable_published_date_time();
  EXPECT_EQ(FormOf(article), R"({"publishedDateTime":"1970-01-01T00:00:00Z"})");
}

}  // namespace
}  // namespace chirograph::canonical_form_test
