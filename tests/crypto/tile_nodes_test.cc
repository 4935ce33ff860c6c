// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile_nodes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/merkle.h"

namespace chirograph::tile_nodes_test {
namespace {

std::vector<Digest> Hashes(std::size_t count) {
  std::vector<Digest> hashes;
  for (std::size_t i = 0; i < count; ++i) hashes.push_back(LeafHash(fmt::format("entry {}", i)));
  return hashes;
}

std::string Bytes(const std::vector<Digest>& hashes) {
  std::string bytes;
  for (const Digest& hash : hashes) bytes.append(AsBytes(hash));
  return bytes;
}

// By appending, which shares nothing with TileNodes but NodeHash.
Digest RootOf(const std::vector<Digest>& hashes, std::size_t begin, std::size_t count) {
  CompactRange range;
  for (std::size_t i = begin; i < begin + count; ++i) range.Append(hashes[i]);
  return range.RootHash();
}

std::shared_ptr<const TileNodes> SomeTile() { return std::make_shared<const TileNodes>(Bytes(Hashes(2))); }

// A tree's tiles in memory, which counts what is read of them.
class CountingReader : public TileReader {
 public:
  explicit CountingReader(std::uint64_t tree_size) {
    TileEdge edge;
    for (std::uint64_t i = 0; i < tree_size; ++i) edge.Append(LeafHash(fmt::format("entry {}", i)));
    root_hash_ = edge.RootHash();
    for (auto& [id, hashes] : edge.TakeChangedTiles()) tiles_[id] = std::move(hashes);
  }

  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    ++reads_[id.level];
    return tiles_.at(id).substr(0, static_cast<std::size_t>(width) * kSha256Bytes);
  }
  TileNodeCache* node_cache() const override { return &cache_; }

  const Digest& root_hash() const { return root_hash_; }
  int reads(int level) const { return reads_[level]; }
  TileNodeCache& cache() const { return cache_; }

 private:
  std::map<TileId, std::string> tiles_;
  Digest root_hash_;
  mutable std::map<int, int> reads_;
  mutable TileNodeCache cache_{4};
};

TEST(TileNodesTest, EachPerfectSubtreeOfEachWidthHasItsRoot) {
  const std::vector<Digest> hashes = Hashes(kTileWidth);
  for (const std::size_t width : {1, 2, 3, 4, 7, 8, 100, 128, 255, 256}) {
    const TileNodes tile(std::string_view(Bytes(hashes)).substr(0, width * kSha256Bytes));
    for (int height = 0; (std::size_t{1} << height) <= width; ++height) {
      const std::size_t leaves = std::size_t{1} << height;
      for (std::size_t index = 0; (index + 1) * leaves <= width; ++index) {
        ASSERT_EQ(tile.Node(height, index), RootOf(hashes, index * leaves, leaves))
            << "width " << width << " height " << height << " index " << index;
      }
    }
  }
}

TEST(TileNodeCacheTest, ATileIsFoundByItsNameAndWidth) {
  TileNodeCache cache(4);
  const std::shared_ptr<const TileNodes> tile = SomeTile();
  cache.Add({1, 7}, 2, tile);
  EXPECT_EQ(cache.Find({1, 7}, 2), tile);
  EXPECT_EQ(cache.Find({1, 7}, 3), nullptr);
  EXPECT_EQ(cache.Find({1, 8}, 2), nullptr);
  EXPECT_EQ(cache.Find({2, 7}, 2), nullptr);
}

TEST(TileNodeCacheTest, WhatWasAskedForLeastLatelyMakesRoom) {
  TileNodeCache cache(2);
  cache.Add({1, 0}, 256, SomeTile());
  cache.Add({1, 1}, 256, SomeTile());
  ASSERT_NE(cache.Find({1, 0}, 256), nullptr);
  cache.Add({1, 2}, 256, SomeTile());
  EXPECT_NE(cache.Find({1, 0}, 256), nullptr);
  EXPECT_EQ(cache.Find({1, 1}, 256), nullptr);
  EXPECT_NE(cache.Find({1, 2}, 256), nullptr);
}

TEST(TileNodeCacheTest, OfTwoThatAddTheSameTheFirstIsKept) {
  TileNodeCache cache(2);
  const std::shared_ptr<const TileNodes> first = SomeTile();
  cache.Add({1, 0}, 256, first);
  cache.Add({1, 0}, 256, SomeTile());
  EXPECT_EQ(cache.Find({1, 0}, 256), first);
}

TEST(TileNodeCacheTest, NothingIsFoundAfterClear) {
  TileNodeCache cache(2);
  cache.Add({1, 0}, 256, SomeTile());
  cache.Clear();
  EXPECT_EQ(cache.Find({1, 0}, 256), nullptr);
}

TEST(TileNodeCacheTest, ProofsThroughItAreThoseWithoutAndReadTheUpperTilesOnce) {
  constexpr std::uint64_t kTreeSize = 256 * 300 + 77;
  const CountingReader reader(kTreeSize);
  for (const std::uint64_t index : {0, 255, 256, 65'535, 65'536, 70'000, 76'799, 76'800, 76'876}) {
    const absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(index, kTreeSize, reader);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(VerifyInclusion(LeafHash(fmt::format("entry {}", index)), index, kTreeSize, *proof,
                              reader.root_hash()),
              ProofVerdict::kVerified)
        << index;
  }
  EXPECT_EQ(reader.reads(1), 2);
  EXPECT_EQ(reader.reads(2), 1);
  EXPECT_GT(reader.reads(0), 2);
}

TEST(TileNodeCacheTest, ATileThatGrewIsReadAgain) {
  const CountingReader reader(1000);
  ASSERT_TRUE(ProveInclusion(0, 600, reader).ok());
  ASSERT_TRUE(ProveInclusion(0, 600, reader).ok());
  EXPECT_EQ(reader.reads(1), 1);
  const absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(0, 1000, reader);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(reader.reads(1), 2);
  EXPECT_EQ(VerifyInclusion(LeafHash("entry 0"), 0, 1000, *proof, reader.root_hash()),
            ProofVerdict::kVerified);
}

}  // namespace
}  // namespace chirograph::tile_nodes_test
