// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "client/cli/document_writer.h"
#include "fmt/format.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/proto/random_article.h"

namespace chirograph::cli_document_writer_test {
namespace {

v1::Article ArticleOf(const std::string& document) { return *ParseDocument(document); }

TEST(CliDocumentWriterTest, WritesWhatAPersonWouldWrite) {
  EXPECT_EQ(*WriteDocument(ArticleOf("---\n"
                                     "title: 'A: title'\n"
                                     "provider: {domain: a.example, name: A}\n"
                                     "topics: [sun, 'two words', '1']\n"
                                     "images: [{url: a.png, width: 3}, {url: b.png}]\n"
                                     "heat: 0.5\n"
                                     "empty: {}\n"
                                     "none: null\n"
                                     "secured: YWJj\n"
                                     "---\nThe body.\r\n")),
            "---\n"
            "empty: {}\n"
            "heat: 0.5\n"
            "images:\n"
            "  - url: a.png\n"
            "    width: 3\n"
            "  - url: b.png\n"
            "none: null\n"
            "provider:\n"
            "  domain: a.example\n"
            "  name: A\n"
            "title: \"A: title\"\n"
            "topics:\n"
            "  - sun\n"
            "  - \"two words\"\n"
            "  - \"1\"\n"
            "secured: YWJj\n"
            "---\n"
            "The body.\r\n");
}

TEST(CliDocumentWriterTest, AnArticleOfNothingIsADocument) {
  EXPECT_EQ(*WriteDocument(v1::Article()), "---\nsecured: null\n---\n");
}

TEST(CliDocumentWriterTest, WhateverItWritesReadsBackAsTheSameArticle) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  RandomArticles articles(&random);
  int refused = 0;
  constexpr int kRounds = 500;
  for (int i = 0; i < kRounds; ++i) {
    const v1::Article article = articles.Next();
    const absl::StatusOr<std::string> document = WriteDocument(article);
    if (!document.ok()) {
      // No YAML has a key of over 1,024 bytes; the random articles like such ones.
      const std::string why(document.status().message());
      EXPECT_THAT(why, testing::AnyOf(testing::HasSubstr("up to 1024 bytes long"),
                                      testing::HasSubstr("after the text in quotes")));
      ++refused;
      continue;
    }
    const absl::StatusOr<v1::Article> read = ParseDocument(*document);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*CanonicalForm(*read), *CanonicalForm(article));
    EXPECT_EQ(read->secured(), article.secured());
  }
  EXPECT_LT(refused, kRounds / 2);
}

}  // namespace
}  // namespace chirograph::cli_document_writer_test
