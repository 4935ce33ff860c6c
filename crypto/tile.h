// SPDX-License-Identifier: Apache-2.0
//
// Tiles of C2SP tlog-tiles (height 8): names, the right edge that appending changes, and proofs made
// from tiles.
#ifndef CHIROGRAPH_CRYPTO_TILE_H_
#define CHIROGRAPH_CRYPTO_TILE_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"

namespace chirograph {

// Hashes in a full tile, and entries in a full bundle.
inline constexpr int kTileWidth = 256;
// Level of the highest tile that a tree of kMaxTreeSize has.
inline constexpr int kMaxTileLevel = 7;

// Tile `index` of `level`; level 0 holds leaf hashes, each hash of a higher one is the root of a full tile
// below.
struct TileId {
  int level = 0;
  std::uint64_t index = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the compiler's own
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// Hashes that tile `id` has in a tree of `tree_size`: 0 to 256.
int TileWidthAt(TileId id, std::uint64_t tree_size);

// "tile/0/x001/234", with ".p/W" for a width under 256.
std::string TilePath(TileId id, int width);
// "tile/entries/x001/234", likewise.
std::string EntryBundlePath(std::uint64_t index, int width);

class TileNodeCache;
class TileNodes;

// Where proofs get their tiles.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // At least the first `width` hashes of tile `id`, 32 bytes each, one after the other.
  // Any error is passed on to whoever asked for the proof; DataLoss where the tile is missing or short.
  virtual absl::StatusOr<std::string> ReadTile(TileId id, int width) const = 0;

  // Where proofs keep the tiles above level 0 that were read, for the next ones; the reader's own. Null:
  // nowhere.
  virtual TileNodeCache* node_cache() const { return nullptr; }
};

// All of these: InvalidArgument where an index is not below its size, sizes are the wrong way round or over
// kMaxTreeSize; DataLoss where a tile is shorter than asked for; else what the reader says. Each tile is read
// at most once.

// RFC 6962 section 2.1.1: from the leaf's sibling up.
absl::StatusOr<std::vector<Digest>> ProveInclusion(std::uint64_t index, std::uint64_t tree_size,
                                                   const TileReader& tiles);
// RFC 6962 section 2.1.2. Empty for equal sizes and for first_size 0.
absl::StatusOr<std::vector<Digest>> ProveConsistency(std::uint64_t first_size, std::uint64_t second_size,
                                                     const TileReader& tiles);
// Hash of the leaf at `index`.
absl::StatusOr<Digest> ReadLeafHash(std::uint64_t index, const TileReader& tiles);

// Makes proofs in one tree. Reads each tile at most once and hashes no node twice, so that the proofs of a
// batch's leaves, which are neighbours, cost little more than one proof. Errors as above. Not thread-safe.
class TreeProver {
 public:
  // `tiles` must outlive it and have at least the tiles of a tree of `tree_size`.
  TreeProver(std::uint64_t tree_size, const TileReader& tiles) : tree_size_(tree_size), tiles_(tiles) {}

  absl::StatusOr<std::vector<Digest>> ProveInclusion(std::uint64_t index);
  // From the tree of `first_size` to this one.
  absl::StatusOr<std::vector<Digest>> ProveConsistency(std::uint64_t first_size);
  // Hash of the leaf at `index` as its tile has it.
  absl::StatusOr<Digest> LeafHash(std::uint64_t index);

 private:
  struct Tile {
    std::shared_ptr<const TileNodes> whole;  // or null, and what follows
    std::string hashes;
    std::vector<Digest> nodes;  // above the hashes, those that are known
    std::bitset<kTileWidth> known;
  };
  // Appends to `path` the siblings on the way from the node at `height` over leaf `index` up to the root.
  absl::Status AppendPath(std::uint64_t index, int height, std::vector<Digest>& path);
  // Root of the leaves from `begin` to the tree's end, which are a subtree.
  absl::StatusOr<Digest> RaggedNode(std::uint64_t begin);
  // Root of the 2^height leaves from `index` << height on; all are in the tree.
  absl::StatusOr<Digest> PerfectNode(int height, std::uint64_t index);
  absl::StatusOr<Tile*> ReadOnce(TileId id);
  absl::StatusOr<Tile> Read(TileId id);
  static Digest NodeInTile(Tile& tile, int height, std::size_t index);

  const std::uint64_t tree_size_;
  const TileReader& tiles_;
  std::map<TileId, Tile> read_;
};

// The growing right edge of a tree: its partial tiles. The only thing that appending needs. Not
// thread-safe; copyable, so that an append that could not be stored is undone by dropping the copy.
class TileEdge {
 public:
  // The edge of the empty tree.
  TileEdge() = default;

  // The edge of the tree of `tree_size` as `tiles` has it: the partial tile and the last full one of each
  // level. InvalidArgument: over kMaxTreeSize. DataLoss: a tile is short, or a full tile's hash is not what
  // stands in the tile above it. Nothing stands above the partial tiles: compare RootHash() with what was
  // signed.
  static absl::StatusOr<TileEdge> Load(std::uint64_t tree_size, const TileReader& tiles);

  void Append(const Digest& leaf_hash);
  std::uint64_t tree_size() const { return tree_size_; }
  Digest RootHash() const;

  // The tiles that Append changed since the last call or since Load, whole, by level and index, and forgets
  // which they were. A tile that is partial now holds what it held before and more.
  std::vector<std::pair<TileId, std::string>> TakeChangedTiles();

 private:
  // The rightmost, not yet full tile of a level.
  struct Level {
    std::string hashes;
    CompactRange range;  // of those hashes, so that the root needs only a few of them
    bool changed = false;
  };
  std::uint64_t tree_size_ = 0;
  std::vector<Level> levels_;
  std::map<TileId, std::string> changed_;  // those that Append filled
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_TILE_H_
