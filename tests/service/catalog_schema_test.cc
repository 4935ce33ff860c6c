// SPDX-License-Identifier: Apache-2.0
#include "service/catalog_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/proto/test_seed.h"

namespace chirograph::catalog_schema_test {
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

// --- Chunks ---

CatalogPosting At(std::uint64_t index, const std::optional<absl::Time>& published) {
  return MakeCatalogPosting(index, EncodePublished(published)).value();
}

std::string ChunkOf(const std::vector<CatalogPosting>& postings) {
  CatalogChunkWriter chunk;
  for (const CatalogPosting& posting : postings) chunk.Add(posting);
  EXPECT_EQ(chunk.first_index(), postings.front().index);
  EXPECT_EQ(chunk.size(), postings.size());
  return chunk.bytes();
}

std::vector<CatalogPosting> SomePostings() {
  constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();
  return {At(7, std::nullopt),
          At(8, absl::FromUnixSeconds(std::numeric_limits<std::int64_t>::min() + 1)),
          At(9, absl::FromUnixSeconds(std::numeric_limits<std::int64_t>::max()) + absl::Nanoseconds(1)),
          At(300, absl::UnixEpoch() - absl::Nanoseconds(1)),
          At(301, std::nullopt),
          At(std::uint64_t{1} << 40, absl::UnixEpoch()),
          At(kLast - 1, absl::FromUnixSeconds(1'800'000'000) + absl::Nanoseconds(999'999'999)),
          At(kLast, absl::UnixEpoch())};
}

TEST(CatalogSchemaTest, AChunkComesBack) {
  const std::vector<CatalogPosting> all = SomePostings();
  for (std::size_t begin = 0; begin < all.size(); ++begin) {
    const std::vector<CatalogPosting> some(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end());
    std::vector<CatalogPosting> decoded = {At(1, std::nullopt)};
    ASSERT_TRUE(DecodeCatalogChunk(some.front().index, ChunkOf(some), &decoded));
    EXPECT_EQ(decoded, some);
  }
}

TEST(CatalogSchemaTest, AChunkWriterThatWasClearedBeginsAnew) {
  CatalogChunkWriter chunk;
  for (const CatalogPosting& posting : SomePostings()) chunk.Add(posting);
  chunk.Clear();
  EXPECT_EQ(chunk.size(), 0u);
  chunk.Add(At(3, absl::UnixEpoch()));
  EXPECT_EQ(chunk.bytes(), ChunkOf({At(3, absl::UnixEpoch())}));
  EXPECT_EQ(chunk.first_index(), 3u);
}

TEST(CatalogSchemaTest, AChunkThatIsCutOffIsNoneOrShorter) {
  const std::vector<CatalogPosting> all = SomePostings();
  const std::string bytes = ChunkOf(all);
  std::size_t chunks = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::vector<CatalogPosting> decoded;
    if (!DecodeCatalogChunk(all.front().index, bytes.substr(0, size), &decoded)) continue;
    ++chunks;
    ASSERT_LT(decoded.size(), all.size());
    EXPECT_TRUE(std::equal(decoded.begin(), decoded.end(), all.begin()));
  }
  EXPECT_EQ(chunks, all.size() - 1);
}

template <std::size_t n>
std::string_view Bytes(const char (&literal)[n]) {
  return {literal, n - 1};
}

TEST(CatalogSchemaTest, WhatIsNoChunkIsNone) {
  std::vector<CatalogPosting> decoded;
  const std::vector<std::pair<std::string_view, std::string>> bad = {
      {"", "nothing"},
      {Bytes("\3"), "no such kind"},
      {Bytes("\0\0\0"), "an index twice"},
      {Bytes("\0\x80"), "a varint without an end"},
      {Bytes("\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\2\0"), "a varint over 64 bits"},
      {Bytes("\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\1\0"), "a varint of 11 bytes"},
      {Bytes("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0"), "an index over 64 bits"},
      {Bytes("\2\0\0\0\0"), "nanoseconds that are cut off"},
      {Bytes("\2\0\xff\xff\xff\xff"), "nanoseconds over a second"},
  };
  for (const auto& [bytes, why] : bad) EXPECT_FALSE(DecodeCatalogChunk(1, bytes, &decoded)) << why;
}

TEST(CatalogSchemaTest, AChunkIsBounded) {
  CatalogChunkWriter chunk;
  for (std::uint64_t i = 0; i < kMaxChunkPostings; ++i) chunk.Add(At(i, std::nullopt));
  std::vector<CatalogPosting> decoded;
  EXPECT_TRUE(DecodeCatalogChunk(0, chunk.bytes(), &decoded));
  EXPECT_EQ(decoded.size(), kMaxChunkPostings);
  EXPECT_FALSE(DecodeCatalogChunk(0, chunk.bytes() + std::string("\1\0", 2), &decoded));
}

TEST(CatalogSchemaTest, BytesByChanceAreAChunkInOrderOrNone) {
  std::mt19937_64 random(TestSeed());
  std::vector<CatalogPosting> decoded;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 4);
    if (!DecodeCatalogChunk(random() % 9, bytes, &decoded)) continue;
    ASSERT_FALSE(decoded.empty());
    for (std::size_t n = 0; n < decoded.size(); ++n) {
      ASSERT_TRUE(n == 0 || decoded[n - 1].index < decoded[n].index);
      std::optional<absl::Time> time;
      ASSERT_TRUE(DecodePublished({decoded[n].published.data(), kPublishedBytes}, &time));
    }
  }
}

TEST(CatalogSchemaTest, ATagIsFoundWhereItIsWhole) {
  const std::string a = CatalogTermTag({CatalogDimension::kTopic, "a"});
  const std::string b = CatalogTermTag({CatalogDimension::kTopic, "b"});
  EXPECT_EQ(a.size(), kCatalogTermTagBytes);
  EXPECT_EQ(HasTermTag(a + b, a), true);
  EXPECT_EQ(HasTermTag(a + b, b), true);
  EXPECT_EQ(HasTermTag(a, b), false);
  EXPECT_EQ(HasTermTag(a, CatalogTermTag({CatalogDimension::kCategory, "a"})), false);
  const std::string shifted = "x" + a + b.substr(1);
  EXPECT_EQ(HasTermTag(shifted, a), false);
  EXPECT_EQ(HasTermTag("", a), std::nullopt);
  EXPECT_EQ(HasTermTag(a.substr(1), a), std::nullopt);
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
      CatalogPostingPrefix({CatalogDimension::kTopic, "a"}),
      CatalogPostingPrefix({CatalogDimension::kCategory, "a"}),
      CatalogPublishedKey(EncodePublished(absl::UnixEpoch()), 1),
      CatalogUrlPrefix(url),
      CatalogClaimPrefix(CatalogUrlTag(url), Verdict::kValid),
      CatalogClaimPrefix(CatalogUrlTag(url), Verdict::kInvalid),
      CatalogVersionKey(TagsOfPage("a.example", "b"), digest, Verdict::kValid),
      CatalogVersionKey(TagsOfPage("a.exampleb", ""), digest, Verdict::kValid),
      CatalogVersionListPrefix(TagsOfPage("a.example", "b"), Verdict::kValid),
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
}  // namespace chirograph::catalog_schema_test
