// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/article_ref.h"
#include "crypto/sha256.h"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_article_ref_test {
namespace {

using testing::HasSubstr;

std::string RefError(const std::string& text) {
  FakeHost host;
  const auto refs = ParseArticleRef(text, host);
  EXPECT_FALSE(refs.ok()) << text;
  return std::string(refs.status().message());
}

TEST(CliArticleRefTest, TakesAnIndex) {
  FakeHost host;
  const auto refs = ParseArticleRef("42", host);
  ASSERT_TRUE(refs.ok());
  ASSERT_EQ(refs->size(), 1U);
  EXPECT_EQ(std::get<std::uint64_t>((*refs)[0]), 42U);
}

TEST(CliArticleRefTest, TakesADigestOfAnArticleOrElseOfASource) {
  FakeHost host;
  const Digest digest = Sha256("x");
  const auto refs = ParseArticleRef("sha256:" + ToHex(digest), host);
  ASSERT_TRUE(refs.ok());
  ASSERT_EQ(refs->size(), 2U);
  EXPECT_EQ(std::get<ArticleDigestRef>((*refs)[0]).digest, digest);
  EXPECT_EQ(std::get<SourceDigestRef>((*refs)[1]).digest, digest);
}

TEST(CliArticleRefTest, TakesAFileBySourceOrElseByArticle) {
  const TemporaryFolder folder;
  const std::string document = "---\nb: 2\na: 1\n---\n";
  WriteBytes(folder / "a.md", document);
  FakeHost host;
  const auto refs = ParseArticleRef(folder / "a.md", host);
  ASSERT_TRUE(refs.ok()) << refs.status();
  ASSERT_EQ(refs->size(), 2U);
  EXPECT_EQ(std::get<SourceDigestRef>((*refs)[0]).digest, Sha256(document));
  EXPECT_EQ(std::get<ArticleDigestRef>((*refs)[1]).digest, Sha256("{\"a\":1,\"b\":2}"));
}

TEST(CliArticleRefTest, TakesAUrlAndWhatNarrowsIt) {
  FakeHost host;
  PageOptions page;
  page.publisher = "a.example";
  const auto refs = ParseArticleRef("https://example.org/a", host, nullptr, page);
  ASSERT_TRUE(refs.ok()) << refs.status();
  ASSERT_EQ(refs->size(), 1U);
  EXPECT_EQ(std::get<UrlRef>((*refs)[0]).url, "https://example.org/a");
  EXPECT_EQ(std::get<UrlRef>((*refs)[0]).publisher_domain, "a.example");
  const auto index = ParseArticleRef("42", host, nullptr, page);
  EXPECT_THAT(std::string(index.status().message()), HasSubstr("42 is no URL"));
  page.as_of = "then";
  EXPECT_FALSE(ParseArticleRef("https://example.org/a", host, nullptr, page).ok());
}

TEST(CliArticleRefTest, SaysWhatItExpected) {
  EXPECT_THAT(RefError("nothing"), HasSubstr("names no article; expected an index"));
  EXPECT_THAT(RefError(""), HasSubstr("names no article"));
  EXPECT_THAT(RefError("-1"), HasSubstr("names no article"));
  EXPECT_THAT(RefError("sha256:12"), HasSubstr("64 hexadecimal characters"));
  EXPECT_THAT(RefError("99999999999999999999"), HasSubstr("beyond any index"));
  EXPECT_THAT(RefError("./none.md"), HasSubstr("./none.md"));
}

TEST(CliArticleRefTest, NamesAFileThatMayBeMissingAndNothingElse) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string("./42"), folder / "none.md", folder.path(), std::string(".")}) {
    EXPECT_TRUE(NamesFile(text)) << text;
  }
  for (const char* text : {"", "42", "-1", "nothing", "sha256:a/b", "https://example.org/a"}) {
    EXPECT_FALSE(NamesFile(text)) << text;
  }
}

TEST(CliArticleRefTest, TriesTheNextWhereTheFirstIsNotArchived) {
  const TemporaryFolder folder;
  FakeArchive archive(folder.path());
  archive.on_get = [](const ArticleRef& ref) -> Answer<ArchivedArticle> {
    if (std::holds_alternative<ArticleDigestRef>(ref)) return ArchivedArticle{};
    return ServerError(absl::StatusCode::kNotFound, v1::ERROR_REASON_ARTICLE_NOT_FOUND);
  };
  const std::vector<ArticleRef> refs = {SourceDigestRef{}, ArticleDigestRef{}};
  EXPECT_TRUE(GetFirst(archive, refs, v1::ARTICLE_VIEW_RECORD).ok());
  EXPECT_EQ(archive.asked.size(), 2U);
}

TEST(CliArticleRefTest, StopsAtAnyOtherFailure) {
  const TemporaryFolder folder;
  FakeArchive archive(folder.path());
  archive.on_get = [](const ArticleRef&) -> Answer<ArchivedArticle> { return DoesNotCheck("forged"); };
  const std::vector<ArticleRef> refs = {SourceDigestRef{}, ArticleDigestRef{}};
  const auto answer = GetFirst(archive, refs, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok());
  EXPECT_FALSE(IsNotArchived(answer.failure()));
  EXPECT_EQ(archive.asked.size(), 1U);
}

}  // namespace
}  // namespace chirograph::cli_article_ref_test
