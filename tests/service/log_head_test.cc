// SPDX-License-Identifier: Apache-2.0
#include "service/log_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::log_head_test {
namespace {

using What = HookedLogStore::What;
const KeyName kName{std::string(kTestDomain), "key-1"};

TEST(LogHeadTest, AnEmptyLogHasNoKeysAndNoTime) {
  TestArchive archive;
  const auto head = LoadLogHead(archive.store(), archive.log());
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->tree.checkpoint.tree_size, 0u);
  EXPECT_EQ(head->tree.checkpoint.origin, kTestOrigin);
  EXPECT_EQ(head->last_time, absl::InfinitePast());
  ASSERT_NE(head->keys, nullptr);
  EXPECT_TRUE(head->keys->empty());
}

TEST(LogHeadTest, HasTheLastWordOnEachKey) {
  TestPublisher publisher;
  const TestPublisher other("other.example", "key-9");
  TestArchive archive(KeyringOf({&publisher, &other}));
  ASSERT_THAT(archive.Ingest(MakeArticle(1, "unknown.example")), IsOk());
  archive.clock.Advance(absl::Hours(1));
  publisher.key.revoked_at = kTestNow;
  ASSERT_THAT(archive.Restart(KeyringOf({&publisher, &other})), IsOk());

  const auto head = LoadLogHead(archive.store(), archive.log());
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->tree.checkpoint.tree_size, 4u);
  EXPECT_EQ(head->tree.note, archive.store().ReadCheckpoint().value());
  EXPECT_EQ(head->edge.tree_size(), 4u);
  EXPECT_EQ(head->edge.RootHash(), head->tree.checkpoint.root_hash);
  EXPECT_EQ(head->last_time, kTestNow + absl::Hours(1));
  ASSERT_EQ(head->keys->size(), 2u);
  EXPECT_EQ(head->keys->at(kName).index, 3u);
  EXPECT_TRUE(head->keys->at(kName).event.has_revoked_at());
  EXPECT_EQ(head->keys->at(KeyName{"other.example", "key-9"}).index, 1u);
}

class DamagedKeysTest : public ::testing::Test {
 protected:
  // Entry 0 is the key's event, entry 1 an article.
  DamagedKeysTest() : archive_(KeyringOf({&publisher_})) {
    EXPECT_THAT(archive_.Ingest(publisher_.Article(1)), IsOk());
  }
  absl::Status Load() { return LoadLogHead(archive_.store(), archive_.log()).status(); }

  const TestPublisher publisher_;
  TestArchive archive_;
};

TEST_F(DamagedKeysTest, AnEventThatIsMissingIsDataLoss) {
  archive_.store().Spoil(What::kEntry, 0, absl::NotFoundError("there is no entries[0]"));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "key-1 of news.example"));
}

TEST_F(DamagedKeysTest, AnEventThatIsNoEntryIsDataLoss) {
  archive_.store().Spoil(What::kEntry, 0, std::string("\xFF"));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "key-1 of news.example"));
}

TEST_F(DamagedKeysTest, AnEventBeyondTheTreeIsDataLoss) {
  archive_.store().SetKeyEventIndexes({{kName, 2}});
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "beyond the tree"));
}

TEST_F(DamagedKeysTest, AnArticleInPlaceOfTheEventIsDataLoss) {
  archive_.store().SetKeyEventIndexes({{kName, 1}});
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "index 1 is not the event of key key-1"));
}

TEST_F(DamagedKeysTest, AnotherKeysEventIsDataLoss) {
  archive_.store().SetKeyEventIndexes({{KeyName{std::string(kTestDomain), "key-2"}, 0}});
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "key-2"));
}

TEST_F(DamagedKeysTest, AStoreThatCannotAnswerNowIsNotDamaged) {
  archive_.store().Spoil(What::kEntry, 0, absl::UnavailableError("not now"));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kUnavailable, "not now"));
  archive_.store().Mend();
  archive_.store().Spoil(What::kKeyEvents, 0, absl::UnavailableError("not now"));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kUnavailable, "not now"));
}

TEST_F(DamagedKeysTest, WhatRecoverLogFindsIsPassedOn) {
  archive_.store().Spoil(What::kEntry, 1, std::string("not the last leaf"));
  EXPECT_THAT(Load(), StatusIs(absl::StatusCode::kDataLoss, "entry 1"));
}

}  // namespace
}  // namespace chirograph::log_head_test
