// SPDX-License-Identifier: Apache-2.0
#include "proto/canonical_form.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "tests/proto/json_members.h"

namespace chirograph {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using ::testing::HasSubstr;
using ::testing::StartsWith;

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

Value Number(double number) {
  Value value;
  value.set_number_value(number);
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

// An article with something in every place that the tests below spoil.
v1::Article Full() {
  return ArticleOfJson(R"({
    "title": "t", "publishedDateTime": "2021-02-14T15:21:00Z", "quality": 1, "body": "b", "topics": ["x", "y"],
    "provider": {"domain": "d", "since": 2001}, "images": [{"url": "u"}, {"width": 1, "alt": "a"}], "more": [1, {"deep": [2]}],
    "related": [{}, {"title": "t"}, {"provider": {"name": "n"}, "images": [{}, {"isCached": true}], "key": {"inner": 3},
                 "publishedDateTime": "2021-02-14T15:21:00Z"}]})")
      .value();
}

struct Spoilt {
  std::string where;  // what the error begins with
  std::string what;   // and what it says
  std::function<void(v1::Article&)> spoil;
};

void ExpectRefused(const std::vector<Spoilt>& list) {
  for (const Spoilt& spoilt : list) {
    v1::Article article = Full();
    spoilt.spoil(article);
    std::string out;
    const absl::Status status = WriteCanonicalForm(article, &out);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << spoilt.where;
    const std::string message(status.message().data(), status.message().size());
    EXPECT_THAT(message, StartsWith(spoilt.where));
    EXPECT_THAT(message, HasSubstr(spoilt.what)) << spoilt.where;
  }
}

auto& Fields(Struct* members) { return *members->mutable_fields(); }

void AddUnknown(google::protobuf::Message* message) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(99, 1);
}

using Article = v1::Article;

TEST(CanonicalFormTest, TheFullArticleIsAccepted) { EXPECT_TRUE(CanonicalForm(Full()).ok()); }

TEST(CanonicalFormTest, RefusesExtrasThatFitATypedField) {
  const auto in_extra = [](std::string key, Value value) {
    return [key, value](Article& a) { Fields(a.mutable_extra())[key] = value; };
  };
  Value mapping;
  mapping.mutable_struct_value();
  Value texts;
  *texts.mutable_list_value()->add_values() = Text("x");
  Value mappings;
  *mappings.mutable_list_value()->add_values() = mapping;
  Value flag;
  flag.set_bool_value(false);
  // Both where the field is set and where it is not.
  for (const bool cleared : {false, true}) {
    std::vector<Spoilt> list;
    for (const char* name :
         {"category", "title", "excerpt", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type"}) {
      list.push_back({fmt::format("extra.{}: ", name), "fits the field", in_extra(name, Text(""))});
    }
    for (const char* name : {"quality", "heat"}) {
      for (const double number : {0.0, 2147483647.0, -2147483648.0}) {
        list.push_back({fmt::format("extra.{}: ", name), "fits", in_extra(name, Number(number))});
      }
    }
    list.push_back({"extra.published: ", "fits", in_extra("published", flag)});
    list.push_back({"extra.publishedDateTime: ", "fits",
                    in_extra("publishedDateTime", Text("2021-02-14T15:21:00.123Z"))});
    list.push_back({"extra.provider: ", "fits", in_extra("provider", mapping)});
    list.push_back({"extra.topics: ", "fits", in_extra("topics", texts)});
    list.push_back({"extra.images: ", "fits", in_extra("images", mappings)});
    list.push_back({"extra.related: ", "fits", in_extra("related", mappings)});
    if (cleared) {
      for (Spoilt& spoilt : list) {
        spoilt.spoil = [inner = spoilt.spoil](Article& a) {
          a.Clear();
          inner(a);
        };
      }
    }
    ExpectRefused(list);
  }
}

TEST(CanonicalFormTest, RefusesFittingExtrasAtEveryLevel) {
  ExpectRefused({
      {"provider.extra.name: ", "fits",
       [](Article& a) { Fields(a.mutable_provider()->mutable_extra())["name"] = Text("n"); }},
      {"images[1].extra.height: ", "fits",
       [](Article& a) { Fields(a.mutable_images(1)->mutable_extra())["height"] = Number(3); }},
      {"images[0].extra.isCached: ", "fits",
       [](Article& a) { Fields(a.mutable_images(0)->mutable_extra())["isCached"].set_bool_value(true); }},
      {"related[2].extra.quality: ", "fits",
       [](Article& a) { Fields(a.mutable_related(2)->mutable_extra())["quality"] = Number(3); }},
      {"related[2].provider.extra.domain: ", "fits",
       [](Article& a) {
         Fields(a.mutable_related(2)->mutable_provider()->mutable_extra())["domain"] = Text("");
       }},
      {"related[2].images[1].extra.url: ", "fits",
       [](Article& a) {
         Fields(a.mutable_related(2)->mutable_images(1)->mutable_extra())["url"] = Text("u");
       }},
  });
}

TEST(CanonicalFormTest, RefusesKeysThatAreBothTypedAndInExtra) {
  ExpectRefused({
      {"title: ", "both", [](Article& a) { Fields(a.mutable_extra())["title"] = Number(1); }},
      {"topics: ", "both", [](Article& a) { Fields(a.mutable_extra())["topics"].mutable_list_value(); }},
      {"quality: ", "both", [](Article& a) { Fields(a.mutable_extra())["quality"] = Number(0.5); }},
      {"provider.domain: ", "both",
       [](Article& a) { Fields(a.mutable_provider()->mutable_extra())["domain"] = Number(1); }},
      {"related[1].title: ", "both",
       [](Article& a) { Fields(a.mutable_related(1)->mutable_extra())["title"] = Number(1); }},
  });
}

TEST(CanonicalFormTest, RefusesSecuredAndBodyInTheTopExtra) {
  ExpectRefused({
      {"extra.secured: ", "field of the article",
       [](Article& a) { Fields(a.mutable_extra())["secured"] = Text("s"); }},
      {"extra.secured: ", "field of the article",
       [](Article& a) { Fields(a.mutable_extra())["secured"].set_null_value({}); }},
      {"extra.body: ", "field of the article",
       [](Article& a) {
         a.clear_body();
         Fields(a.mutable_extra())["body"] = Text("b");
       }},
      {"extra.body: ", "field of the article",
       [](Article& a) {
         a.clear_body();
         Fields(a.mutable_extra())["body"] = Number(1);
       }},
  });
}

TEST(CanonicalFormTest, SecuredBodyAndRelatedAreOrdinaryKeysOfARelatedArticle) {
  const std::string form =
      R"({"related":[{"body":"b","related":[{"related":[{}],"title":"t"}],"secured":"s"}]})";
  EXPECT_EQ(FormOf(ArticleOfJson(form).value()), form);
}

TEST(CanonicalFormTest, RefusesUnknownFieldsAtAnyDepth) {
  ExpectRefused({
      {"has field 99", "Article", [](Article& a) { AddUnknown(&a); }},
      {"publishedDateTime: ", "99", [](Article& a) { AddUnknown(a.mutable_published_date_time()); }},
      {"provider: ", "99", [](Article& a) { AddUnknown(a.mutable_provider()); }},
      {"images[1]: ", "99", [](Article& a) { AddUnknown(a.mutable_images(1)); }},
      {"related[0]: ", "99", [](Article& a) { AddUnknown(a.mutable_related(0)); }},
      {"related[2].publishedDateTime: ", "99",
       [](Article& a) { AddUnknown(a.mutable_related(2)->mutable_published_date_time()); }},
      {"extra: ", "99", [](Article& a) { AddUnknown(a.mutable_extra()); }},
      {"related[2].extra: ", "99", [](Article& a) { AddUnknown(a.mutable_related(2)->mutable_extra()); }},
      {"extra.more: ", "99", [](Article& a) { AddUnknown(&Fields(a.mutable_extra())["more"]); }},
      {"extra.more: ", "99",
       [](Article& a) { AddUnknown(Fields(a.mutable_extra())["more"].mutable_list_value()); }},
      {"extra.more[0]: ", "99",
       [](Article& a) {
         AddUnknown(Fields(a.mutable_extra())["more"].mutable_list_value()->mutable_values(0));
       }},
      {"extra.more[1]: ", "99",
       [](Article& a) {
         AddUnknown(Fields(a.mutable_extra())["more"]
                        .mutable_list_value()
                        ->mutable_values(1)
                        ->mutable_struct_value());
       }},
      {"related[2].extra.key.inner: ", "99",
       [](Article& a) {
         AddUnknown(
             &Fields(Fields(a.mutable_related(2)->mutable_extra())["key"].mutable_struct_value())["inner"]);
       }},
  });
}

TEST(CanonicalFormTest, RefusesValuesThatNoJsonHas) {
  const auto put = [](Value value) {
    return [value](Article& a) {
      *Fields(a.mutable_extra())["more"].mutable_list_value()->mutable_values(0) = value;
    };
  };
  Value odd_null;
  odd_null.set_null_value(static_cast<google::protobuf::NullValue>(1));
  using Limits = std::numeric_limits<double>;
  ExpectRefused({
      {"extra.more[0]: ", "without a kind", put(Value())},
      {"extra.more[0]: ", "null", put(odd_null)},
      {"extra.more[0]: ", "finite", put(Number(Limits::quiet_NaN()))},
      {"extra.more[0]: ", "finite", put(Number(Limits::infinity()))},
      {"extra.more[0]: ", "finite", put(Number(-Limits::infinity()))},
      {"extra.more[0]: ", "-0", put(Number(-0.0))},
      {"extra.new: ", "without a kind", [](Article& a) { Fields(a.mutable_extra())["new"]; }},
      {"extra.quality: ", "finite",
       [](Article& a) {
         a.clear_quality();
         Fields(a.mutable_extra())["quality"] = Number(Limits::quiet_NaN());
       }},
  });
}

TEST(CanonicalFormTest, RefusesTimesOutOfRange) {
  const auto set = [](std::int64_t seconds, std::int32_t nanos) {
    return [=](Article& a) {
      a.mutable_published_date_time()->set_seconds(seconds);
      a.mutable_published_date_time()->set_nanos(nanos);
    };
  };
  ExpectRefused({
      {"publishedDateTime: ", "out of range", set(-62135596801, 0)},
      {"publishedDateTime: ", "out of range", set(253402300800, 0)},
      {"publishedDateTime: ", "out of range", set(0, -1)},
      {"publishedDateTime: ", "out of range", set(0, 1'000'000'000)},
      {"related[2].publishedDateTime: ", "out of range",
       [](Article& a) { a.mutable_related(2)->mutable_published_date_time()->set_nanos(-1); }},
  });
  v1::Article article;
  article.mutable_published_date_time();
  EXPECT_EQ(FormOf(article), R"({"publishedDateTime":"1970-01-01T00:00:00Z"})");
}

TEST(CanonicalFormTest, RefusesBlankBodies) {
  ExpectRefused({
      {"body: ", "white space", [](Article& a) { a.set_body(""); }},
      {"body: ", "white space", [](Article& a) { a.set_body(" \t\r\n"); }},
  });
}

TEST(CanonicalFormTest, RefusesAnEmptyExtra) {
  ExpectRefused({
      {"extra: ", "empty", [](Article& a) { a.mutable_extra()->clear_fields(); }},
      {"images[0].extra: ", "empty", [](Article& a) { a.mutable_images(0)->mutable_extra(); }},
      {"provider.extra: ", "empty",
       [](Article& a) { a.mutable_provider()->mutable_extra()->clear_fields(); }},
      {"related[0].extra: ", "empty", [](Article& a) { a.mutable_related(0)->mutable_extra(); }},
  });
}

TEST(CanonicalFormTest, RefusesTextThatIsNotUtf8) {
  ExpectRefused({
      {"title: ", "UTF-8", [](Article& a) { a.set_title("\xFF"); }},
      {"body: ", "UTF-8", [](Article& a) { a.set_body("text \xED\xA0\x80"); }},
      {"secured: ", "UTF-8", [](Article& a) { a.set_secured("\x80"); }},
      {"secured: ", "UTF-8", [](Article& a) { a.set_secured("0123456789abcdef\x80"); }},
      {"topics[1]: ", "UTF-8", [](Article& a) { a.set_topics(1, "\xC3"); }},
      {"images[0].url: ", "UTF-8", [](Article& a) { a.mutable_images(0)->set_url("\xC0\xAF"); }},
      {"related[1].title: ", "UTF-8", [](Article& a) { a.mutable_related(1)->set_title("\xF5"); }},
      {"extra.more[0]: ", "UTF-8",
       [](Article& a) {
         *Fields(a.mutable_extra())["more"].mutable_list_value()->mutable_values(0) = Text("\xFF");
       }},
      {"extra[\"\\xff\"]: ", "the key is not UTF-8",
       [](Article& a) { Fields(a.mutable_extra())["\xFF"] = Text("x"); }},
      {"related[2].extra.key[\"a\\x80\"]: ", "the key is not UTF-8",
       [](Article& a) {
         Fields(Fields(a.mutable_related(2)->mutable_extra())["key"].mutable_struct_value())["a\x80"] =
             Text("x");
       }},
  });
}

TEST(CanonicalFormTest, ShowsOddKeysSoThatAPersonCanReadThem) {
  const auto with = [](std::string key) { return [key](Article& a) { Fields(a.mutable_extra())[key]; }; };
  ExpectRefused({
      {"extra.a_b-C9: ", "kind", with("a_b-C9")},
      {"extra[\"a.b\"]: ", "kind", with("a.b")},
      {"extra[\"\"]: ", "kind", with("")},
      {"extra[\"\\x1b[2J\\x22\\x5c\\x0a\"]: ", "kind", with("\x1B[2J\"\\\n")},
      {fmt::format("extra[\"{}\"...]: ", std::string(64, 'k')), "kind", with(std::string(5000, 'k'))},
  });
}

// A list in a list, `lists` of them.
Value Nested(int lists) {
  Value value;
  value.mutable_list_value();
  for (int i = 1; i < lists; ++i) {
    Value outer;
    *outer.mutable_list_value()->add_values() = value;
    value = outer;
  }
  return value;
}

// The same in mappings, under the key "k".
Value NestedMappings(int mappings) {
  Value value;
  value.mutable_struct_value();
  for (int i = 1; i < mappings; ++i) {
    Value outer;
    Fields(outer.mutable_struct_value())["k"] = value;
    value = outer;
  }
  return value;
}

TEST(CanonicalFormTest, NestsToSixteenLevels) {
  // At the top, level 1, in a provider, 2, an image, 3, and an image of a related article, 5.
  const std::vector<std::pair<int, std::function<Struct*(Article&)>>> places = {
      {1, [](Article& a) { return a.mutable_extra(); }},
      {2, [](Article& a) { return a.mutable_provider()->mutable_extra(); }},
      {3, [](Article& a) { return a.mutable_images(0)->mutable_extra(); }},
      {3, [](Article& a) { return a.mutable_related(0)->mutable_extra(); }},
      {4, [](Article& a) { return a.mutable_related(2)->mutable_provider()->mutable_extra(); }},
      {5, [](Article& a) { return a.mutable_related(2)->mutable_images(1)->mutable_extra(); }}};
  for (const auto& [level, extra_of] : places) {
    for (const auto& nested : {Nested, NestedMappings}) {
      const int room = limits::kMaxNesting - level;
      Article fits = Full();
      Fields(extra_of(fits))["x"] = nested(room);
      EXPECT_TRUE(CanonicalForm(fits).ok()) << level;
      Article too_deep = Full();
      Fields(extra_of(too_deep))["x"] = nested(room + 1);
      EXPECT_THAT(CanonicalForm(too_deep).status().ToString(), HasSubstr("nested past 16 levels")) << level;
    }
  }
  ExpectRefused({{"extra.x[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: ", "nested past 16 levels",
                  [](Article& a) { Fields(a.mutable_extra())["x"] = Nested(20); }}});
}

// An article whose canonical form has `bytes`.
v1::Article OfSize(std::size_t bytes) {
  v1::Article article;
  article.set_title("t");
  article.set_body(std::string(bytes - std::string_view(R"({"body":"","title":"t"})").size(), 'b'));
  return article;
}

TEST(CanonicalFormTest, TakesAFormOfExactlyTheLimit) {
  for (const std::size_t had : {std::size_t{0}, limits::kMaxCanonicalFormBytes + 1000}) {
    std::string out(had, 'x');
    for (std::size_t under = 0; under < 20; ++under) {
      ASSERT_TRUE(WriteCanonicalForm(OfSize(limits::kMaxCanonicalFormBytes - under), &out).ok()) << under;
      ASSERT_EQ(out.size(), limits::kMaxCanonicalFormBytes - under);
    }
    for (std::size_t over = 1; over < 70; ++over) {
      const absl::Status status = WriteCanonicalForm(OfSize(limits::kMaxCanonicalFormBytes + over), &out);
      ASSERT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << over;
    }
  }
}

TEST(CanonicalFormTest, StopsBeforeAnOversizedFormFillsMemory) {
  v1::Article escapes;
  escapes.set_body(std::string(limits::kMaxCanonicalFormBytes - 100, '\x01'));
  v1::Article nulls;
  Value& list = Fields(nulls.mutable_extra())["x"];
  for (int i = 0; i < 500'000; ++i) list.mutable_list_value()->add_values()->set_null_value({});
  v1::Article huge;
  huge.set_title(std::string(20'000'000, 't'));
  v1::Article keys;
  Fields(keys.mutable_extra())[std::string(2'000'000, '\n')].set_bool_value(true);
  for (const v1::Article& article : {escapes, nulls, huge, keys}) {
    std::string out;
    const absl::Status status = WriteCanonicalForm(article, &out);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(status.ToString(), HasSubstr("1835008 bytes"));
    EXPECT_LT(out.capacity(), 2 * limits::kMaxCanonicalFormBytes);
  }
}

}  // namespace
}  // namespace chirograph
