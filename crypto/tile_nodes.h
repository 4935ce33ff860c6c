// SPDX-License-Identifier: Apache-2.0
//
// Tiles with the nodes that their hashes make, kept from one proof to the next. A proof needs nearly all
// nodes of each tile on its way, and those above level 0 are on the way of many.
#ifndef CHIROGRAPH_CRYPTO_TILE_NODES_H_
#define CHIROGRAPH_CRYPTO_TILE_NODES_H_

#include <array>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "crypto/mutex.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"

namespace chirograph {

// A tile's hashes, and the root of each perfect subtree over them. Immutable; 16 KiB.
class TileNodes {
 public:
  // `hashes`: 1 to 256 of 32 bytes, one after the other.
  explicit TileNodes(std::string_view hashes);

  // Root of the 2^height hashes from `index` << height on, all of which the tile must have; 0 <= height <= 8.
  const Digest& Node(int height, std::size_t index) const { return nodes_[Place(height, index)]; }

 private:
  // As in a heap: the root is 1, and a node's children are 2n and 2n+1.
  static std::size_t Place(int height, std::size_t index) {
    return (static_cast<std::size_t>(kTileWidth) >> height) + index;
  }
  std::array<Digest, std::size_t{2}* kTileWidth> nodes_ = {};
};

// The tiles that were asked for last. A tile of one width never changes, so what is here is what the store
// had when it was read. Thread-safe.
class TileNodeCache {
 public:
  // Keeps at most `max_tiles`, which is not 0.
  explicit TileNodeCache(std::size_t max_tiles) : max_tiles_(max_tiles) {}

  // Null: it is not here.
  std::shared_ptr<const TileNodes> Find(TileId id, int width) ABSL_LOCKS_EXCLUDED(mutex_);
  // `nodes` is not null. In place of what was asked for least lately, where there is no room.
  void Add(TileId id, int width, std::shared_ptr<const TileNodes> nodes) ABSL_LOCKS_EXCLUDED(mutex_);
  // Forgets all.
  void Clear() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Key = std::pair<TileId, int>;
  struct Kept {
    Key key;
    std::shared_ptr<const TileNodes> nodes;
  };

  const std::size_t max_tiles_;
  Mutex mutex_;
  std::list<Kept> tiles_ ABSL_GUARDED_BY(mutex_);  // the one asked for last is first
  std::map<Key, std::list<Kept>::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_TILE_NODES_H_
