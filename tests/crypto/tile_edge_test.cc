// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "tests/crypto/merkle_reference.h"

namespace chirograph::tile_edge_test {
namespace {

using Tiles = std::map<TileId, std::string>;

Tiles Taken(TileEdge& edge) {
  Tiles tiles;
  TileId last{-1, 0};
  for (auto& [id, hashes] : edge.TakeChangedTiles()) {
    EXPECT_LT(last, id) << "by level and index, each once";
    last = id;
    tiles[id] = std::move(hashes);
  }
  return tiles;
}

TEST(TileEdgeTest, TheEmptyTreeHasNoTilesAndTheEmptyRoot) {
  TileEdge edge;
  EXPECT_EQ(edge.tree_size(), 0u);
  EXPECT_EQ(edge.RootHash(), EmptyRootHash());
  EXPECT_THAT(edge.TakeChangedTiles(), testing::IsEmpty());
}

// A store that keeps what it is given has, at every size, exactly the tiles of the specification.
TEST(TileEdgeTest, WhatWasTakenAddsUpToTheTilesOfTheReference) {
  const ReferenceLog log(700);
  for (const std::uint64_t batch : {1, 7, 256, 300}) {
    TileEdge edge;
    Tiles store;
    while (edge.tree_size() < 700) {
      for (std::uint64_t i = 0; i < batch && edge.tree_size() < 700; ++i) {
        edge.Append(log.leaf(edge.tree_size()));
        EXPECT_EQ(edge.RootHash(), log.Root(edge.tree_size())) << edge.tree_size();
      }
      for (auto& [id, hashes] : Taken(edge)) store[id] = hashes;
      EXPECT_EQ(store, ReferenceTiles(log, edge.tree_size()).tiles) << edge.tree_size();
    }
  }
}

TEST(TileEdgeTest, ThreeLevelsAgreeWithTheReference) {
  const ReferenceLog log(66'000);
  TileEdge edge;
  Tiles store;
  const std::set<std::uint64_t> looked_at = {65'535, 65'536, 65'537, 65'791, 65'792, 66'000};
  while (edge.tree_size() < 66'000) {
    edge.Append(log.leaf(edge.tree_size()));
    if (!looked_at.contains(edge.tree_size())) continue;
    for (auto& [id, hashes] : Taken(edge)) store[id] = hashes;
    EXPECT_EQ(edge.RootHash(), log.Root(edge.tree_size()));
    EXPECT_EQ(store, ReferenceTiles(log, edge.tree_size()).tiles) << edge.tree_size();
  }
}

TEST(TileEdgeTest, TakingForgetsWhatWasTaken) {
  const ReferenceLog log(300);
  TileEdge edge;
  for (std::uint64_t i = 0; i < 257; ++i) edge.Append(log.leaf(i));
  // The tile that filled up, the new one after it, and the one above.
  EXPECT_THAT(Taken(edge), testing::ElementsAre(testing::Key(TileId{0, 0}), testing::Key(TileId{0, 1}),
                                                testing::Key(TileId{1, 0})));
  EXPECT_THAT(edge.TakeChangedTiles(), testing::IsEmpty());
  edge.Append(log.leaf(257));
  // Whole, not only what is new in it; and nothing above has changed.
  EXPECT_THAT(Taken(edge),
              testing::ElementsAre(testing::Pair(
                  TileId{0, 1}, std::string(AsBytes(log.leaf(256))) + std::string(AsBytes(log.leaf(257))))));
}

TEST(TileEdgeTest, ATileThatFillsUpIsTakenOnceAndNoEmptyOneFollows) {
  const ReferenceLog log(256);
  TileEdge edge;
  for (std::uint64_t i = 0; i < 255; ++i) edge.Append(log.leaf(i));
  EXPECT_THAT(Taken(edge), testing::ElementsAre(testing::Pair(TileId{0, 0}, testing::SizeIs(255 * 32))));
  edge.Append(log.leaf(255));
  EXPECT_THAT(Taken(edge), testing::ElementsAre(testing::Pair(TileId{0, 0}, testing::SizeIs(256 * 32)),
                                                testing::Pair(TileId{1, 0}, testing::SizeIs(32))));
  EXPECT_THAT(edge.TakeChangedTiles(), testing::IsEmpty());
}

TEST(TileEdgeTest, DroppingACopyUndoesWhatItAppended) {
  const ReferenceLog log(600);
  TileEdge edge;
  for (std::uint64_t i = 0; i < 250; ++i) edge.Append(log.leaf(i));
  edge.TakeChangedTiles();
  TileEdge copy = edge;
  for (std::uint64_t i = 0; i < 300; ++i) copy.Append(LeafHash("another"));
  EXPECT_NE(copy.RootHash(), log.Root(550));
  EXPECT_EQ(edge.RootHash(), log.Root(250));
  EXPECT_THAT(edge.TakeChangedTiles(), testing::IsEmpty());
  for (std::uint64_t i = 250; i < 600; ++i) edge.Append(log.leaf(i));
  EXPECT_EQ(edge.RootHash(), log.Root(600));
}

// Loaded at any size, an edge goes on as the one that appended everything.
void ExpectLoadGoesOn(const ReferenceLog& log, std::uint64_t size, std::uint64_t more) {
  const ReferenceTiles tiles(log, size);
  absl::StatusOr<TileEdge> edge = TileEdge::Load(size, tiles);
  ASSERT_TRUE(edge.ok()) << edge.status();
  EXPECT_EQ(edge->tree_size(), size);
  EXPECT_EQ(edge->RootHash(), log.Root(size)) << size;
  EXPECT_THAT(edge->TakeChangedTiles(), testing::IsEmpty());
  Tiles store = tiles.tiles;
  for (std::uint64_t i = size; i < size + more; ++i) {
    edge->Append(log.leaf(i));
    ASSERT_EQ(edge->RootHash(), log.Root(i + 1)) << size << " and on to " << i + 1;
  }
  for (auto& [id, hashes] : Taken(*edge)) store[id] = hashes;
  EXPECT_EQ(store, ReferenceTiles(log, size + more).tiles) << size;
}

TEST(TileEdgeLoadTest, GoesOnFromEverySize) {
  const ReferenceLog log(1000);
  for (std::uint64_t size = 0; size <= 700; ++size) ExpectLoadGoesOn(log, size, 3);
  for (const std::uint64_t size : {0, 1, 255, 256, 257, 511, 512, 513, 700}) ExpectLoadGoesOn(log, size, 300);
}

TEST(TileEdgeLoadTest, GoesOnAcrossThreeLevels) {
  const ReferenceLog log(66'200);
  for (const std::uint64_t size : {65'279, 65'280, 65'535, 65'536, 65'537, 65'792, 66'000}) {
    ExpectLoadGoesOn(log, size, 200);
  }
}

TEST(TileEdgeLoadTest, TakesTilesThatHoldMoreThanTheTree) {
  const ReferenceLog log(700);
  const ReferenceTiles tiles(log, 700);
  for (std::uint64_t size = 0; size <= 700; size += 10) {
    const absl::StatusOr<TileEdge> edge = TileEdge::Load(size, tiles);
    ASSERT_TRUE(edge.ok()) << edge.status();
    EXPECT_EQ(edge->RootHash(), log.Root(size)) << size;
  }
}

TEST(TileEdgeLoadTest, AMissingOrShortTileIsDataLoss) {
  const ReferenceLog log(600);
  for (const TileId id : {TileId{0, 1}, TileId{0, 2}, TileId{1, 0}}) {
    ReferenceTiles tiles(log, 600);
    tiles.tiles[id].pop_back();
    EXPECT_EQ(TileEdge::Load(600, tiles).status().code(), absl::StatusCode::kDataLoss);
    tiles.tiles.erase(id);
    EXPECT_EQ(TileEdge::Load(600, tiles).status().code(), absl::StatusCode::kDataLoss);
  }
}

// One bit in any tile of the right edge: either the tile above does not say so, or, where there is none
// above, the root is another.
TEST(TileEdgeLoadTest, ASpoiltBitOnTheRightEdgeIsFound) {
  const ReferenceLog log(66'000);
  for (const std::uint64_t size : {255, 256, 600, 65'536, 65'792, 66'000}) {
    const ReferenceTiles tiles(log, size);
    int caught_by_the_tile_above = 0;
    int caught_by_the_root = 0;
    tiles.reads.clear();
    ASSERT_TRUE(TileEdge::Load(size, tiles).ok());
    const std::map<TileId, int> edge_tiles = tiles.reads;
    for (const auto& [id, reads] : edge_tiles) {
      EXPECT_EQ(reads, 1);
      const std::size_t bytes = tiles.tiles.at(id).size();
      for (const std::size_t byte : {std::size_t{0}, bytes / 2, bytes - 1}) {
        ReferenceTiles spoilt = tiles;
        spoilt.tiles[id][byte] ^= 0x10;
        const absl::StatusOr<TileEdge> edge = TileEdge::Load(size, spoilt);
        if (edge.ok()) {
          EXPECT_NE(edge->RootHash(), log.Root(size));
          ++caught_by_the_root;
        } else {
          EXPECT_EQ(edge.status().code(), absl::StatusCode::kDataLoss);
          ++caught_by_the_tile_above;
        }
        // A full tile always has one above it.
        EXPECT_TRUE(!edge.ok() || TileWidthAt(id, size) < kTileWidth);
      }
    }
    // At these sizes each tile above ends with the hash of a full one and has no other.
    EXPECT_EQ(caught_by_the_root > 0, size != 256 && size != 65'536 && size != 65'792) << size;
    EXPECT_EQ(caught_by_the_tile_above > 0, size >= 256) << size;
  }
}

TEST(TileEdgeLoadTest, SaysWhichTileIsDamaged) {
  const ReferenceLog log(600);
  ReferenceTiles tiles(log, 600);
  tiles.tiles[{0, 1}][5] ^= 1;
  EXPECT_THAT(std::string(TileEdge::Load(600, tiles).status().message()),
              testing::HasSubstr("tile/0/001 does not hash to what tile/1/000.p/2 says of it"));
}

}  // namespace
}  // namespace chirograph::tile_edge_test
