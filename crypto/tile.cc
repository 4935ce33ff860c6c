// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "crypto/tile_nodes.h"

namespace chirograph {
namespace {

// Levels of the tree in one level of tiles.
constexpr int kTileHeight = 8;
static_assert(kTileWidth == 1 << kTileHeight);

// Nodes of the tree at the bottom of tile level `level`, which have all their leaves.
std::uint64_t HashesAtLevel(int level, std::uint64_t tree_size) { return tree_size >> (kTileHeight * level); }

Digest HashAt(std::string_view hashes, std::size_t position) {
  Digest digest;
  const std::string_view bytes = hashes.substr(position * kSha256Bytes, kSha256Bytes);
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

// The hashes of the tile as the reader has it, cut to `width`.
absl::StatusOr<std::string> ReadExactly(TileId id, int width, const TileReader& tiles) {
  absl::StatusOr<std::string> hashes = tiles.ReadTile(id, width);
  if (!hashes.ok()) return hashes.status();
  const std::size_t bytes = static_cast<std::size_t>(width) * kSha256Bytes;
  if (hashes->size() < bytes) {
    return absl::DataLossError(
        fmt::format("{} has {} bytes, and {} were expected: the store is damaged; restore it from a copy",
                    TilePath(id, width), hashes->size(), bytes));
  }
  hashes->resize(bytes);
  return hashes;
}

// Root of the subtree over a full tile.
Digest FullTileRoot(std::string_view hashes) {
  CompactRange range;
  for (std::size_t i = 0; i < kTileWidth; ++i) range.Append(HashAt(hashes, i));
  return range.RootHash();
}

// "x001/x234/067" for 1234067.
std::string TileNumber(std::uint64_t index) {
  std::string text = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) text = fmt::format("x{:03}/{}", index % 1000, text);
  return text;
}

std::string PartialSuffix(int width) {
  return width == kTileWidth ? std::string() : fmt::format(".p/{}", width);
}

absl::Status CheckTreeSize(std::uint64_t tree_size) {
  if (tree_size <= kMaxTreeSize) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("tree size {} is over 2^63-1", tree_size));
}

}  // namespace

int TileWidthAt(TileId id, std::uint64_t tree_size) {
  if (id.level < 0 || id.level > kMaxTileLevel) return 0;
  const std::uint64_t hashes = HashesAtLevel(id.level, tree_size);
  if (id.index < hashes / kTileWidth) return kTileWidth;
  if (id.index > hashes / kTileWidth) return 0;
  return static_cast<int>(hashes % kTileWidth);
}

std::string TilePath(TileId id, int width) {
  return fmt::format("tile/{}/{}{}", id.level, TileNumber(id.index), PartialSuffix(width));
}

std::string EntryBundlePath(std::uint64_t index, int width) {
  return fmt::format("tile/entries/{}{}", TileNumber(index), PartialSuffix(width));
}

absl::StatusOr<std::vector<Digest>> ProveInclusion(std::uint64_t index, std::uint64_t tree_size,
                                                   const TileReader& tiles) {
  return TreeProver(tree_size, tiles).ProveInclusion(index);
}

absl::StatusOr<std::vector<Digest>> ProveConsistency(std::uint64_t first_size, std::uint64_t second_size,
                                                     const TileReader& tiles) {
  return TreeProver(second_size, tiles).ProveConsistency(first_size);
}

absl::StatusOr<Digest> ReadLeafHash(std::uint64_t index, const TileReader& tiles) {
  if (index >= kMaxTreeSize) {
    return absl::InvalidArgumentError(fmt::format("index {} is beyond any tree", index));
  }
  const std::size_t position = index % kTileWidth;
  absl::StatusOr<std::string> hashes =
      ReadExactly({0, index / kTileWidth}, static_cast<int>(position) + 1, tiles);
  if (!hashes.ok()) return hashes.status();
  return HashAt(*hashes, position);
}

absl::StatusOr<std::vector<Digest>> TreeProver::ProveInclusion(std::uint64_t index) {
  if (absl::Status status = CheckTreeSize(tree_size_); !status.ok()) return status;
  if (index >= tree_size_) {
    return absl::InvalidArgumentError(fmt::format("index {} is not in a tree of size {}", index, tree_size_));
  }
  std::vector<Digest> proof;
  if (absl::Status status = AppendPath(index, 0, proof); !status.ok()) return status;
  return proof;
}

absl::StatusOr<std::vector<Digest>> TreeProver::ProveConsistency(std::uint64_t first_size) {
  if (absl::Status status = CheckTreeSize(tree_size_); !status.ok()) return status;
  if (first_size > tree_size_) {
    return absl::InvalidArgumentError(
        fmt::format("the first size, {}, is over the second, {}", first_size, tree_size_));
  }
  std::vector<Digest> proof;
  if (first_size == 0 || first_size == tree_size_) return proof;
  // The proof begins at the largest subtree that ends with the first tree's last leaf; whoever checks it
  // has that hash already where it is the whole first tree.
  const int height = std::countr_zero(first_size);
  if (!std::has_single_bit(first_size)) {
    absl::StatusOr<Digest> seed = PerfectNode(height, (first_size - 1) >> height);
    if (!seed.ok()) return seed.status();
    proof.push_back(*seed);
  }
  if (absl::Status status = AppendPath(first_size - 1, height, proof); !status.ok()) return status;
  return proof;
}

absl::StatusOr<Digest> TreeProver::LeafHash(std::uint64_t index) {
  if (index >= tree_size_) {
    return absl::InvalidArgumentError(fmt::format("index {} is not in a tree of size {}", index, tree_size_));
  }
  return PerfectNode(0, index);
}

// The way has two parts, as in merkle.cc: siblings on either side up to the subtree that also holds the
// tree's last leaf, then left siblings alone.
absl::Status TreeProver::AppendPath(std::uint64_t index, int height, std::vector<Digest>& path) {
  const auto add = [&path](const absl::StatusOr<Digest>& hash) {
    if (hash.ok()) path.push_back(*hash);
    return hash.status();
  };
  const int inner = static_cast<int>(std::bit_width(index ^ (tree_size_ - 1)));
  for (; height < inner; ++height) {
    const std::uint64_t sibling = (index >> height) ^ 1;
    // Only the topmost inner sibling holds the tree's last leaf and so may be ragged.
    const absl::Status status =
        add(height == inner - 1 ? RaggedNode(sibling << height) : PerfectNode(height, sibling));
    if (!status.ok()) return status;
  }
  for (; index >> height != 0; ++height) {
    const std::uint64_t node = index >> height;
    if ((node & 1) == 0) continue;
    if (absl::Status status = add(PerfectNode(height, node - 1)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<Digest> TreeProver::RaggedNode(std::uint64_t begin) {
  std::vector<Digest> roots;
  std::uint64_t at = begin;
  for (std::uint64_t rest = tree_size_ - begin; rest > 0; rest = tree_size_ - at) {
    const int height = static_cast<int>(std::bit_width(rest)) - 1;
    absl::StatusOr<Digest> root = PerfectNode(height, at >> height);
    if (!root.ok()) return root.status();
    roots.push_back(*root);
    at += std::uint64_t{1} << height;
  }
  absl::StatusOr<CompactRange> range = CompactRange::Create(tree_size_ - begin, std::move(roots));
  if (!range.ok()) return range.status();
  return range->RootHash();
}

absl::StatusOr<Digest> TreeProver::PerfectNode(int height, std::uint64_t index) {
  const int height_in_tile = height % kTileHeight;
  const std::uint64_t first = index << height_in_tile;  // counted in hashes of the tile's level
  absl::StatusOr<Tile*> tile = ReadOnce({height / kTileHeight, first / kTileWidth});
  if (!tile.ok()) return tile.status();
  return NodeInTile(**tile, height_in_tile, (first % kTileWidth) >> height_in_tile);
}

absl::StatusOr<TreeProver::Tile*> TreeProver::ReadOnce(TileId id) {
  auto found = read_.find(id);
  if (found == read_.end()) {
    absl::StatusOr<Tile> tile = Read(id);
    if (!tile.ok()) return tile.status();
    found = read_.emplace(id, *std::move(tile)).first;
  }
  return &found->second;
}

absl::StatusOr<TreeProver::Tile> TreeProver::Read(TileId id) {
  const int width = TileWidthAt(id, tree_size_);
  // There are 256 times as many of level 0, and each is on the way of its own leaves alone.
  TileNodeCache* const cache = id.level > 0 ? tiles_.node_cache() : nullptr;
  Tile tile;
  if (cache != nullptr) tile.whole = cache->Find(id, width);
  if (tile.whole != nullptr) return tile;
  absl::StatusOr<std::string> hashes = ReadExactly(id, width, tiles_);
  if (!hashes.ok()) return hashes.status();
  if (cache == nullptr) {
    tile.hashes = *std::move(hashes);
  } else {
    tile.whole = std::make_shared<const TileNodes>(*hashes);
    cache->Add(id, width, tile.whole);
  }
  return tile;
}

Digest TreeProver::NodeInTile(Tile& tile, int height, std::size_t index) {
  if (tile.whole != nullptr) return tile.whole->Node(height, index);
  if (height == 0) return HashAt(tile.hashes, index);
  if (tile.nodes.empty()) tile.nodes.resize(kTileWidth);
  // As in a heap: the root would be 1, and a node's children are 2n and 2n+1.
  const std::size_t place = (static_cast<std::size_t>(kTileWidth) >> height) + index;
  if (!tile.known[place]) {
    tile.nodes[place] =
        NodeHash(NodeInTile(tile, height - 1, 2 * index), NodeInTile(tile, height - 1, 2 * index + 1));
    tile.known[place] = true;
  }
  return tile.nodes[place];
}

absl::StatusOr<TileEdge> TileEdge::Load(std::uint64_t tree_size, const TileReader& tiles) {
  if (absl::Status status = CheckTreeSize(tree_size); !status.ok()) return status;
  TileEdge edge;
  edge.tree_size_ = tree_size;
  std::optional<Digest> full_below;  // root of the last full tile of the level below
  for (int level = 0; level <= kMaxTileLevel; ++level) {
    const std::uint64_t hashes = HashesAtLevel(level, tree_size);
    if (hashes == 0) break;
    const std::uint64_t full_tiles = hashes / kTileWidth;
    const int partial_width = static_cast<int>(hashes % kTileWidth);

    std::string last_full;
    if (full_tiles > 0) {
      absl::StatusOr<std::string> tile = ReadExactly({level, full_tiles - 1}, kTileWidth, tiles);
      if (!tile.ok()) return tile.status();
      last_full = *std::move(tile);
    }
    Level& partial = edge.levels_.emplace_back();
    if (partial_width > 0) {
      absl::StatusOr<std::string> tile = ReadExactly({level, full_tiles}, partial_width, tiles);
      if (!tile.ok()) return tile.status();
      partial.hashes = *std::move(tile);
      for (int i = 0; i < partial_width; ++i) {
        partial.range.Append(HashAt(partial.hashes, static_cast<std::size_t>(i)));
      }
    }
    const std::string_view last = partial_width > 0 ? partial.hashes : last_full;
    if (full_below.has_value() && HashAt(last, last.size() / kSha256Bytes - 1) != *full_below) {
      return absl::DataLossError(fmt::format(
          "{} does not hash to what {} says of it: the store is damaged; restore it from a copy",
          TilePath({level - 1, hashes - 1}, kTileWidth),
          TilePath({level, (hashes - 1) / kTileWidth}, partial_width > 0 ? partial_width : kTileWidth)));
    }
    full_below.reset();
    if (full_tiles > 0) full_below = FullTileRoot(last_full);
  }
  return edge;
}

void TileEdge::Append(const Digest& leaf_hash) {
  ++tree_size_;
  Digest hash = leaf_hash;
  for (std::size_t i = 0;; ++i) {
    if (i == levels_.size()) levels_.emplace_back();
    Level& level = levels_[i];
    level.hashes.append(AsBytes(hash));
    level.range.Append(hash);
    level.changed = true;
    if (level.range.tree_size() < kTileWidth) return;
    // The tile is full: its root goes one level up, and the next tile begins.
    hash = level.range.RootHash();
    const int tile_level = static_cast<int>(i);
    changed_.emplace(TileId{tile_level, HashesAtLevel(tile_level, tree_size_) / kTileWidth - 1},
                     std::move(level.hashes));
    level = Level();
  }
}

Digest TileEdge::RootHash() const {
  std::optional<Digest> root;
  for (const Level& level : levels_) {
    const std::span<const Digest> subtree_roots = level.range.subtree_roots();
    for (std::size_t i = subtree_roots.size(); i > 0; --i) {
      root = root.has_value() ? NodeHash(subtree_roots[i - 1], *root) : subtree_roots[i - 1];
    }
  }
  return root.value_or(EmptyRootHash());
}

std::vector<std::pair<TileId, std::string>> TileEdge::TakeChangedTiles() {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    Level& level = levels_[i];
    if (!level.changed) continue;
    const int tile_level = static_cast<int>(i);
    changed_.emplace(TileId{tile_level, HashesAtLevel(tile_level, tree_size_) / kTileWidth}, level.hashes);
    level.changed = false;
  }
  std::vector<std::pair<TileId, std::string>> changed;
  changed.reserve(changed_.size());
  while (!changed_.empty()) {
    auto tile = changed_.extract(changed_.begin());
    changed.emplace_back(tile.key(), std::move(tile.mapped()));
  }
  return changed;
}

}  // namespace chirograph
