// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "service/storage_schema.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::catalog_follower_test {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using What = HookedLogStore::What;

class CatalogFollowerTest : public ::testing::Test {
 protected:
  CatalogFollowerTest() {
    for (int i = 0; i < 5; ++i) EXPECT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
    auto database = CatalogDatabase::Create(archive_.catalog_path(), archive_.log());
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
  }
  Checkpoint Target() { return archive_.sequencer().tree()->checkpoint; }
  CatalogFollower Follower(CatalogFollower::Limits limits = {}) {
    return CatalogFollower(*database_, archive_.store(), limits);
  }
  // A commit of `count` entries, as they were.
  std::shared_ptr<const LogBatch> AsCommitted(std::uint64_t first, std::uint64_t count) {
    auto batch = std::make_shared<LogBatch>();
    batch->first_index = first;
    for (std::uint64_t index = first; index < first + count; ++index) {
      batch->entries.push_back({.log_entry = archive_.store().ReadEntry(index).value(),
                                .opening = archive_.store().ReadOpening(index).value(),
                                .content = archive_.store().ReadContent(index).value()});
    }
    return batch;
  }
  // After each step, how far it is.
  std::vector<std::uint64_t> Steps(CatalogFollower::Limits limits) {
    CatalogFollower follower = Follower(limits);
    std::vector<std::uint64_t> sizes;
    while (follower.tree_size() < 5) {
      const absl::Status status = follower.Advance(Target());
      EXPECT_THAT(status, IsOk());
      if (!status.ok()) break;
      sizes.push_back(follower.tree_size());
    }
    return sizes;
  }

  TestArchive archive_;
  std::unique_ptr<CatalogDatabase> database_;
};

TEST_F(CatalogFollowerTest, ABatchEndsAtItsEntries) {
  EXPECT_EQ(Steps({.entries = 2}), (std::vector<std::uint64_t>{2, 4, 5}));
}

TEST_F(CatalogFollowerTest, ABatchEndsAtItsContent) {
  const std::size_t one = archive_.store().ReadContent(0)->size();
  EXPECT_EQ(Steps({.content_bytes = 1}), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_LT(one, 1000U);
}

TEST_F(CatalogFollowerTest, ABatchEndsAtItsKeysWhereAnArticleHasManyWords) {
  v1::Article article = MakeArticle(100);
  for (int i = 0; i < 300; ++i) article.add_topics(std::to_string(i));
  for (int i = 0; i < 3; ++i) {
    article.set_quality(1000 + i);
    ASSERT_THAT(archive_.Ingest(article), IsOk());
  }
  CatalogFollower follower = Follower({.content_bytes = 15'000});  // of content there is less
  ASSERT_THAT(follower.Advance(Target()), IsOk());
  EXPECT_LT(follower.tree_size(), 8u);
}

TEST_F(CatalogFollowerTest, AChunkHasABatchsArticlesOfATermButNotMoreThanItMay) {
  std::vector<std::future<Sequenced>> waiting;
  for (int i = 0; i < 520; ++i) waiting.push_back(archive_.Submit(MakeArticle(100 + i)));
  for (std::future<Sequenced>& answer : waiting) ASSERT_TRUE(answer.get().ok());
  const auto chunk_sizes = [this] {
    const std::string prefix = CatalogPostingPrefix({CatalogDimension::kPublisher, std::string(kTestDomain)});
    CatalogDatabase::Range range(*database_, prefix, AfterPrefix(prefix));
    std::vector<std::size_t> sizes;
    for (range.Seek(prefix); range.valid(); range.Next()) {
      std::vector<CatalogPosting> postings;
      const std::uint64_t first = DecodeIndex(range.key().substr(prefix.size())).value();
      EXPECT_TRUE(DecodeCatalogChunk(first, range.value(), &postings));
      sizes.push_back(postings.size());
    }
    return sizes;
  };
  ASSERT_THAT(Follower({.entries = 3}).Advance(Target()), IsOk());
  EXPECT_THAT(chunk_sizes(), ElementsAre(3));
  database_ = nullptr;
  database_ = CatalogDatabase::Create(archive_.catalog_path(), archive_.log()).value();
  ASSERT_THAT(Follower({.entries = 1000}).Advance(Target()), IsOk());
  EXPECT_THAT(chunk_sizes(), ElementsAre(512, 13));
}

TEST_F(CatalogFollowerTest, WhereItIsAlreadyItDoesNothing) {
  CatalogFollower follower = Follower();
  ASSERT_THAT(follower.Advance(Target()), IsOk());
  archive_.store().Spoil(What::kEntry, 0, absl::DataLossError("gone"));
  EXPECT_THAT(follower.Advance(Target()), IsOk());
  EXPECT_EQ(database_->GetRow(4)->publisher_domain, std::string(kTestDomain));
}

TEST_F(CatalogFollowerTest, AStoreThatCannotAnswerNowIsAskedAgain) {
  CatalogFollower follower = Follower();
  archive_.store().Spoil(What::kContent, 3, absl::UnavailableError("being opened again"));
  EXPECT_EQ(follower.Advance(Target()).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(follower.tree_size(), 0u);
  EXPECT_THAT(database_->GetRow(0), StatusIs(absl::StatusCode::kDataLoss, "missing"));
  archive_.store().Mend();
  EXPECT_THAT(follower.Advance(Target()), IsOk());
  EXPECT_EQ(follower.tree_size(), 5u);
}

TEST_F(CatalogFollowerTest, BytesThatDoNotHashToWhatTheLogSaysAreItsDamage) {
  CatalogFollower follower = Follower();
  for (const What what : {What::kOpening, What::kContent}) {
    archive_.store().Spoil(what, 2, std::string("spoilt"));
    EXPECT_THAT(follower.Advance(Target()), StatusIs(absl::StatusCode::kDataLoss, "entry 2"));
    archive_.store().Mend();
  }
  EXPECT_EQ(follower.tree_size(), 0u);
}

TEST_F(CatalogFollowerTest, AnotherRootThanTheSignedOneIsDamage) {
  Checkpoint target = Target();
  target.root_hash[0] ^= 1;
  CatalogFollower follower = Follower();
  EXPECT_THAT(follower.Advance(target), StatusIs(absl::StatusCode::kDataLoss, "was signed"));
  EXPECT_EQ(follower.tree_size(), 0u);
}

// Entries 1, 2 and 3 are at hand, the rest is in the store.
TEST_F(CatalogFollowerTest, WhatIsAtHandIsTakenAndTheRestRead) {
  RecentCommits::Batches recent = {AsCommitted(1, 2), AsCommitted(3, 1)};
  archive_.store().Spoil(What::kContent, 2, absl::DataLossError("not to be read"));
  CatalogFollower follower = Follower();
  ASSERT_THAT(follower.Advance(Target(), recent), IsOk());
  EXPECT_EQ(follower.tree_size(), 5u);
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_THAT(database_->GetRow(i), IsOk());
}

TEST_F(CatalogFollowerTest, WhatIsAtHandMustHashToTheSignedRoot) {
  auto wrong = std::make_shared<LogBatch>(*AsCommitted(2, 1));
  wrong->entries.front() = AsCommitted(1, 1)->entries.front();
  CatalogFollower follower = Follower();
  EXPECT_THAT(follower.Advance(Target(), {wrong}), StatusIs(absl::StatusCode::kDataLoss, "was signed"));
  EXPECT_EQ(follower.tree_size(), 0u);
  EXPECT_THAT(follower.Advance(Target()), IsOk());
}

TEST_F(CatalogFollowerTest, AnArticleHasEachOfItsWordsOnce) {
  v1::Article article = MakeArticle(1);
  article.add_topics("testing");
  article.add_topics("another");
  article.set_category("news");
  article.set_type("article");
  v1::Opening opening;
  opening.set_publisher_domain("news.example");
  v1::ArticleRecord record;
  record.set_verdict_at_ingest(v1::VERDICT_UNKNOWN_KEY);
  const CatalogedArticle described = DescribeArticle(record, opening, article);
  EXPECT_THAT(
      described.terms,
      UnorderedElementsAre(
          CatalogTerm{CatalogDimension::kPublisher, "news.example"},
          CatalogTerm{CatalogDimension::kTopic, "testing"}, CatalogTerm{CatalogDimension::kTopic, "another"},
          CatalogTerm{CatalogDimension::kCategory, "news"}, CatalogTerm{CatalogDimension::kType, "article"},
          CatalogTerm{CatalogDimension::kVerdict, std::string(1, static_cast<char>(described.row.verdict))}));
  EXPECT_EQ(described.row.verdict, Verdict::kUnknownKey);
}

}  // namespace
}  // namespace chirograph::catalog_follower_test
