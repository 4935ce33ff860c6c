// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile_nodes.h"

#include <algorithm>

#include "crypto/merkle.h"

namespace chirograph {

TileNodes::TileNodes(std::string_view hashes) {
  std::size_t width = std::min<std::size_t>(hashes.size() / kSha256Bytes, kTileWidth);
  for (std::size_t i = 0; i < width; ++i) {
    const std::string_view hash = hashes.substr(i * kSha256Bytes, kSha256Bytes);
    std::copy(hash.begin(), hash.end(), nodes_[Place(0, i)].begin());
  }
  // Of an odd number the last one waits for its sibling: it is no perfect subtree's child yet.
  for (int height = 1; (width /= 2) > 0; ++height) {
    for (std::size_t i = 0; i < width; ++i) {
      nodes_[Place(height, i)] = NodeHash(Node(height - 1, 2 * i), Node(height - 1, 2 * i + 1));
    }
  }
}

std::shared_ptr<const TileNodes> TileNodeCache::Find(TileId id, int width) {
  MutexLock lock(mutex_);
  const auto found = by_key_.find({id, width});
  if (found == by_key_.end()) return nullptr;
  tiles_.splice(tiles_.begin(), tiles_, found->second);
  return found->second->nodes;
}

void TileNodeCache::Add(TileId id, int width, std::shared_ptr<const TileNodes> nodes) {
  const Key key{id, width};
  MutexLock lock(mutex_);
  if (by_key_.contains(key)) return;  // another thread was faster, with the same
  if (tiles_.size() >= max_tiles_) {
    by_key_.erase(tiles_.back().key);
    tiles_.pop_back();
  }
  tiles_.push_front({key, std::move(nodes)});
  by_key_.emplace(key, tiles_.begin());
}

void TileNodeCache::Clear() {
  MutexLock lock(mutex_);
  by_key_.clear();
  tiles_.clear();
}

}  // namespace chirograph
