// SPDX-License-Identifier: Apache-2.0
#include "service/internal/tree_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "proto/finding.h"

namespace chirograph::tree_check_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kHash = kSha256Bytes;

// The tiles of a tree of `tree_size` leaves, in memory.
class Tree final : public TileReader {
 public:
  explicit Tree(std::uint64_t tree_size) {
    TileEdge edge;
    for (std::uint64_t i = 0; i < tree_size; ++i) {
      leaves_.push_back(LeafHash(fmt::format("entry {}", i)));
      edge.Append(*leaves_.back());
    }
    for (auto& [id, hashes] : edge.TakeChangedTiles()) tiles_[id] = hashes;
    root_ = edge.RootHash();
  }
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    const auto found = tiles_.find(id);
    if (found == tiles_.end() || found->second.size() < static_cast<std::size_t>(width) * kHash) {
      return absl::DataLossError("no such tile");
    }
    return found->second;
  }

  void Turn(TileId id, std::size_t position) { tiles_.at(id)[position * kHash + 7] ^= 1; }
  void Swap(TileId id, std::size_t a, std::size_t b) {
    std::string& tile = tiles_.at(id);
    const std::string first = tile.substr(a * kHash, kHash);
    tile.replace(a * kHash, kHash, tile.substr(b * kHash, kHash));
    tile.replace(b * kHash, kHash, first);
  }
  std::map<TileId, std::string>& tiles() { return tiles_; }
  std::vector<std::optional<Digest>>& leaves() { return leaves_; }
  const Digest& root() const { return root_; }

  // What is found of the entries from `first` on, before `end`: "index CODE subject".
  std::vector<std::string> Check(std::uint64_t first, std::uint64_t end, CheckParts left_out = {}) const {
    TreeCheck check(*this, leaves_.size(),
                    {.first_index = first, .root_hash = root_, .is_at_rest = true, .left_out = left_out});
    for (std::uint64_t i = first; i < end; ++i) check.Append(leaves_[i]);
    check.Finish();
    std::vector<std::string> found;
    for (const v1::Finding& finding : check.TakeFindings()) {
      found.push_back(fmt::format("{} {} {}", finding.has_index() ? std::to_string(finding.index()) : "-",
                                  FindingCodeName(finding.code()), finding.subject()));
    }
    return found;
  }
  std::vector<std::string> Check() const { return Check(0, leaves_.size()); }

 private:
  std::map<TileId, std::string> tiles_;
  std::vector<std::optional<Digest>> leaves_;
  Digest root_ = {};
};

const std::vector<std::uint64_t>& Sizes() {
  static const std::vector<std::uint64_t> sizes = {0, 1, 2, 255, 256, 257, 511, 512, 700, 65536, 66000};
  return sizes;
}

TEST(TreeCheckTest, OfASoundTreeNothingIsFoundInAnyRange) {
  for (const std::uint64_t size : Sizes()) {
    const Tree tree(size);
    EXPECT_THAT(tree.Check(), IsEmpty()) << size;
    for (const std::uint64_t first : {size / 3, size / 2, size}) {
      for (const std::uint64_t end : {first, first + (size - first) / 2, size}) {
        EXPECT_THAT(tree.Check(first, end), IsEmpty()) << size << ": " << first << " to " << end;
      }
    }
  }
}

TEST(TreeCheckTest, AWrongEntryIsToldFromAWrongTile) {
  for (const std::uint64_t size : Sizes()) {
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size / 2, size - 1}) {
      if (index >= size) continue;
      Tree entry(size);
      entry.leaves()[index] = LeafHash("another");
      EXPECT_THAT(entry.Check(), ElementsAre(fmt::format("{} ENTRY_MISMATCH ", index))) << size;
      EXPECT_THAT(entry.Check(index, index + 1), ElementsAre(fmt::format("{} ENTRY_MISMATCH ", index)));
      Tree tile(size);
      const TileId id{0, index / kTileWidth};
      tile.Turn(id, index % kTileWidth);
      const std::string path = TilePath(id, TileWidthAt(id, size));
      EXPECT_THAT(tile.Check(), ElementsAre(fmt::format("{} TILE_MISMATCH {}", index, path))) << size;
      EXPECT_THAT(tile.Check(index, index + 1), ElementsAre(fmt::format("{} TILE_MISMATCH {}", index, path)));
    }
  }
}

TEST(TreeCheckTest, AWrongHashFurtherUpIsNamed) {
  Tree tree(66000);
  tree.Turn({1, 0}, 7);
  EXPECT_THAT(tree.Check(), ElementsAre("1792 TILE_MISMATCH tile/1/000"));
  Tree edge(66000);
  edge.Turn({2, 0}, 0);
  EXPECT_THAT(edge.Check(), ElementsAre("0 TILE_MISMATCH tile/2/000.p/1"));
}

TEST(TreeCheckTest, EntriesThatAreExchangedAreNamed) {
  Tree tree(700);
  std::swap(tree.leaves()[3], tree.leaves()[600]);
  EXPECT_THAT(tree.Check(), ElementsAre("3 ENTRY_MISMATCH ", "600 ENTRY_MISMATCH "));
  // With their tile: the one above tells that the tile is not the one that it was.
  Tree both(700);
  std::swap(both.leaves()[3], both.leaves()[5]);
  both.Swap({0, 0}, 3, 5);
  EXPECT_THAT(both.Check(), ElementsAre("0 TILE_MISMATCH tile/0/000"));
}

TEST(TreeCheckTest, TilesThatAgreeWithEachOtherAreHeldAgainstTheRoot) {
  Tree tree(700);
  Tree other(701);
  tree.tiles() = other.tiles();
  for (auto& [id, hashes] : tree.tiles()) {
    hashes.resize(static_cast<std::size_t>(TileWidthAt(id, 700)) * kHash);
  }
  EXPECT_THAT(tree.Check(), IsEmpty());
  tree.leaves()[699] = LeafHash("another");
  tree.tiles()[{0, 2}].replace(187 * kHash, kHash, std::string(AsBytes(*tree.leaves()[699])));
  EXPECT_THAT(tree.Check(), ElementsAre("- ROOT_MISMATCH "));
}

TEST(TreeCheckTest, ATileThatIsMissingOrTooLongIsNamedAndTheRestGoesOn) {
  Tree tree(66000);
  tree.tiles().erase({0, 1});
  tree.leaves()[10] = LeafHash("another");
  EXPECT_THAT(tree.Check(), ElementsAre("10 ENTRY_MISMATCH ", "256 TILE_MISSING tile/0/001"));
  Tree edge(700);
  edge.tiles()[{0, 2}] += std::string(kHash, 'x');
  EXPECT_THAT(edge.Check(), ElementsAre("512 TILE_MISMATCH tile/0/002.p/188"));
  edge.tiles().erase({1, 0});
  edge.tiles()[{0, 2}].resize(188 * kHash);
  EXPECT_THAT(edge.Check(), ElementsAre("0 TILE_MISSING tile/1/000.p/2"));
}

TEST(TreeCheckTest, AMissingEntryIsTakenAsTheTilesHaveIt) {
  Tree tree(700);
  tree.leaves()[300] = std::nullopt;
  EXPECT_THAT(tree.Check(), IsEmpty());
}

TEST(TreeCheckTest, WhatIsLeftOutIsNotFound) {
  Tree tree(700);
  tree.leaves()[3] = LeafHash("another");
  EXPECT_THAT(tree.Check(0, 700, {CheckPart::kLeaves}), IsEmpty());
  Tree tile(700);
  tile.Turn({1, 0}, 1);
  EXPECT_THAT(tile.Check(0, 700), ElementsAre("256 TILE_MISMATCH tile/1/000.p/2"));
  EXPECT_THAT(tile.Check(0, 700, {CheckPart::kTiles, CheckPart::kRoot}), IsEmpty());
}

}  // namespace
}  // namespace chirograph::tree_check_test
