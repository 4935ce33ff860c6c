// SPDX-License-Identifier: Apache-2.0
//
// Bytes in the catalog that are none of its own. What lists find is tested in catalog_test.cc.
#include "service/internal/catalog_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <string>

#include "service/catalog_schema.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph {
namespace {

class CatalogScanTest : public ::testing::Test {
 protected:
  CatalogScanTest() {
    EXPECT_THAT(archive_.Ingest(MakeArticle(1)), IsOk());
    auto database = CatalogDatabase::Create(archive_.catalog_path(), archive_.log());
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
  }
  void Put(const std::string& key, const std::string& value = "") {
    rocksdb::WriteBatch batch;
    batch.Put(key, value);
    EXPECT_THAT(database_->Write(&batch), IsOk());
  }
  absl::Status Scan(const CatalogQuery& query) { return ScanCatalog(*database_, query, 1, {}, {}).status(); }

  TestArchive archive_;
  std::unique_ptr<CatalogDatabase> database_;
};

TEST_F(CatalogScanTest, AKeyThatEndsWithNoPositionIsDamage) {
  for (const char* end : {"1234567", "123456789"}) {
    const std::string word = std::string("testing") + end;
    for (const CatalogTable table : {CatalogTable::kByIndex, CatalogTable::kByPublished}) {
      Put(CatalogPostingPrefix(table, {CatalogDimension::kTopic, word}) + end);
    }
    CatalogQuery query;
    query.topics = {word};
    EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "no position")) << end;
    query.order = CatalogOrder::kPublishedAscending;
    EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "no position")) << end;
  }
}

TEST_F(CatalogScanTest, AUrlsKeyWithNoPositionIsDamage) {
  Put(CatalogUrlPrefix("u"));
  CatalogQuery query;
  query.url_prefix = "u";
  EXPECT_THAT(Scan(query), StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

TEST_F(CatalogScanTest, ARowsKeyThatIsTooLongIsDamage) {
  CatalogRow row;
  row.ingest_time = kTestNow;
  Put(CatalogRowKey(0) + "x", EncodeCatalogRow(row));
  EXPECT_THAT(CountRowsBefore(*database_, kTestNow + absl::Seconds(1), 5),
              StatusIs(absl::StatusCode::kDataLoss, "no position"));
}

}  // namespace
}  // namespace chirograph
