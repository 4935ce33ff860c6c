// SPDX-License-Identifier: Apache-2.0
//
// One canonical form has one message: message -> canonical form -> message is the identity on every
// message that is accepted, whether it was made to be or by accident.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "proto/canonical_form.h"
#include "tests/proto/json_members.h"
#include "tests/proto/random_article.h"
#include "tests/proto/test_seed.h"

namespace chirograph::canonical_form_property_test {
namespace {

using google::protobuf::Struct;

// Bytes that two messages share only if they are equal.
std::string Identity(const v1::Article& article) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  article.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

v1::Article WithoutSecured(v1::Article article) {
  article.clear_secured();
  return article;
}

// Expects of a message that was accepted that its form makes it again.
void ExpectComesBack(const v1::Article& article, const std::string& form) {
  const auto back = ArticleOfJson(form);
  ASSERT_TRUE(back.ok()) << back.status() << "\n" << form;
  ASSERT_EQ(Identity(*back), Identity(WithoutSecured(article))) << article.DebugString() << "\n" << form;
}

TEST(CanonicalFormPropertyTest, RandomArticlesComeBack) {
  std::mt19937_64 random(TestSeed());
  RandomArticles articles(&random);
  std::string form;
  for (int i = 0; i < 4000; ++i) {
    const v1::Article article = articles.Next();
    const absl::Status status = WriteCanonicalForm(article, &form);
    ASSERT_TRUE(status.ok()) << status << "\n" << article.DebugString();
    ExpectComesBack(article, form);
    if (HasFatalFailure()) return;
  }
}

TEST(CanonicalFormPropertyTest, NoTwoRandomArticlesShareAForm) {
  std::mt19937_64 random(TestSeed());
  RandomArticles articles(&random);
  std::map<std::string, std::string> by_form;
  for (int i = 0; i < 4000; ++i) {
    const v1::Article article = articles.Next();
    const std::string identity = Identity(WithoutSecured(article));
    const auto [found, is_new] = by_form.emplace(CanonicalForm(article).value(), identity);
    ASSERT_EQ(found->second, identity) << found->first;
  }
}

// Whatever the wire carries: a message with a byte changed is refused, or is its form's one message.
TEST(CanonicalFormPropertyTest, NoSpoiltMessageIsAcceptedUnlessItIsItsFormsMessage) {
  const google::protobuf::LogSilencer silencer;
  std::mt19937_64 random(TestSeed());
  RandomArticles articles(&random);
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    const v1::Article article = articles.Next();
    const std::string form = CanonicalForm(article).value();
    const std::string bytes = article.SerializeAsString();
    for (int spoilt = 0; spoilt < 8 && !bytes.empty(); ++spoilt) {
      std::string changed_bytes = bytes;
      const std::size_t at = random() % bytes.size();
      if (random() % 4 == 0) {
        changed_bytes.erase(at, 1 + random() % 8);
      } else {
        changed_bytes[at] = static_cast<char>(changed_bytes[at] ^ (1 << random() % 8));
      }
      v1::Article changed;
      if (!changed.ParseFromString(changed_bytes)) continue;
      const auto changed_form = CanonicalForm(changed);
      if (!changed_form.ok()) {
        ++refused;
        continue;
      }
      ++accepted;
      ExpectComesBack(changed, *changed_form);
      if (HasFatalFailure()) return;
      ASSERT_EQ(*changed_form == form,
                Identity(WithoutSecured(changed)) == Identity(WithoutSecured(article)));
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

// Changes of meaning rather than of bytes: each moves or swaps something that a lax writer may not see.
TEST(CanonicalFormPropertyTest, NoMovedValueIsAcceptedUnderTheSameForm) {
  using Article = v1::Article;
  const std::vector<std::function<void(Article&)>> moves = {
      [](Article& a) {
        a.clear_title(), (*a.mutable_extra()->mutable_fields())["title"].set_string_value("t");
      },
      [](Article& a) {
        a.clear_quality(), (*a.mutable_extra()->mutable_fields())["quality"].set_number_value(1);
      },
      [](Article& a) {
        a.clear_published(), (*a.mutable_extra()->mutable_fields())["published"].set_bool_value(true);
      },
      [](Article& a) {
        a.clear_published_date_time();
        (*a.mutable_extra()->mutable_fields())["publishedDateTime"].set_string_value("2021-02-14T15:21:00Z");
      },
      [](Article& a) {
        a.clear_provider();
        auto* provider = (*a.mutable_extra()->mutable_fields())["provider"].mutable_struct_value();
        (*provider->mutable_fields())["name"].set_string_value("n");
      },
      [](Article& a) {
        a.clear_topics();
        (*a.mutable_extra()->mutable_fields())["topics"].mutable_list_value()->add_values()->set_string_value(
            "x");
      },
      [](Article& a) {
        a.clear_images();
        (*a.mutable_extra()->mutable_fields())["images"]
            .mutable_list_value()
            ->add_values()
            ->mutable_struct_value();
      },
      [](Article& a) {
        a.clear_related();
        (*a.mutable_extra()->mutable_fields())["related"]
            .mutable_list_value()
            ->add_values()
            ->mutable_struct_value();
      },
      [](Article& a) {
        a.clear_body(), (*a.mutable_extra()->mutable_fields())["body"].set_string_value("b");
      },
      [](Article& a) { (*a.mutable_extra()->mutable_fields())["more"].set_number_value(-0.0); },
      [](Article& a) {
        (*a.mutable_extra()->mutable_fields())["none"].set_null_value(
            static_cast<google::protobuf::NullValue>(7));
      },
      [](Article& a) { (*a.mutable_extra()->mutable_fields())["none"].clear_kind(); },
      [](Article& a) { a.mutable_provider()->mutable_extra(); },
  };
  const std::string form =
      R"({"body":"b","images":[{}],"more":0,"none":null,"provider":{"name":"n"},"published":true,)"
      R"("publishedDateTime":"2021-02-14T15:21:00Z","quality":1,"related":[{}],"title":"t","topics":["x"]})";
  const Article article = ArticleOfJson(form).value();
  ASSERT_EQ(CanonicalForm(article).value(), form);
  for (std::size_t i = 0; i < moves.size(); ++i) {
    Article moved = article;
    moves[i](moved);
    ASSERT_NE(Identity(moved), Identity(article)) << i;
    EXPECT_EQ(CanonicalForm(moved).status().code(), absl::StatusCode::kInvalidArgument) << i;
  }
}

}  // namespace
}  // namespace chirograph::canonical_form_property_test
