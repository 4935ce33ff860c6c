// SPDX-License-Identifier: Apache-2.0
//
// Every way in which a message can fail to be the message of its canonical form.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/proto/json_members.h"

namespace chirograph::canonical_form_refusal_test {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using ::testing::HasSubstr;
using ::testing::StartsWith;

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

TEST(CanonicalFormRefusalTest, TheFullArticleIsAccepted) { EXPECT_TRUE(CanonicalForm(Full()).ok()); }

TEST(CanonicalFormRefusalTest, RefusesExtrasThatFitATypedField) {
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

TEST(CanonicalFormRefusalTest, RefusesFittingExtrasAtEveryLevel) {
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

TEST(CanonicalFormRefusalTest, RefusesKeysThatAreBothTypedAndInExtra) {
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

TEST(CanonicalFormRefusalTest, RefusesSecuredAndBodyInTheTopExtra) {
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

TEST(CanonicalFormRefusalTest, RefusesUnknownFieldsAtAnyDepth) {
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

TEST(CanonicalFormRefusalTest, RefusesValuesThatNoJsonHas) {
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

TEST(CanonicalFormRefusalTest, RefusesTimesOutOfRange) {
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
}

TEST(CanonicalFormRefusalTest, RefusesBlankBodies) {
  ExpectRefused({
      {"body: ", "white space", [](Article& a) { a.set_body(""); }},
      {"body: ", "white space", [](Article& a) { a.set_body(" \t\r\n"); }},
  });
}

TEST(CanonicalFormRefusalTest, RefusesAnEmptyExtra) {
  ExpectRefused({
      {"extra: ", "empty", [](Article& a) { a.mutable_extra()->clear_fields(); }},
      {"images[0].extra: ", "empty", [](Article& a) { a.mutable_images(0)->mutable_extra(); }},
      {"provider.extra: ", "empty",
       [](Article& a) { a.mutable_provider()->mutable_extra()->clear_fields(); }},
      {"related[0].extra: ", "empty", [](Article& a) { a.mutable_related(0)->mutable_extra(); }},
  });
}

TEST(CanonicalFormRefusalTest, RefusesTextThatIsNotUtf8) {
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

TEST(CanonicalFormRefusalTest, ShowsOddKeysSoThatAPersonCanReadThem) {
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

TEST(CanonicalFormRefusalTest, NestsToSixteenLevels) {
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

TEST(CanonicalFormRefusalTest, TakesAFormOfExactlyTheLimit) {
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

// --- Nodes ---

// An article of `nodes` keys and values, all but a few of which `add` puts in, one at a time.
v1::Article OfNodes(std::size_t nodes, std::size_t before,
                    const std::function<void(v1::Article&, std::size_t)>& add) {
  v1::Article article;
  for (std::size_t i = 0; i < nodes - before; ++i) add(article, i);
  return article;
}

TEST(CanonicalFormRefusalTest, TakesExactlyTheLimitOfKeysAndValuesInEveryPlace) {
  const auto related = [](v1::Article& a, std::size_t) { a.add_related(); };
  const auto image = [](v1::Article& a, std::size_t i) {
    i == 0 ? a.add_related()->add_images() : a.mutable_related(0)->add_images();
  };
  const auto topic = [](v1::Article& a, std::size_t) { a.add_topics(); };
  const auto value = [](v1::Article& a, std::size_t) {
    Fields(a.mutable_extra())["x"].mutable_list_value()->add_values()->set_bool_value(true);
  };
  const auto member = [](v1::Article& a, std::size_t i) {
    // A key and a value at every second.
    if (i % 2 == 1)
      Fields(Fields(a.mutable_extra())["x"].mutable_struct_value())[std::to_string(i)].mutable_list_value();
  };
  const std::vector<std::pair<std::size_t, std::function<void(v1::Article&, std::size_t)>>> kinds = {
      // What is there besides: the article, a key, its list or mapping.
      {3, related},
      {6, image},
      {3, topic},
      {3, value},
      {3, member}};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto& [before, add] = kinds[kind];
    const std::size_t step = kind == 4 ? 2 : 1;
    const std::size_t most = limits::kMaxArticleNodes - (kind == 4 ? 1 : 0);
    std::string out;
    EXPECT_TRUE(WriteCanonicalForm(OfNodes(most, before, add), &out).ok()) << kind;
    const absl::Status status = WriteCanonicalForm(OfNodes(most + step, before, add), &out);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << kind;
    EXPECT_EQ(status.message(), "the article is over the limit of 100000 keys and values") << kind;
  }
}

// 3 bytes each on the wire and in the form, 200 in memory.
TEST(CanonicalFormRefusalTest, RefusesAMessageThatIsLargeInMemoryAlone) {
  v1::Article article;
  for (int i = 0; i < 500'000; ++i) article.add_related();
  ASSERT_LT(article.ByteSizeLong(), limits::kMaxContentBytes);
  EXPECT_EQ(CanonicalForm(article).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(CanonicalFormRefusalTest, CountsAsAFrontMatterDoesAndNotTheBody) {
  std::string document = "---\na:\n";  // with the mapping, the key and the list: 3
  for (std::size_t i = 3; i < limits::kMaxArticleNodes; ++i) document += "- 1\n";
  const absl::StatusOr<v1::Article> article = ParseDocument(document + "---\nbody\n");
  ASSERT_TRUE(article.ok());
  EXPECT_TRUE(CanonicalForm(*article).ok());
  EXPECT_FALSE(ParseDocument(document + "- 1\n---\n").ok());
}

TEST(CanonicalFormRefusalTest, StopsBeforeAnOversizedFormFillsMemory) {
  v1::Article escapes;
  escapes.set_body(std::string(limits::kMaxCanonicalFormBytes - 100, '\x01'));
  v1::Article list;
  for (int i = 0; i < 90'000; ++i) list.add_topics(std::string(25, 't'));
  v1::Article huge;
  huge.set_title(std::string(20'000'000, 't'));
  v1::Article keys;
  Fields(keys.mutable_extra())[std::string(2'000'000, '\n')].set_bool_value(true);
  for (const v1::Article& article : {escapes, list, huge, keys}) {
    std::string out;
    const absl::Status status = WriteCanonicalForm(article, &out);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(status.ToString(), HasSubstr("1835008 bytes"));
    EXPECT_LT(out.capacity(), 2 * limits::kMaxCanonicalFormBytes);
  }
}

}  // namespace
}  // namespace chirograph::canonical_form_refusal_test
