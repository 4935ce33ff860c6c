// SPDX-License-Identifier: Apache-2.0
//
// On a database that is written by hand. Against a model of the log: catalog_test.cc.
#include "service/internal/catalog_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "service/catalog_schema.h"
#include "service/storage_schema.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::catalog_versions_test {
namespace {

using ::testing::ElementsAre;

class CatalogVersionsTest : public ::testing::Test {
 protected:
  CatalogVersionsTest() {
    auto database = CatalogDatabase::Create(archive_.catalog_path(), archive_.log());
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
  }
  void Put(const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch;
    batch.Put(key, value);
    EXPECT_THAT(database_->Write(&batch), IsOk());
  }
  void Claim(const std::string& publisher, Verdict verdict, std::uint64_t first) {
    Put(CatalogClaimPrefix(CatalogUrlTag(kUrl), verdict) + publisher, EncodeIndex(first));
  }
  std::vector<std::string> Publishers(VersionBounds bounds, std::size_t max = 10) {
    return FindPublishers(*database_, kUrl, bounds, max).value();
  }

  static constexpr const char* kUrl = "https://news.example/1";
  TestArchive archive_;
  std::unique_ptr<CatalogDatabase> database_;
};

TEST_F(CatalogVersionsTest, PublishersAreThoseOfTheVerdictsBelowTheEnd) {
  Claim("a.example", Verdict::kValid, 3);
  Claim("a.example", Verdict::kUnsigned, 1);
  Claim("b.example", Verdict::kUnsigned, 5);
  EXPECT_THAT(Publishers({{Verdict::kValid, Verdict::kUnsigned}, 6}), ElementsAre("a.example", "b.example"));
  EXPECT_THAT(Publishers({{Verdict::kValid, Verdict::kUnsigned}, 5}), ElementsAre("a.example"));
  EXPECT_THAT(Publishers({{Verdict::kUnsigned}, 6}, 1), ElementsAre("a.example"));
  EXPECT_THAT(Publishers({{Verdict::kValid}, 3}), ElementsAre());
}

TEST_F(CatalogVersionsTest, AClaimWithoutAnIndexIsDamage) {
  Put(CatalogClaimPrefix(CatalogUrlTag(kUrl), Verdict::kValid) + "a.example", "short");
  EXPECT_EQ(FindPublishers(*database_, kUrl, {{Verdict::kValid}, 9}, 10).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(CatalogVersionsTest, AVersionWithoutARowIsDamage) {
  const PageName page{"a.example", kUrl};
  Put(CatalogVersionListPrefix(TagsOfPage(page.publisher_domain, page.url), Verdict::kUnsigned) +
          EncodeIndex(4),
      "");
  for (const bool newest_first : {false, true}) {
    EXPECT_THAT(ScanVersions(*database_, page, {{Verdict::kUnsigned}, 9}, newest_first, {}, {}),
                StatusIs(absl::StatusCode::kDataLoss, "index 4"));
  }
  EXPECT_THAT(FindNewerNotValid(*database_, page, {.index = 1}, 9),
              StatusIs(absl::StatusCode::kDataLoss, "index 4"));
  EXPECT_EQ(FindNewerNotValid(*database_, page, {.index = 4}, 9).value(), std::nullopt) << "it is not newer";
}

TEST_F(CatalogVersionsTest, OfNothingThereAreNoVersions) {
  const auto versions =
      ScanVersions(*database_, {"a.example", kUrl}, {{Verdict::kUnsigned}, 9}, true, {}, {});
  ASSERT_THAT(versions, IsOk());
  EXPECT_TRUE(versions->hits.empty());
  EXPECT_TRUE(versions->end);
  EXPECT_TRUE(ScanVersions(*database_, {"a.example", kUrl}, {{Verdict::kUnsigned}, 0}, true, {}, {})->end);
}

}  // namespace
}  // namespace chirograph::catalog_versions_test
