// SPDX-License-Identifier: Apache-2.0
//
// Walks over chunks that are written by hand, against a vector of what is in them.
#include "service/internal/catalog_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "service/storage_schema.h"
#include "tests/proto/test_seed.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"

namespace chirograph::catalog_walk_test {
namespace {

using ::testing::Optional;
using Postings = std::vector<CatalogPosting>;

const std::string kTag = CatalogTermTag({CatalogDimension::kTopic, "testing"});

class CatalogWalkTest : public ::testing::Test {
 protected:
  CatalogWalkTest() : random_(TestSeed()) {
    auto database = CatalogDatabase::Create(archive_.catalog_path(), archive_.log());
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
    // Neighbours, whose chunks are none of the list's.
    Put(std::string(kTag).replace(16, 1, "\0", 1), {Posting(1)});
    Put(std::string(kTag).replace(16, 1, "\xff"), {Posting(1)});
  }

  std::uint64_t Below(std::uint64_t n) { return random_() % n; }

  CatalogPosting Posting(std::uint64_t index) {
    std::optional<absl::Time> published;
    if (Below(3) > 0) published = absl::FromUnixSeconds(static_cast<std::int64_t>(Below(5)));
    return MakeCatalogPosting(index, EncodePublished(published)).value();
  }

  void Put(const std::string& tag, const Postings& postings) {
    CatalogChunkWriter chunk;
    for (const CatalogPosting& posting : postings) chunk.Add(posting);
    rocksdb::WriteBatch batch;
    batch.Put(CatalogPostingPrefix(tag) + EncodeIndex(chunk.first_index()), chunk.bytes());
    EXPECT_THAT(database_->Write(&batch), IsOk());
  }

  // A list in chunks of any size up to `max_chunk`, with gaps.
  void PutList(std::uint64_t max_chunk) {
    std::uint64_t index = Below(4);
    while (all_.size() < 200) {
      Postings chunk;
      for (std::uint64_t n = 1 + Below(max_chunk); n > 0; --n) {
        chunk.push_back(Posting(index));
        index += 1 + (Below(3) == 0 ? Below(9) : 0);
      }
      Put(kTag, chunk);
      all_.insert(all_.end(), chunk.begin(), chunk.end());
    }
  }

  // The index that a walk is to find; nothing at the end.
  std::optional<std::uint64_t> Expected(std::uint64_t index, bool descending) const {
    std::optional<std::uint64_t> found;
    for (const CatalogPosting& posting : all_) {
      if (descending ? posting.index <= index : posting.index >= index) {
        found = posting.index;
        if (!descending) break;
      }
    }
    return found;
  }

  static std::optional<std::uint64_t> Found(CatalogWalk& walk, std::uint64_t index) {
    walk.Seek(EncodeIndex(index));
    EXPECT_THAT(walk.status(), IsOk());
    return walk.valid() ? DecodeIndex(walk.position()) : std::nullopt;
  }

  TestArchive archive_;
  std::unique_ptr<CatalogDatabase> database_;
  std::mt19937_64 random_;
  Postings all_;
};

class CatalogWalkChunks : public CatalogWalkTest, public ::testing::WithParamInterface<int> {
 protected:
  CatalogWalkChunks() { PutList(static_cast<std::uint64_t>(GetParam())); }
};

TEST_P(CatalogWalkChunks, LeapsToAnyIndexFromAnywhere) {
  for (const bool descending : {false, true}) {
    ChunkWalk walk(*database_, kTag, descending);
    SortedWalk sorted(all_, false, descending);
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t index = Below(all_.back().index + 5);
      ASSERT_EQ(Found(walk, index), Expected(index, descending)) << index << " from chance, " << descending;
      ASSERT_EQ(Found(sorted, index), Expected(index, descending)) << index;
    }
  }
}

TEST_P(CatalogWalkChunks, GoesOnInItsDirection) {
  for (const bool descending : {false, true}) {
    for (const std::uint64_t longest : {1, 3, 40}) {
      ChunkWalk walk(*database_, kTag, descending);
      std::uint64_t index = descending ? all_.back().index + 3 : 0;
      for (;;) {
        const std::optional<std::uint64_t> found = Found(walk, index);
        ASSERT_EQ(found, Expected(index, descending)) << index;
        const std::uint64_t leap = 1 + Below(longest);
        if (!found || (descending && *found < leap)) break;
        index = descending ? *found - leap : *found + leap;
      }
    }
  }
}

TEST_P(CatalogWalkChunks, ReadsWhatIsInARangeUnlessThereIsMore) {
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t first = Below(all_.back().index + 3);
    const std::uint64_t end = first + Below(all_.back().index + 3);
    Postings expected;
    for (const CatalogPosting& posting : all_) {
      if (posting.index >= first && posting.index < end) expected.push_back(posting);
    }
    EXPECT_THAT(ReadPostings(*database_, kTag, first, end, expected.size()).value(), Optional(expected));
    if (expected.empty()) continue;
    EXPECT_EQ(ReadPostings(*database_, kTag, first, end, expected.size() - 1).value(), std::nullopt);
  }
}

TEST_P(CatalogWalkChunks, ADamagedChunkIsMetAsDamage) {
  const std::string key = CatalogPostingPrefix(kTag) + EncodeIndex(all_[150].index);
  rocksdb::WriteBatch batch;
  batch.Put(key, "\3");
  ASSERT_THAT(database_->Write(&batch), IsOk());
  for (const bool descending : {false, true}) {
    ChunkWalk walk(*database_, kTag, descending);
    walk.Seek(EncodeIndex(all_[150].index));
    EXPECT_FALSE(walk.valid());
    EXPECT_THAT(walk.status(), StatusIs(absl::StatusCode::kDataLoss, "chunk"));
  }
  EXPECT_THAT(ReadPostings(*database_, kTag, 0, 1000, 1000), StatusIs(absl::StatusCode::kDataLoss, "chunk"));
}

INSTANTIATE_TEST_SUITE_P(OfAnySize, CatalogWalkChunks, ::testing::Values(1, 2, 7, 300));

TEST_F(CatalogWalkTest, OfAListThatIsEmptyThereIsNothing) {
  for (const bool descending : {false, true}) {
    ChunkWalk walk(*database_, kTag, descending);
    EXPECT_EQ(Found(walk, 5), std::nullopt);
    SortedWalk sorted({}, false, descending);
    EXPECT_EQ(Found(sorted, 5), std::nullopt);
  }
  EXPECT_THAT(ReadPostings(*database_, kTag, 0, 9, 0).value(), Optional(Postings()));
}

TEST_F(CatalogWalkTest, WhatIsSortedByPublishedIsInItsOrder) {
  for (std::uint64_t index = 0; index < 100; ++index) all_.push_back(Posting(index));
  std::vector<std::string> positions;
  for (const CatalogPosting& posting : all_) {
    positions.push_back(std::string(posting.published.data(), kPublishedBytes) + EncodeIndex(posting.index));
  }
  std::sort(positions.begin(), positions.end());
  SortedWalk up(all_, true, false);
  for (const std::string& position : positions) {
    up.Seek(position);
    ASSERT_TRUE(up.valid());
    EXPECT_EQ(up.position(), position);
  }
  std::reverse(positions.begin(), positions.end());
  SortedWalk down(all_, true, true);
  for (const std::string& position : positions) {
    down.Seek(position);
    ASSERT_TRUE(down.valid());
    EXPECT_EQ(down.position(), position);
  }
  down.Seek(EncodePublished(absl::UnixEpoch() - absl::Seconds(1)) + EncodeIndex(0));
  EXPECT_FALSE(down.valid());
}

}  // namespace
}  // namespace chirograph::catalog_walk_test
