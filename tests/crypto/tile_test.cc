// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crypto/merkle.h"
#include "tests/crypto/merkle_reference.h"

namespace chirograph::tile_test {
namespace {

using ::testing::Each;
using ::testing::Pair;

class FailingReader : public TileReader {
 public:
  absl::StatusOr<std::string> ReadTile(TileId, int) const override {
    return absl::UnavailableError("the disk is on fire");
  }
};

// Tiles of one tree, each by its path at its width.
std::map<std::string, int> CountTiles(std::uint64_t tree_size) {
  std::map<std::string, int> counts;
  for (int level = 0; level <= kMaxTileLevel; ++level) {
    for (std::uint64_t index = 0;; ++index) {
      const int width = TileWidthAt({level, index}, tree_size);
      if (width == 0) break;
      ++counts[fmt::format("level {} width {}", level, width)];
    }
  }
  return counts;
}

// The three examples below are those of C2SP tlog-tiles.
TEST(TilePathTest, NumbersAreInGroupsOfThree) {
  EXPECT_EQ(TilePath({0, 1234067}, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(EntryBundlePath(1234067, 256), "tile/entries/x001/x234/067");
  EXPECT_EQ(TilePath({0, 0}, 256), "tile/0/000");
  EXPECT_EQ(TilePath({3, 999}, 256), "tile/3/999");
  EXPECT_EQ(TilePath({1, 1000}, 256), "tile/1/x001/000");
  EXPECT_EQ(TilePath({7, 1234}, 256), "tile/7/x001/234");
  EXPECT_EQ(TilePath({0, 1000000}, 256), "tile/0/x001/x000/000");
  EXPECT_EQ(TilePath({0, kMaxTreeSize >> 8}, 255), "tile/0/x036/x028/x797/x018/x963/967.p/255");
}

TEST(TilePathTest, PartialTilesSayTheirWidth) {
  EXPECT_EQ(TilePath({0, 1234}, 1), "tile/0/x001/234.p/1");
  EXPECT_EQ(TilePath({2, 0}, 255), "tile/2/000.p/255");
  EXPECT_EQ(EntryBundlePath(273, 112), "tile/entries/273.p/112");
}

TEST(TileWidthTest, ATreeOf70000) {
  EXPECT_EQ(CountTiles(70'000), (std::map<std::string, int>{{"level 0 width 256", 273},
                                                            {"level 0 width 112", 1},
                                                            {"level 1 width 256", 1},
                                                            {"level 1 width 17", 1},
                                                            {"level 2 width 1", 1}}));
}

TEST(TileWidthTest, ATreeOf256HasNoEmptyTile) {
  EXPECT_EQ(CountTiles(256), (std::map<std::string, int>{{"level 0 width 256", 1}, {"level 1 width 1", 1}}));
  EXPECT_EQ(CountTiles(0), (std::map<std::string, int>{}));
}

TEST(TileWidthTest, AtTheEdges) {
  EXPECT_EQ(TileWidthAt({0, 0}, 255), 255);
  EXPECT_EQ(TileWidthAt({0, 0}, 257), 256);
  EXPECT_EQ(TileWidthAt({0, 1}, 257), 1);
  EXPECT_EQ(TileWidthAt({0, 2}, 257), 0);
  EXPECT_EQ(TileWidthAt({7, 0}, kMaxTreeSize), 127);
  EXPECT_EQ(TileWidthAt({8, 0}, kMaxTreeSize), 0);
  EXPECT_EQ(TileWidthAt({-1, 0}, kMaxTreeSize), 0);
}

TEST(TileProofTest, EveryProofIsTheReferences) {
  const ReferenceLog log(300);
  for (std::uint64_t size = 0; size <= 300; ++size) {
    const ReferenceTiles tiles(log, size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(index, size, tiles);
      ASSERT_TRUE(proof.ok()) << proof.status();
      ASSERT_EQ(*proof, log.Path(index, 0, size)) << index << " of " << size;
      ASSERT_EQ(ReadLeafHash(index, tiles).value(), log.leaf(index));
    }
    for (std::uint64_t first = 0; first <= size; ++first) {
      const absl::StatusOr<std::vector<Digest>> proof = ProveConsistency(first, size, tiles);
      ASSERT_TRUE(proof.ok()) << proof.status();
      ASSERT_EQ(*proof, first == 0 ? std::vector<Digest>() : log.Subproof(first, 0, size, true))
          << first << " to " << size;
    }
  }
}

// Three levels of tiles.
TEST(TileProofTest, ProofsInLargerTreesAreTheReferences) {
  const ReferenceLog log(70'000);
  for (const std::uint64_t size : {65'535, 65'536, 65'537, 65'792, 70'000}) {
    const ReferenceTiles tiles(log, size);
    for (std::uint64_t index = 0; index < size; index = index * 2 + 1) {
      for (const std::uint64_t i : {index, size - 1 - index}) {
        EXPECT_EQ(ProveInclusion(i, size, tiles).value(), log.Path(i, 0, size)) << i << " of " << size;
        if (i > 0) {
          EXPECT_EQ(ProveConsistency(i, size, tiles).value(), log.Subproof(i, 0, size, true))
              << i << " to " << size;
        }
      }
    }
  }
}

// A server has the newest tiles and is asked for proofs in any smaller tree.
TEST(TileProofTest, TilesOfALargerTreeProveASmallerOne) {
  const ReferenceLog log(700);
  const ReferenceTiles tiles(log, 700);
  for (std::uint64_t size = 1; size <= 700; size += 23) {
    for (std::uint64_t index = 0; index < size; index += 7) {
      EXPECT_EQ(ProveInclusion(index, size, tiles).value(), log.Path(index, 0, size));
      EXPECT_EQ(ProveConsistency(index + 1, size, tiles).value(), log.Subproof(index + 1, 0, size, true));
    }
  }
}

TEST(TileProofTest, ReadsNoTileTwiceAndAsksForNoMoreThanTheTreeHas) {
  const ReferenceLog log(66'000);
  const std::uint64_t size = 66'000;
  const ReferenceTiles tiles(log, size);
  for (const std::uint64_t index : {0, 255, 256, 40'000, 65'535, 65'536, 65'999}) {
    for (const bool consistency : {false, true}) {
      tiles.reads.clear();
      tiles.asked_width.clear();
      ASSERT_TRUE(
          (consistency ? ProveConsistency(index, size, tiles) : ProveInclusion(index, size, tiles)).ok());
      EXPECT_THAT(tiles.reads, Each(Pair(testing::_, 1))) << index;
      // At most the way up from one leaf and the right border.
      EXPECT_LE(tiles.reads.size(), 5u) << index;
      for (const auto& [id, width] : tiles.asked_width) EXPECT_EQ(width, TileWidthAt(id, size));
    }
  }
}

TEST(TreeProverTest, ManyProofsReadEachTileOnceAndAreTheReferences) {
  const ReferenceLog log(700);
  const ReferenceTiles tiles(log, 650);
  TreeProver prover(650, tiles);
  for (std::uint64_t i = 0; i < 650; ++i) {
    ASSERT_EQ(prover.ProveInclusion(i).value(), log.Path(i, 0, 650)) << i;
    ASSERT_EQ(prover.ProveConsistency(i + 1).value(), log.Subproof(i + 1, 0, 650, true)) << i;
  }
  EXPECT_EQ(prover.ProveConsistency(0).value(), std::vector<Digest>());
  EXPECT_THAT(tiles.reads, Each(Pair(testing::_, 1)));
  EXPECT_EQ(prover.ProveInclusion(650).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(prover.ProveConsistency(651).status().code(), absl::StatusCode::kInvalidArgument);
}

// What failed once is asked for again.
TEST(TreeProverTest, ATileThatCouldNotBeReadIsReadAgain) {
  const ReferenceLog log(300);
  ReferenceTiles tiles(log, 300);
  const std::string hashes = std::exchange(tiles.tiles[{0, 1}], "");
  TreeProver prover(300, tiles);
  EXPECT_EQ(prover.ProveInclusion(299).status().code(), absl::StatusCode::kDataLoss);
  tiles.tiles[{0, 1}] = hashes;
  EXPECT_EQ(prover.ProveInclusion(299).value(), log.Path(299, 0, 300));
}

TEST(TreeProverTest, GivesTheLeavesOfItsTreeAndNoOthers) {
  const ReferenceLog log(300);
  const ReferenceTiles tiles(log, 300);
  TreeProver prover(299, tiles);
  for (const std::uint64_t index : {0, 255, 256, 298})
    EXPECT_EQ(prover.LeafHash(index).value(), log.leaf(index));
  EXPECT_EQ(prover.LeafHash(299).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(TileProofTest, RefusesAnIndexOutsideTheTree) {
  const ReferenceTiles none(ReferenceLog(0), 0);
  EXPECT_EQ(ProveInclusion(0, 0, none).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ProveInclusion(5, 5, none).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ProveConsistency(6, 5, none).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadLeafHash(kMaxTreeSize, none).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(TileProofTest, RefusesATreeOver2To63Minus1) {
  const ReferenceTiles none(ReferenceLog(0), 0);
  EXPECT_EQ(ProveInclusion(0, kMaxTreeSize + 1, none).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ProveConsistency(1, kMaxTreeSize + 1, none).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(TileEdge::Load(kMaxTreeSize + 1, none).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(TileProofTest, AShortTileIsDataLoss) {
  const ReferenceLog log(300);
  ReferenceTiles tiles(log, 300);
  tiles.tiles[{0, 0}].pop_back();
  const absl::Status status = ProveInclusion(3, 300, tiles).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("tile/0/000 has 8191 bytes, and 8192"));
  EXPECT_EQ(ProveConsistency(3, 300, tiles).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadLeafHash(255, tiles).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(ReadLeafHash(254, tiles).ok());
  EXPECT_EQ(TileEdge::Load(300, tiles).status().code(), absl::StatusCode::kDataLoss);
}

TEST(TileProofTest, PassesTheReadersErrorOn) {
  const FailingReader fails;
  EXPECT_EQ(ProveInclusion(0, 2, fails).status(), absl::UnavailableError("the disk is on fire"));
  EXPECT_EQ(ProveConsistency(1, 2, fails).status(), absl::UnavailableError("the disk is on fire"));
  EXPECT_EQ(ReadLeafHash(0, fails).status(), absl::UnavailableError("the disk is on fire"));
  EXPECT_EQ(TileEdge::Load(1, fails).status(), absl::UnavailableError("the disk is on fire"));
}

// One bit anywhere in the tiles: whichever proof used that hash no longer leads to the root.
TEST(TileProofTest, ASpoiltTileMakesProofsThatDoNotVerify) {
  const ReferenceLog log(600);
  const Digest root = log.Root(600);
  for (const TileId id : {TileId{0, 0}, TileId{0, 1}, TileId{0, 2}, TileId{1, 0}}) {
    ReferenceTiles tiles(log, 600);
    for (std::size_t hash = 0; hash < tiles.tiles[id].size() / kSha256Bytes; ++hash) {
      ReferenceTiles spoilt = tiles;
      spoilt.tiles[id][hash * kSha256Bytes + hash % kSha256Bytes] ^= 0x04;
      // A leaf whose way up passes beside that hash: the one next to it, or one far away.
      const std::uint64_t index = id.level == 0 ? (id.index * 256 + hash) ^ 1 : hash == 0 ? 599 : 0;
      const std::vector<Digest> proof = ProveInclusion(index, 600, spoilt).value();
      EXPECT_EQ(VerifyInclusion(log.leaf(index), index, 600, proof, root), ProofVerdict::kRootMismatch)
          << id.level << "/" << id.index << " hash " << hash;
    }
  }
}

}  // namespace
}  // namespace chirograph::tile_test
