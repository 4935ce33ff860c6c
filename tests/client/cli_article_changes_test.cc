// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/article_changes.h"
#include "fmt/format.h"
#include "proto/front_matter.h"

namespace chirograph::cli_article_changes_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::Article ArticleOf(const std::string& front_matter, const std::string& body = "") {
  return *ParseDocument(fmt::format("---\n{}---\n{}", front_matter, body));
}

// Each as "FIELD: BEFORE -> AFTER", "-" for what is not there.
std::vector<std::string> Changes(const std::string& before, const std::string& after) {
  const auto changes = CompareArticles(ArticleOf(before), ArticleOf(after));
  EXPECT_TRUE(changes.ok()) << changes.status();
  std::vector<std::string> texts;
  for (const FieldChange& change : changes->fields) {
    texts.push_back(fmt::format("{}: {} -> {}", change.field,
                                change.before.is_discarded() ? "-" : change.before.dump(),
                                change.after.is_discarded() ? "-" : change.after.dump()));
  }
  return texts;
}

TEST(CliArticleChangesTest, NamesEachFieldByItsPath) {
  EXPECT_THAT(Changes("title: A\n", "title: A\n"), IsEmpty());
  EXPECT_THAT(Changes("title: A\n", "title: B\n"), ElementsAre("title: \"A\" -> \"B\""));
  EXPECT_THAT(Changes("title: A\nnote: 1\n", "title: A\nother: null\n"),
              ElementsAre("note: 1 -> -", "other: - -> null"));
  EXPECT_THAT(Changes("provider: {name: A, domain: a.example}\n", "provider: {name: B, domain: a.example}\n"),
              ElementsAre("provider.name: \"A\" -> \"B\""));
  EXPECT_THAT(Changes("images: [{url: a}, {url: b}]\n", "images: [{url: a}, {url: c}]\n"),
              ElementsAre("images[1].url: \"b\" -> \"c\""));
  EXPECT_THAT(Changes("topics: [a]\n", "topics: [a, b]\n"), ElementsAre("topics: [\"a\"] -> [\"a\",\"b\"]"));
  EXPECT_THAT(Changes("a: {}\n", "a: []\n"), ElementsAre("a: {} -> []"));
  EXPECT_THAT(Changes("secured: YQ==\n", "secured: Yg==\n"), ElementsAre("secured: \"YQ==\" -> \"Yg==\""));
}

TEST(CliArticleChangesTest, ComparesTheBodyLineByLine) {
  const auto changes = CompareArticles(ArticleOf("a: 1\n", "x\ny\n"), ArticleOf("a: 1\n", "x\nz\n"));
  ASSERT_TRUE(changes.ok());
  EXPECT_THAT(changes->fields, IsEmpty());
  ASSERT_EQ(changes->body.hunks.size(), 1U);
  EXPECT_THAT(changes->body.hunks[0].lines, ElementsAre(" x", "-y", "+z"));
}

}  // namespace
}  // namespace chirograph::cli_article_changes_test
