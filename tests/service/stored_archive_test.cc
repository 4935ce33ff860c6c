// SPDX-License-Identifier: Apache-2.0
#include "service/stored_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "service/archive_directory.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_publisher.h"

namespace chirograph::stored_archive_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StoredArchiveTest : public ::testing::Test {
 protected:
  StoredArchiveTest() {
    TestArchive archive;
    EXPECT_THAT(archive.StartCatalog(), IsOk());
    for (int i = 0; i < 3; ++i) EXPECT_THAT(archive.Ingest(MakeArticle(i)), IsOk());
    EXPECT_THAT(archive.CatchUp(), IsOk());
    archive.StopCatalog();
    std::filesystem::copy(archive.path(), path_, std::filesystem::copy_options::recursive);
  }
  // What is found in opening and in checking it.
  std::string Found() {
    const auto stored = OpenStoredArchive(path_, false);
    EXPECT_THAT(stored, IsOk());
    if (!stored.ok()) return std::string(stored.status().message());
    FakeClock clock;
    ArchiveCheck check((*stored)->archive(), {}, clock);
    const CheckOutcome outcome = RunToTheEnd(check);
    EXPECT_THAT(outcome.status, IsOk());
    return outcome.Text();
  }

  const TempFolder folder_;
  const std::string path_ = folder_ / "archive";
};

TEST_F(StoredArchiveTest, OpensASoundArchiveAndChangesNothing) {
  const auto sizes = FileSizes(path_ + "/store");
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(FileSizes(path_ + "/store"), sizes);
  EXPECT_THAT(OpenArchive(path_, false), IsOk());
}

TEST_F(StoredArchiveTest, WhileItIsThereNobodyElseOpensIt) {
  const auto stored = OpenStoredArchive(path_, false);
  ASSERT_THAT(stored, IsOk());
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenArchive(path_, false).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStoredArchive(path_, false).status()));
}

TEST_F(StoredArchiveTest, WhereAServerHasItOpenItIsRefused) {
  const auto opened = OpenArchive(path_, false);
  ASSERT_THAT(opened, IsOk());
  const auto stored = OpenStoredArchive(path_, false);
  EXPECT_TRUE(absl::IsFailedPrecondition(stored.status())) << stored.status();
  EXPECT_THAT(std::string(stored.status().message()), HasSubstr("another process has this store open"));
}

TEST_F(StoredArchiveTest, WithoutACatalogTheRestIsChecked) {
  std::filesystem::remove_all(path_ + "/catalog");
  const auto stored = OpenStoredArchive(path_, false);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ((*stored)->archive().catalog, nullptr);
  EXPECT_THAT((*stored)->archive().findings, IsEmpty());
}

TEST_F(StoredArchiveTest, ACatalogThatCannotBeOpenedIsAFinding) {
  std::ofstream(path_ + "/catalog/CURRENT") << "damage";
  EXPECT_THAT(Found(), HasSubstr("CATALOG_UNREADABLE catalog: "));
}

TEST_F(StoredArchiveTest, ACatalogThatWasFoundDamagedIsAFinding) {
  std::ofstream(path_ + "/catalog/DAMAGED") << "";
  EXPECT_THAT(Found(), HasSubstr("CATALOG_UNREADABLE catalog: "));
}

TEST_F(StoredArchiveTest, AMissingMarkIsAFinding) {
  std::filesystem::remove(path_ + "/store/COMMITTED");
  EXPECT_FALSE(OpenArchive(path_, false).ok());
  EXPECT_THAT(Found(), HasSubstr("STORE_MISLABELLED COMMITTED: "));
}

TEST_F(StoredArchiveTest, AnArchiveThatAServerRefusesIsCheckedAllTheSame) {
  {
    auto database = RocksDbDatabase::Open(path_ + "/store", rocksdb::Env::Default());
    ASSERT_THAT(database, IsOk());
    const std::string tile = (*database)->Get(StoreColumn::kTiles, EncodeTileKey({0, 0}), "").value().value();
    rocksdb::WriteBatch batch;
    batch.Put((*database)->handle(StoreColumn::kTiles), EncodeTileKey({0, 0}), WithBitTurned(tile, 2 * 32));
    ASSERT_TRUE((*database)->Write(&batch).ok());
  }
  // The sequencer recovers from the right edge.
  EXPECT_THAT(Found(), HasSubstr("#2 TILE_MISMATCH tile/0/000.p/3: "));
}

TEST_F(StoredArchiveTest, AStoreThatCannotBeOpenedIsDataLoss) {
  std::ofstream(path_ + "/store/CURRENT") << "damage";
  EXPECT_TRUE(absl::IsDataLoss(OpenStoredArchive(path_, false).status()));
}

TEST_F(StoredArchiveTest, AFolderWithoutAnArchiveIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(OpenStoredArchive(folder_ / "none", false).status()));
}

}  // namespace
}  // namespace chirograph::stored_archive_test
