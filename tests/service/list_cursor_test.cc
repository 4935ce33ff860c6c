// SPDX-License-Identifier: Apache-2.0
#include "service/list_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/rpc_error.h"
#include "service/resume_token.h"
#include "service/worker_pool.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::list_cursor_test {
namespace {

using ::testing::IsEmpty;

// Pages are the test's own: articles 0 to 4 are in the archive.
class ListCursorTest : public ::testing::Test {
 protected:
  ListCursorTest() {
    for (int i = 0; i < 5; ++i) EXPECT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
    EXPECT_THAT(archive_.StartCatalog(), IsOk());
    EXPECT_THAT(archive_.CatchUp(), IsOk());
    TakeParts();
  }
  // As they are now.
  void TakeParts() {
    parts_.emplace(Archive{archive_.admission(), archive_.store(), archive_.sequencer(), archive_.clock,
                           archive_.log(), workers_, archive_.catalog(), streams_, streams_, nullptr});
  }
  CatalogHit Hit(std::uint64_t index) {
    return archive_.catalog().List({.first_index = index, .end_index = index + 1}, 5, {}, {})->hits.at(0);
  }
  static CatalogPage Page(std::vector<CatalogHit> hits, bool end) { return {std::move(hits), "more", end}; }
  ListPlan PlanOf(std::vector<CatalogPage> pages) {
    ListPlan plan{.question = "question", .tree_size = 5};
    plan.next_page = [this, pages](std::string_view position,
                                   const PageLimits& limits) -> absl::StatusOr<CatalogPage> {
      asked_.emplace_back(position, limits.hits);
      return pages.at(asked_.size() - 1);
    };
    return plan;
  }
  static std::vector<std::uint64_t> IndexesOf(const ListPart& part) {
    std::vector<std::uint64_t> indexes;
    for (const v1::ListedArticle& article : part.articles) indexes.push_back(article.receipt().index());
    return indexes;
  }

  TestArchive archive_;
  WorkerPool workers_{1};
  StreamRegistry streams_{1};
  std::optional<Archive> parts_;
  std::vector<std::pair<std::string, std::size_t>> asked_;
};

TEST_F(ListCursorTest, APageIsAPartAndTheLastOneSaysSo) {
  ListCursor cursor(*parts_, PlanOf({Page({Hit(0), Hit(1)}, false), Page({Hit(2)}, true)}));
  const auto first = cursor.Next();
  ASSERT_THAT(first, IsOk());
  ASSERT_TRUE(first->has_value());
  EXPECT_EQ(IndexesOf(**first), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_FALSE((*first)->is_last);
  EXPECT_EQ((*first)->resume_token, MakeResumeToken("question", {5, Hit(1).position}));
  EXPECT_EQ((*first)->tree->note, archive_.sequencer().tree()->note);
  const auto second = cursor.Next();
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(IndexesOf(**second), std::vector<std::uint64_t>{2});
  EXPECT_TRUE((*second)->is_last);
  EXPECT_THAT((*second)->resume_token, IsEmpty());
  EXPECT_EQ(asked_[0].first, "");
  EXPECT_EQ(asked_[1].first, "more");
}

TEST_F(ListCursorTest, ASearchThatHasFoundNothingYetIsNoPart) {
  ListCursor cursor(*parts_, PlanOf({Page({}, false), Page({}, false), Page({Hit(4)}, true)}));
  EXPECT_EQ(cursor.Next().value(), std::nullopt);
  EXPECT_EQ(cursor.Next().value(), std::nullopt);
  EXPECT_EQ(IndexesOf(*cursor.Next().value()), std::vector<std::uint64_t>{4});
}

TEST_F(ListCursorTest, AnEmptyListIsOnePart) {
  ListCursor cursor(*parts_, PlanOf({Page({}, true)}));
  const auto only = cursor.Next();
  ASSERT_THAT(only, IsOk());
  EXPECT_TRUE((*only)->is_last);
  EXPECT_THAT((*only)->articles, IsEmpty());
}

TEST_F(ListCursorTest, TheLimitEndsItWithATokenForTheRest) {
  ListPlan plan = PlanOf({Page({Hit(0), Hit(1)}, false), Page({Hit(2), Hit(3)}, false)});
  plan.limit = 3;
  ListCursor cursor(*parts_, std::move(plan));
  EXPECT_FALSE(cursor.Next().value()->is_last);
  const auto last = cursor.Next();
  ASSERT_THAT(last, IsOk());
  EXPECT_EQ(IndexesOf(**last), std::vector<std::uint64_t>{2});
  EXPECT_TRUE((*last)->is_last);
  EXPECT_EQ((*last)->resume_token, MakeResumeToken("question", {5, Hit(2).position}));
  EXPECT_EQ(asked_[0].second, 3u);
  EXPECT_EQ(asked_[1].second, 1u);
}

TEST_F(ListCursorTest, EachPartIsUnderTheCheckpointOfItsTime) {
  ListCursor cursor(*parts_, PlanOf({Page({Hit(0)}, false), Page({Hit(1)}, true)}));
  const std::string before = cursor.Next().value()->tree->note;
  ASSERT_THAT(archive_.Ingest(MakeArticle(9)), IsOk());
  const auto second = cursor.Next();
  ASSERT_THAT(second, IsOk());
  EXPECT_NE((*second)->tree->note, before);
  v1::Receipt receipt = (*second)->articles.at(0).receipt();
  receipt.set_checkpoint((*second)->tree->note);
  EXPECT_EQ(VerifyReceipt(receipt, archive_.log()).checkpoint.tree_size, 6u);
}

TEST_F(ListCursorTest, AHitThatIsNotWhatTheLogHasIsTheCatalogsFault) {
  CatalogHit of_another_text = Hit(0);
  of_another_text.article_digest = Sha256("another");
  CatalogHit of_another_verdict = Hit(0);
  of_another_verdict.verdict = Verdict::kValid;
  for (const CatalogHit& hit : {of_another_text, of_another_verdict}) {
    asked_.clear();
    ListCursor cursor(*parts_, PlanOf({Page({hit}, true)}));
    EXPECT_EQ(ReasonOf(cursor.Next().status()), v1::ERROR_REASON_CATALOG_UNAVAILABLE);
  }
}

TEST_F(ListCursorTest, AHitThatIsNoArticleIsTheCatalogsFault) {
  const CatalogHit hit = Hit(0);
  const TestPublisher publisher;
  archive_.StopCatalog();
  ASSERT_THAT(archive_.Restart(KeyringOf({&publisher})), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  TakeParts();
  CatalogHit key_event = hit;
  key_event.index = 5;
  ListCursor cursor(*parts_, PlanOf({Page({key_event}, true)}));
  EXPECT_EQ(ReasonOf(cursor.Next().status()), v1::ERROR_REASON_CATALOG_UNAVAILABLE);
}

TEST_F(ListCursorTest, TheErrorsOfTheSearchAndOfTheStoreAreTheCallers) {
  ListPlan plan = PlanOf({});
  plan.next_page = [](std::string_view, const PageLimits&) -> absl::StatusOr<CatalogPage> {
    return MakeError(v1::ERROR_REASON_CATALOG_UNAVAILABLE, "damaged");
  };
  EXPECT_EQ(ReasonOf(ListCursor(*parts_, plan).Next().status()), v1::ERROR_REASON_CATALOG_UNAVAILABLE);
  archive_.store().Spoil(HookedLogStore::What::kOpening, 0, absl::DataLossError("torn"));
  EXPECT_EQ(ReasonOf(ListCursor(*parts_, PlanOf({Page({Hit(0)}, true)})).Next().status()),
            v1::ERROR_REASON_STORE_DAMAGED);
}

}  // namespace
}  // namespace chirograph::list_cursor_test
