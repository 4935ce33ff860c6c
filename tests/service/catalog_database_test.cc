// SPDX-License-Identifier: Apache-2.0
//
// Which folders are believed to be a catalog is tested in catalog_test.cc; here is what the database itself
// says.
#include "service/internal/catalog_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>

#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::catalog_database_test {
namespace {

class CatalogDatabaseTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<CatalogDatabase>> Open() {
    return CatalogDatabase::Open(archive_.catalog_path(), archive_.store(), archive_.log());
  }
  static void Put(CatalogDatabase& database, const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch;
    batch.Put(key, value);
    EXPECT_THAT(database.Write(&batch), IsOk());
  }

  TestArchive archive_;
};

TEST_F(CatalogDatabaseTest, KeepsWhatWasWritten) {
  Put(**Open(), "\7key", "value");
  const auto again = Open();
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->Get("\7key").value(), "value");
  EXPECT_EQ((*again)->Get("\7none").value(), std::nullopt);
  EXPECT_EQ((*again)->progress().tree_size, 0u);
}

TEST_F(CatalogDatabaseTest, ACrashTakesWhatWasInMemoryTogetherWithTheProgressThatSaysSo) {
  for (int i = 0; i < 20; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  const std::string crashed = archive_.path() + "/crashed";
  CopyStore(archive_.catalog_path(), crashed);
  {
    const auto left = CatalogDatabase::Open(crashed, archive_.store(), archive_.log());
    ASSERT_THAT(left, IsOk());
    const std::uint64_t tree_size = (*left)->progress().tree_size;
    for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ((*left)->GetRow(i).ok(), i < tree_size) << i;
  }
  const auto again = Catalog::Start(crashed, archive_.store(), archive_.log());
  ASSERT_THAT(again, IsOk());
  std::promise<absl::Status> caught_up;
  (*again)->WhenAt(20, absl::Seconds(60), [&](const absl::Status& status) { caught_up.set_value(status); });
  EXPECT_THAT(caught_up.get_future().get(), IsOk());
  EXPECT_EQ((*again)->List({}, 20, {}, {})->hits.size(), 20u);
}

TEST_F(CatalogDatabaseTest, OneThatIsOpenIsNotOpenedTwice) {
  const auto first = Open();
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(CatalogDatabaseTest, OneThatIsMarkedAsDamagedIsMadeAnew) {
  {
    const auto database = Open();
    Put(**database, "\7key", "value");
    (*database)->MarkDamaged();
  }
  EXPECT_EQ((*Open())->Get("\7key").value(), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(archive_.catalog_path() + "/DAMAGED"));
}

// As a crash leaves it while a damaged one is deleted, the mark first.
TEST_F(CatalogDatabaseTest, WhatIsLeftOfADeletedOneIsNotBelieved) {
  Put(**Open(), "\7key", "value");
  std::filesystem::remove(archive_.catalog_path() + "/CURRENT");
  EXPECT_EQ((*Open())->Get("\7key").value(), std::nullopt);
}

TEST_F(CatalogDatabaseTest, ARowThatIsMissingOrNoRowIsDamage) {
  const auto database = Open();
  EXPECT_THAT((*database)->GetRow(3), StatusIs(absl::StatusCode::kDataLoss, "index 3"));
  Put(**database, CatalogRowKey(3), "short");
  EXPECT_THAT((*database)->GetRow(3), StatusIs(absl::StatusCode::kDataLoss, "index 3"));
  const CatalogRow row{.ingest_time = kTestNow, .publisher_domain = "news.example", .url = "u"};
  Put(**database, CatalogRowKey(3), EncodeCatalogRow(row));
  EXPECT_EQ((*database)->GetRow(3).value(), row);
}

TEST_F(CatalogDatabaseTest, ARangeHasItsKeysAndNoOthers) {
  const auto database = Open();
  for (const char* key : {"\7a", "\7b", "\7c", "\7d"}) Put(**database, key, key);
  CatalogDatabase::Range range(**database, "\7b", "\7d");
  range.Seek("\7a");
  ASSERT_TRUE(range.valid());
  EXPECT_EQ(range.key(), "\7b");
  range.Next();
  EXPECT_EQ(range.key(), "\7c");
  range.Next();
  EXPECT_FALSE(range.valid());
  EXPECT_THAT(range.status(), IsOk());
  range.SeekBackward("\7z");
  ASSERT_TRUE(range.valid());
  EXPECT_EQ(range.value(), "\7c");
  range.SeekBackward("\7a");
  EXPECT_FALSE(range.valid());
}

TEST_F(CatalogDatabaseTest, AFileInItsPlaceIsReplaced) {
  std::ofstream(archive_.catalog_path()) << "no folder";
  EXPECT_THAT(Open(), IsOk());
}

}  // namespace
}  // namespace chirograph::catalog_database_test
