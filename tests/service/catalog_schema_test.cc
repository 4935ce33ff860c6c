// SPDX-License-Identifier: Apache-2.0
#include "service/catalog_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace chirograph {
namespace {

CatalogRow ARow() {
  return {.verdict = Verdict::kValid,
          .ingest_time = absl::FromUnixMicros(1772366400000001),
          .published = absl::FromUnixSeconds(-5) + absl::Nanoseconds(7),
          .article_digest = Sha256("article"),
          .publisher_domain = "news.example",
          .url = "https://news.example/1"};
}

TEST(CatalogSchemaTest, ARowComesBack) {
  CatalogRow row = ARow();
  EXPECT_EQ(DecodeCatalogRow(EncodeCatalogRow(row)), row);
  row = {.verdict = Verdict::kUnsigned, .ingest_time = absl::UnixEpoch() - absl::Seconds(1)};
  EXPECT_EQ(DecodeCatalogRow(EncodeCatalogRow(row)), row);
}

TEST(CatalogSchemaTest, WhatIsNoRowIsNone) {
  const std::string good = EncodeCatalogRow(ARow());
  // The URL is the rest; all before it must be there.
  for (std::size_t size = 0; size < good.size() - ARow().url.size(); ++size) {
    EXPECT_EQ(DecodeCatalogRow(good.substr(0, size)), std::nullopt) << size;
  }
  std::string bad = good;
  bad[0] = 0;
  EXPECT_EQ(DecodeCatalogRow(bad), std::nullopt) << "no such verdict";
  bad = good;
  bad[9] = 2;
  EXPECT_EQ(DecodeCatalogRow(bad), std::nullopt) << "no such published";
  bad = good;
  bad.replace(18, 4, 4, '\xff');
  EXPECT_EQ(DecodeCatalogRow(bad), std::nullopt) << "nanoseconds over a second";
}

TEST(CatalogSchemaTest, PublishedSortsAsTimeDoesAndNoneComesLast) {
  const std::vector<std::optional<absl::Time>> times = {
      absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone()),
      absl::UnixEpoch() - absl::Nanoseconds(1),
      absl::UnixEpoch(),
      absl::UnixEpoch() + absl::Nanoseconds(1),
      absl::UnixEpoch() + absl::Nanoseconds(999'999'999),
      absl::FromCivil(absl::CivilSecond(9999, 12, 31), absl::UTCTimeZone()),
      std::nullopt};
  std::vector<std::string> keys;
  for (const auto& time : times) {
    keys.push_back(EncodePublished(time));
    std::optional<absl::Time> decoded;
    ASSERT_TRUE(DecodePublished(keys.back(), &decoded));
    EXPECT_EQ(decoded, time);
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
}

TEST(CatalogSchemaTest, ProgressComesBackAndNothingElseIsProgress) {
  const CatalogProgress progress{42, Sha256("root")};
  const std::string bytes = EncodeCatalogProgress(progress);
  EXPECT_EQ(bytes.size(), 40u);
  EXPECT_EQ(DecodeCatalogProgress(bytes), progress);
  EXPECT_EQ(DecodeCatalogProgress(bytes.substr(1)), std::nullopt);
  EXPECT_EQ(DecodeCatalogProgress(bytes + "x"), std::nullopt);
}

TEST(CatalogSchemaTest, NoKeyOfOneThingIsAKeyOfAnother) {
  const std::string url = "https://news.example/1";
  const Digest digest = Sha256("article");
  const std::vector<std::string> keys = {
      CatalogMetaKey(kCatalogVersionKey),
      CatalogRowKey(1),
      CatalogPostingPrefix(CatalogTable::kByIndex, {CatalogDimension::kTopic, "a"}),
      CatalogPostingPrefix(CatalogTable::kByIndex, {CatalogDimension::kCategory, "a"}),
      CatalogPostingPrefix(CatalogTable::kByPublished, {CatalogDimension::kTopic, "a"}),
      CatalogUrlPrefix(url),
      CatalogClaimPrefix(url, Verdict::kValid),
      CatalogClaimPrefix(url, Verdict::kInvalid),
      CatalogVersionKey("a.example", "b", digest, Verdict::kValid),
      CatalogVersionKey("a.exampleb", "", digest, Verdict::kValid),
      CatalogVersionListPrefix("a.example", "b", Verdict::kValid),
  };
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < keys.size(); ++j) {
      EXPECT_EQ(keys[i].starts_with(keys[j]), i == j) << i << " and " << j;
    }
  }
}

TEST(CatalogSchemaTest, AfterPrefixIsBehindAllThatBeginWithIt) {
  EXPECT_EQ(AfterPrefix("ab"), "ac");
  EXPECT_EQ(AfterPrefix("a\xff\xff"), "b");
  EXPECT_LT(std::string("a\x7f\xff\xff"), AfterPrefix("a\x7f"));
}

}  // namespace
}  // namespace chirograph
