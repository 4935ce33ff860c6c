// SPDX-License-Identifier: Apache-2.0
#include "client/internal/inclusion_path.h"

#include "crypto/merkle.h"

namespace chirograph::internal {

std::vector<PathStep> WalkInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t tree_size,
                                    std::span<const Digest> proof) {
  std::vector<PathStep> steps;
  Digest hash = leaf_hash;
  std::uint64_t node = index;
  std::uint64_t last = tree_size - 1;  // the last node of the level
  for (const Digest& sibling : proof) {
    const bool is_left = node % 2 == 1 || node == last;
    hash = is_left ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    steps.push_back({sibling, is_left, hash});
    // The last node of a level may have no sibling: it is then the same node one level up.
    while (is_left && node % 2 == 0 && node != 0) {
      node /= 2;
      last /= 2;
    }
    node /= 2;
    last /= 2;
  }
  return steps;
}

}  // namespace chirograph::internal
