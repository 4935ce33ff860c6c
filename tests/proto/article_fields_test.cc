// SPDX-License-Identifier: Apache-2.0
#include "proto/article_fields.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>

#include "crypto/source_position.h"
#include "tests/proto/json_members.h"

namespace chirograph::article_fields_test {
namespace {

using ::testing::HasSubstr;

v1::Article ArticleOf(std::string_view json) {
  const auto article = ArticleOfJson(json);
  EXPECT_TRUE(article.ok()) << article.status();
  return article.value_or(v1::Article());
}

YamlNode Node(std::string_view text, SourcePosition position = {3, 10}, SourcePosition key = {3, 1}) {
  YamlNode node;
  node.value = node.text = text;
  node.position = position;
  node.key_position = key;
  return node;
}

YamlMapping OneMember(std::string_view key, YamlNode node) {
  YamlMapping members;
  members.members.emplace_back(key, std::move(node));
  return members;
}

TEST(ArticleFromMembersTest, TypesEveryFieldOfTheSeedsShape) {
  const v1::Article article = ArticleOf(R"({
    "category": "news", "title": "t", "excerpt": "e", "publishedDateTime": "2021-02-14T15:21:00Z",
    "originalUrl": "o", "webUrl": "w", "ampWebUrl": "a", "cdnAmpWebUrl": "c", "type": "article",
    "quality": 52, "heat": -1, "published": false, "provider": {"name": "n", "domain": "d"},
    "topics": ["x", "y"], "images": [{"url": "u", "width": 530, "height": 360, "isCached": true}],
    "related": [{"title": "r", "provider": {"name": "rn"}, "images": [{"url": "ru"}], "topics": ["z"]}]})");
  EXPECT_FALSE(article.has_extra());
  EXPECT_EQ(article.category(), "news");
  EXPECT_EQ(article.title(), "t");
  EXPECT_EQ(article.excerpt(), "e");
  EXPECT_EQ(article.published_date_time().seconds(), 1613316060);
  EXPECT_EQ(article.original_url(), "o");
  EXPECT_EQ(article.web_url(), "w");
  EXPECT_EQ(article.amp_web_url(), "a");
  EXPECT_EQ(article.cdn_amp_web_url(), "c");
  EXPECT_EQ(article.type(), "article");
  EXPECT_EQ(article.quality(), 52);
  EXPECT_EQ(article.heat(), -1);
  EXPECT_TRUE(article.has_published());
  EXPECT_FALSE(article.published());
  EXPECT_EQ(article.provider().name(), "n");
  EXPECT_EQ(article.provider().domain(), "d");
  EXPECT_EQ(article.topics(1), "y");
  EXPECT_EQ(article.images(0).url(), "u");
  EXPECT_EQ(article.images(0).width(), 530);
  EXPECT_EQ(article.images(0).height(), 360);
  EXPECT_TRUE(article.images(0).is_cached());
  ASSERT_EQ(article.related_size(), 1);
  EXPECT_FALSE(article.related(0).has_extra());
  EXPECT_EQ(article.related(0).provider().name(), "rn");
  EXPECT_EQ(article.related(0).images(0).url(), "ru");
  EXPECT_EQ(article.related(0).topics(0), "z");
  EXPECT_FALSE(article.has_body());
  EXPECT_FALSE(article.has_secured());
}

TEST(ArticleFromMembersTest, KeepsWhatDoesNotFitUnderItsName) {
  for (const std::string_view member : {R"("title": null)",
                                        R"("title": 1)",
                                        R"("title": true)",
                                        R"("title": ["a"])",
                                        R"("title": {})",
                                        R"("quality": 1.5)",
                                        R"("quality": "1")",
                                        R"("quality": 2147483648)",
                                        R"("quality": -2147483649)",
                                        R"("quality": 1e300)",
                                        R"("quality": null)",
                                        R"("quality": false)",
                                        R"("published": "true")",
                                        R"("published": 1)",
                                        R"("published": null)",
                                        R"("provider": "nyoooz.com")",
                                        R"("provider": [])",
                                        R"("provider": null)",
                                        R"("topics": "x")",
                                        R"("topics": [])",
                                        R"("topics": ["x", 1])",
                                        R"("topics": ["x", null])",
                                        R"("topics": {"x": 1})",
                                        R"("images": [])",
                                        R"("images": [{}, "u"])",
                                        R"("images": {"url": "u"})",
                                        R"("related": [])",
                                        R"("related": [[]])",
                                        R"("related": [{}, null])",
                                        R"("publishedDateTime": "2021-02-14")",
                                        R"("publishedDateTime": 2021)",
                                        R"("publishedDateTime": "2021-02-14T15:21:00+00:00")",
                                        R"("unknown": "x")",
                                        R"("Title": "x")",
                                        R"("is_cached": true)",
                                        R"("extra": {"extra": 1})",
                                        R"("": 1)"}) {
    const v1::Article article = ArticleOf(fmt::format("{{{}}}", member));
    EXPECT_EQ(article.extra().fields_size(), 1) << member;
    v1::Article rest = article;
    rest.clear_extra();
    EXPECT_EQ(rest.ByteSizeLong(), 0u) << member;
  }
}

TEST(ArticleFromMembersTest, TypesWhatJustFits) {
  EXPECT_EQ(ArticleOf(R"({"quality": 2147483647})").quality(), 2147483647);
  EXPECT_EQ(ArticleOf(R"({"quality": -2147483648})").quality(), -2147483648);
  EXPECT_EQ(ArticleOf(R"({"quality": 52.0})").quality(), 52);
  EXPECT_TRUE(ArticleOf(R"({"quality": -0.0})").has_quality());
  EXPECT_TRUE(ArticleOf(R"({"title": ""})").has_title());
  EXPECT_TRUE(ArticleOf(R"({"provider": {}})").has_provider());
  EXPECT_FALSE(ArticleOf(R"({"provider": {}})").has_extra());
  EXPECT_EQ(ArticleOf(R"({"images": [{}, {}]})").images_size(), 2);
  EXPECT_EQ(ArticleOf(R"({"topics": [""]})").topics_size(), 1);
}

TEST(ArticleFromMembersTest, KeepsExtrasAtTheirOwnLevel) {
  const v1::Article article = ArticleOf(R"({
    "provider": {"name": 5, "domain": "d", "country": "us"}, "images": [{"url": "u", "alt": "a"}, {"width": "w"}],
    "related": [{"heat": "hot", "secured": "s", "body": "b", "related": [{"title": "deeper"}],
                 "provider": {"x": null}}]})");
  EXPECT_FALSE(article.has_extra());
  EXPECT_FALSE(article.provider().has_name());
  EXPECT_EQ(article.provider().extra().fields().at("name").number_value(), 5);
  EXPECT_EQ(article.provider().extra().fields().at("country").string_value(), "us");
  EXPECT_EQ(article.images(0).extra().fields().at("alt").string_value(), "a");
  EXPECT_EQ(article.images(1).extra().fields().at("width").string_value(), "w");
  const auto& extra = article.related(0).extra().fields();
  EXPECT_EQ(extra.size(), 4u);
  EXPECT_EQ(extra.at("heat").string_value(), "hot");
  EXPECT_EQ(extra.at("secured").string_value(), "s");
  EXPECT_EQ(extra.at("body").string_value(), "b");
  EXPECT_EQ(extra.at("related").list_value().values_size(), 1);
  EXPECT_TRUE(article.related(0).provider().extra().fields().at("x").has_null_value());
}

TEST(ArticleFromMembersTest, WritesMinusZeroAsZero) {
  const v1::Article article = ArticleOf(R"({"x": [-0.0]})");
  EXPECT_FALSE(std::signbit(article.extra().fields().at("x").list_value().values(0).number_value()));
}

TEST(ArticleFromMembersTest, TakesTheTextOfSecured) {
  EXPECT_EQ(ArticleFromMembers(OneMember("secured", Node("abc;def")), "").value().secured(), "abc;def");
  YamlNode number = Node("0x1F");
  number.value = 31.0;
  EXPECT_EQ(ArticleFromMembers(OneMember("secured", number), "").value().secured(), "0x1F");
  YamlNode boolean = Node("True");
  boolean.value = true;
  EXPECT_EQ(ArticleFromMembers(OneMember("secured", boolean), "").value().secured(), "True");
}

TEST(ArticleFromMembersTest, ANullOrEmptySecuredIsAbsent) {
  YamlNode null = Node("~");
  null.value = std::monostate();
  EXPECT_FALSE(ArticleFromMembers(OneMember("secured", null), "").value().has_secured());
  EXPECT_FALSE(ArticleFromMembers(OneMember("secured", Node("")), "").value().has_secured());
}

TEST(ArticleFromMembersTest, RefusesACollectionAsSecured) {
  YamlNode list = Node("");
  list.value = YamlSequence();
  YamlNode mapping = Node("");
  mapping.value = YamlMapping();
  for (const YamlNode& node : {list, mapping}) {
    const absl::Status status = ArticleFromMembers(OneMember("secured", node), "").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(status.ToString(), HasSubstr("secured"));
    EXPECT_EQ(PositionOf(status), (SourcePosition{3, 10}));
  }
}

TEST(ArticleFromMembersTest, RefusesABodyKeyOfAnyType) {
  YamlNode null = Node("");
  null.value = std::monostate();
  for (const YamlNode& node : {Node("text"), null}) {
    const absl::Status status = ArticleFromMembers(OneMember("body", node), "").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(status.ToString(), HasSubstr("body"));
    EXPECT_EQ(PositionOf(status), (SourcePosition{3, 1}));
  }
}

TEST(ArticleFromMembersTest, KeepsTheBodyByteForByteUnlessItIsBlank) {
  EXPECT_EQ(ArticleFromMembers(YamlMapping(), "\r\n text \n").value().body(), "\r\n text \n");
  EXPECT_FALSE(ArticleFromMembers(YamlMapping(), " \t\r\n").value().has_body());
  EXPECT_FALSE(ArticleFromMembers(YamlMapping(), "").value().has_body());
}

TEST(IsBlankBodyTest, KnowsFourBlankCharacters) {
  EXPECT_TRUE(IsBlankBody(""));
  EXPECT_TRUE(IsBlankBody(" \t\r\n"));
  EXPECT_FALSE(IsBlankBody("\v"));
  EXPECT_FALSE(IsBlankBody("\xC2\xA0"));
  EXPECT_FALSE(IsBlankBody(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace chirograph::article_fields_test
