// SPDX-License-Identifier: Apache-2.0
//
// An inclusion proof as the hashes that somebody computes by hand.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_INCLUSION_PATH_H_
#define CHIROGRAPH_CLIENT_INTERNAL_INCLUSION_PATH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/sha256.h"

namespace chirograph::internal {

// One step from the leaf towards the root: NodeHash(sibling, hash before) or NodeHash(hash before, sibling).
struct PathStep {
  Digest sibling = {};
  bool sibling_is_left = false;
  Digest hash = {};  // what comes out
};

// The steps of `proof`, which must be one that VerifyInclusion takes for this leaf, index and tree size (RFC
// 9162 section 2.1.3.2): the last one's hash is the root. Pure; thread-safe.
std::vector<PathStep> WalkInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t tree_size,
                                    std::span<const Digest> proof);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_INCLUSION_PATH_H_
