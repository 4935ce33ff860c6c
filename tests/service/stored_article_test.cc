// SPDX-License-Identifier: Apache-2.0
#include "service/internal/stored_article.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/sha256.h"
#include "proto/stored_format.h"
#include "tests/service/fake_clock.h"
#include "tests/service/test_publisher.h"

namespace chirograph::stored_article_test {
namespace {

std::string Text(const Digest& digest) { return std::string(AsBytes(digest)); }

class StoredArticleTest : public testing::Test {
 protected:
  StoredArticleTest() {
    *content_.mutable_article() = MakeArticle(1);
    parts_.content = SerializeContent(content_);
    opening_.set_version(kOpeningVersion);
    opening_.set_salt(std::string(kSaltBytes, 's'));
    opening_.set_article_digest(Text(Sha256("the article")));
    SetOpening();
  }
  // What is stored is `opening_` of the content that is stored, and an entry of it.
  void SetOpening() {
    opening_.set_content_digest(Text(Sha256(*parts_.content)));
    parts_.opening = SerializeOpening(opening_).value();
    v1::LogEntry entry;
    entry.set_version(kLogEntryVersion);
    v1::ArticleRecord& record = *entry.mutable_article_record();
    record.set_opening_digest(Text(Sha256(*parts_.opening)));
    record.set_verdict_at_ingest(v1::VERDICT_UNSIGNED);
    record.set_reason_at_ingest(v1::VERDICT_REASON_NO_SECURED_FIELD);
    *record.mutable_ingest_time() = ToTimestamp(kTestNow);
    parts_.log_entry = SerializeLogEntry(entry).value();
  }
  void SetKeyEvent() {
    v1::LogEntry entry;
    entry.set_version(kLogEntryVersion);
    v1::KeyEvent& event = *entry.mutable_key_event();
    event.set_publisher_domain("news.example");
    event.set_key_id("key-1");
    event.set_algorithm(v1::KEY_ALGORITHM_ED25519);
    event.set_envelope(v1::ENVELOPE_KIND_NONE);
    event.set_withdrawn(true);
    *event.mutable_event_time() = ToTimestamp(kTestNow);
    parts_.log_entry = SerializeLogEntry(entry).value();
  }
  // Which of entry, opening and content are known: "EOC", "E--".
  std::string Known() const {
    const LoadedEntry loaded = LoadEntry(parts_);
    return std::string(loaded.entry ? "E" : "-") + (loaded.opening ? "O" : "-") +
           (loaded.content ? "C" : "-");
  }

  v1::Content content_;
  v1::Opening opening_;
  StoredParts parts_{.log_entry = absl::NotFoundError("")};
};

TEST_F(StoredArticleTest, ASoundOneIsKnownInFull) {
  const LoadedEntry loaded = LoadEntry(parts_);
  ASSERT_EQ(Known(), "EOC");
  const auto article = KnowArticle(7, parts_, loaded);
  ASSERT_TRUE(article.has_value());
  EXPECT_EQ(article->index, 7u);
  EXPECT_EQ(article->record, &loaded.entry->article_record());
  EXPECT_EQ(article->opening, &*loaded.opening);
  EXPECT_EQ(article->opening->article_digest(), opening_.article_digest());
  EXPECT_EQ(article->content, &*loaded.content);
  EXPECT_EQ(article->content->article().title(), "Article 1");
  EXPECT_EQ(article->stored_opening, *parts_.opening);
  EXPECT_EQ(article->stored_content, *parts_.content);
}

TEST_F(StoredArticleTest, WithoutItsEntryNothingIsKnownOfWhatIsBesideIt) {
  for (const absl::StatusOr<std::string>& entry :
       {absl::StatusOr<std::string>(absl::NotFoundError("")),
        absl::StatusOr<std::string>(absl::DataLossError("")), absl::StatusOr<std::string>("no entry")}) {
    parts_.log_entry = entry;
    EXPECT_EQ(Known(), "---");
  }
}

TEST_F(StoredArticleTest, WithoutItsOpeningItsContentIsNotKnown) {
  parts_.opening = absl::DataLossError("");
  EXPECT_EQ(Known(), "E--");
}

TEST_F(StoredArticleTest, AnOpeningThatWasNotLoggedIsNotKnown) {
  opening_.set_url("https://elsewhere.example/");
  parts_.opening = SerializeOpening(opening_).value();
  EXPECT_EQ(Known(), "E--");
}

TEST_F(StoredArticleTest, AnOpeningThatWasLoggedAndIsNoneIsNotKnown) {
  parts_.opening = "no opening";
  v1::LogEntry entry = ParseLogEntry(*parts_.log_entry).value();
  entry.mutable_article_record()->set_opening_digest(Text(Sha256("no opening")));
  parts_.log_entry = SerializeLogEntry(entry).value();
  EXPECT_EQ(Known(), "E--");
}

TEST_F(StoredArticleTest, WithoutItsContentTheRestIsKnown) {
  parts_.content = absl::NotFoundError("");
  EXPECT_EQ(Known(), "EO-");
}

TEST_F(StoredArticleTest, AContentThatWasNotLoggedIsNotKnown) {
  content_.mutable_article()->set_title("Another");
  parts_.content = SerializeContent(content_);
  EXPECT_EQ(Known(), "EO-");
}

TEST_F(StoredArticleTest, AContentThatWasLoggedAndIsNoneIsNotKnown) {
  parts_.content = "no content";
  SetOpening();
  EXPECT_EQ(Known(), "EO-");
}

TEST_F(StoredArticleTest, OfAKeyEventNothingBesideItIsKnownAndItIsNoArticle) {
  SetKeyEvent();
  EXPECT_EQ(Known(), "E--");
  EXPECT_FALSE(KnowArticle(7, parts_, LoadEntry(parts_)).has_value());
}

TEST_F(StoredArticleTest, AnEntryThatIsNotKnownMayBeAnArticles) {
  parts_.log_entry = absl::DataLossError("");
  const LoadedEntry loaded = LoadEntry(parts_);
  const auto article = KnowArticle(7, parts_, loaded);
  ASSERT_TRUE(article.has_value());
  EXPECT_EQ(article->record, nullptr);
  EXPECT_EQ(article->opening, nullptr);
  EXPECT_EQ(article->content, nullptr);
  // As they are stored, whatever they are.
  EXPECT_EQ(article->stored_opening, *parts_.opening);
  EXPECT_EQ(article->stored_content, *parts_.content);
}

TEST_F(StoredArticleTest, WhatIsNotStoredIsAbsent) {
  parts_.opening = absl::NotFoundError("");
  parts_.content = absl::DataLossError("");
  const LoadedEntry loaded = LoadEntry(parts_);
  const auto article = KnowArticle(7, parts_, loaded);
  ASSERT_TRUE(article.has_value());
  EXPECT_NE(article->record, nullptr);
  EXPECT_FALSE(article->stored_opening.has_value());
  EXPECT_FALSE(article->stored_content.has_value());
}

}  // namespace
}  // namespace chirograph::stored_article_test
