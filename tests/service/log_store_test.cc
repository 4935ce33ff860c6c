// SPDX-License-Identifier: Apache-2.0
#include "service/log_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::log_store_test {
namespace {

using What = HookedLogStore::What;

// Both ways to read in order: part by part, which HookedLogStore inherits, and the store's own.
class StoreWithArticlesTest : public testing::Test {
 protected:
  StoreWithArticlesTest() : archive_(KeyringOf({&publisher_})) {
    for (int i = 1; i <= 6; ++i) EXPECT_TRUE(archive_.Ingest(publisher_.Article(i)).ok());
  }
  static EntryRange All() {
    return {.first_index = 0, .end_index = 7, .with_articles = true, .max_bytes = std::size_t{1} << 20};
  }

  const TestPublisher publisher_;
  TestArchive archive_;
};

class ReadEntriesTest : public StoreWithArticlesTest, public testing::WithParamInterface<bool> {
 protected:
  const LogStore& store() { return GetParam() ? archive_.store().inner() : archive_.store(); }
};

TEST_P(ReadEntriesTest, AreWhatIsReadOneByOne) {
  const auto entries = store().ReadEntries(All());
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 7u);
  for (std::uint64_t index = 0; index < 7; ++index) {
    const StoredParts& parts = (*entries)[index];
    EXPECT_EQ(parts.log_entry.value(), store().ReadEntry(index).value());
    if (index == 0) {  // a key's event
      EXPECT_TRUE(absl::IsNotFound(parts.opening.status()));
      EXPECT_TRUE(absl::IsNotFound(parts.content.status()));
    } else {
      EXPECT_EQ(parts.opening.value(), store().ReadOpening(index).value());
      EXPECT_EQ(parts.content.value(), store().ReadContent(index).value());
    }
  }
}

TEST_P(ReadEntriesTest, BeginWhereTheyAreAskedTo) {
  EntryRange range = All();
  range.first_index = 4;
  range.end_index = 6;
  range.with_articles = false;
  const auto entries = store().ReadEntries(range);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ(entries->front().log_entry.value(), store().ReadEntry(4).value());
  EXPECT_TRUE(absl::IsNotFound(entries->front().content.status()));
}

TEST_P(ReadEntriesTest, StopAtTheBytesButNeverAtNothing) {
  EntryRange range = All();
  const std::size_t first = store().ReadEntry(0)->size();
  for (const std::size_t bytes : {std::size_t{0}, first}) {
    range.max_bytes = bytes;
    EXPECT_EQ(store().ReadEntries(range)->size(), 1u) << bytes;
  }
  const std::size_t second =
      store().ReadEntry(1)->size() + store().ReadOpening(1)->size() + store().ReadContent(1)->size();
  range.max_bytes = first + second;
  EXPECT_EQ(store().ReadEntries(range)->size(), 2u);
  range.max_bytes = first + second - 1;
  EXPECT_EQ(store().ReadEntries(range)->size(), 1u);
  range.end_index = 0;
  EXPECT_EQ(store().ReadEntries(range)->size(), 0u);
}

TEST_P(ReadEntriesTest, SayWhichEntryIsNotThere) {
  EntryRange range = All();
  range.end_index = 9;
  const auto entries = store().ReadEntries(range);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 9u);
  EXPECT_TRUE(entries->at(6).log_entry.ok());
  EXPECT_TRUE(absl::IsNotFound(entries->at(7).log_entry.status()));
  EXPECT_TRUE(absl::IsNotFound(entries->at(8).log_entry.status()));
}

INSTANTIATE_TEST_SUITE_P(All, ReadEntriesTest, testing::Bool(),
                         [](const auto& param_info) { return param_info.param ? "InOrder" : "PartByPart"; });

TEST_F(StoreWithArticlesTest, DamageIsToldAtItsEntry) {
  archive_.store().Spoil(What::kOpening, 3, absl::DataLossError("spoilt"));
  const auto entries = archive_.store().ReadEntries(All());
  ASSERT_TRUE(entries.ok());
  EXPECT_TRUE(absl::IsDataLoss(entries->at(3).opening.status()));
  EXPECT_TRUE(entries->at(3).content.ok());
  EXPECT_TRUE(entries->at(4).opening.ok());
}

TEST_F(StoreWithArticlesTest, AStoreThatCannotAnswerIsNoDamage) {
  archive_.store().Spoil(What::kContent, 3, absl::UnavailableError("away"));
  EXPECT_TRUE(absl::IsUnavailable(archive_.store().ReadEntries(All()).status()));
}

}  // namespace
}  // namespace chirograph::log_store_test
