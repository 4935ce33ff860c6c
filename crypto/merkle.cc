// SPDX-License-Identifier: Apache-2.0
#include "crypto/merkle.h"

#include <fmt/core.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/status/status.h"

namespace chirograph {
namespace {

// RFC 6962's domain separation.
constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr char kNodePrefix = 0x01;

// The way from a node up to the root falls in two: first the levels on which it has a sibling to its right
// or left within the smallest subtree that also holds the tree's last leaf, then those on which only left
// siblings are, at the tree's ragged right border.
struct PathShape {
  std::size_t inner;
  std::size_t border;
};

// The shape of the path from leaf `index` of `tree_size` leaves; index < tree_size.
PathShape ShapeOf(std::uint64_t index, std::uint64_t tree_size) {
  const auto inner = static_cast<std::size_t>(std::bit_width(index ^ (tree_size - 1)));
  // Shifting by 64 is undefined; then there is nothing left to count.
  const int border = inner < 64 ? std::popcount(index >> inner) : 0;
  return {inner, static_cast<std::size_t>(border)};
}

// Up the inner part: bit h of `index` says on which side the node at height h stands.
Digest ClimbInner(Digest hash, std::span<const Digest> siblings, std::uint64_t index) {
  for (const Digest& sibling : siblings) {
    hash = (index & 1) != 0 ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    index >>= 1;
  }
  return hash;
}

// As ClimbInner, over left siblings alone: what the smaller tree of a consistency proof has.
Digest ClimbInnerLeftOnly(Digest hash, std::span<const Digest> siblings, std::uint64_t index) {
  for (const Digest& sibling : siblings) {
    if ((index & 1) != 0) hash = NodeHash(sibling, hash);
    index >>= 1;
  }
  return hash;
}

Digest ClimbBorder(Digest hash, std::span<const Digest> siblings) {
  for (const Digest& sibling : siblings) hash = NodeHash(sibling, hash);
  return hash;
}

// 0 < first_size < second_size.
ProofVerdict VerifyGrowth(std::uint64_t first_size, const Digest& first_root, std::uint64_t second_size,
                          const Digest& second_root, std::span<const Digest> proof) {
  // The largest subtree of the first tree that ends with its last leaf is in both trees, and the way up
  // begins there. Where it is all of the first tree, its hash is first_root and the proof leaves it out.
  const int seed_height = std::countr_zero(first_size);
  const bool seed_is_first_tree = std::has_single_bit(first_size);
  PathShape shape = ShapeOf(first_size - 1, second_size);
  shape.inner -= static_cast<std::size_t>(seed_height);
  const std::size_t seed_hashes = seed_is_first_tree ? 0 : 1;
  if (proof.size() != seed_hashes + shape.inner + shape.border) return ProofVerdict::kWrongLength;

  const Digest& seed = seed_is_first_tree ? first_root : proof[0];
  const std::span<const Digest> inner = proof.subspan(seed_hashes, shape.inner);
  const std::span<const Digest> border = proof.subspan(seed_hashes + shape.inner);
  const std::uint64_t seed_index = (first_size - 1) >> seed_height;
  const bool verified = ClimbBorder(ClimbInnerLeftOnly(seed, inner, seed_index), border) == first_root &&
                        ClimbBorder(ClimbInner(seed, inner, seed_index), border) == second_root;
  return verified ? ProofVerdict::kVerified : ProofVerdict::kRootMismatch;
}

}  // namespace

Digest EmptyRootHash() { return Sha256(std::string_view()); }

Digest LeafHash(std::string_view entry) { return Sha256({kLeafPrefix, entry}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  // Copying 64 bytes costs less than telling OpenSSL of three pieces.
  std::array<char, 1 + 2 * kSha256Bytes> node;
  node[0] = kNodePrefix;
  std::memcpy(node.data() + 1, left.data(), kSha256Bytes);
  std::memcpy(node.data() + 1 + kSha256Bytes, right.data(), kSha256Bytes);
  return Sha256(std::string_view(node.data(), node.size()));
}

std::string_view ProofVerdictText(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kVerified:
      return "verified";
    case ProofVerdict::kIndexBeyondTree:
      return "the index or the first size is beyond the tree";
    case ProofVerdict::kWrongLength:
      return "the proof has not as many hashes as its index and tree size call for";
    case ProofVerdict::kRootMismatch:
      return "the proof leads to another root hash";
  }
  return "unknown";
}

ProofVerdict VerifyInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t tree_size,
                             std::span<const Digest> proof, const Digest& root_hash) {
  if (index >= tree_size) return ProofVerdict::kIndexBeyondTree;
  const PathShape shape = ShapeOf(index, tree_size);
  if (proof.size() != shape.inner + shape.border) return ProofVerdict::kWrongLength;
  const Digest inner_root = ClimbInner(leaf_hash, proof.first(shape.inner), index);
  const Digest root = ClimbBorder(inner_root, proof.subspan(shape.inner));
  return root == root_hash ? ProofVerdict::kVerified : ProofVerdict::kRootMismatch;
}

ProofVerdict VerifyConsistency(std::uint64_t first_size, const Digest& first_root, std::uint64_t second_size,
                               const Digest& second_root, std::span<const Digest> proof) {
  if (first_size > second_size) return ProofVerdict::kIndexBeyondTree;
  if (first_size != 0 && first_size != second_size) {
    return VerifyGrowth(first_size, first_root, second_size, second_root, proof);
  }
  if (!proof.empty()) return ProofVerdict::kWrongLength;
  if (first_size == 0 && first_root != EmptyRootHash()) return ProofVerdict::kRootMismatch;
  if (first_size == second_size && first_root != second_root) return ProofVerdict::kRootMismatch;
  return ProofVerdict::kVerified;
}

absl::StatusOr<CompactRange> CompactRange::Create(std::uint64_t tree_size,
                                                  std::vector<Digest> subtree_roots) {
  if (tree_size > kMaxTreeSize) {
    return absl::InvalidArgumentError(fmt::format("tree size {} is over 2^63-1", tree_size));
  }
  if (subtree_roots.size() != static_cast<std::size_t>(std::popcount(tree_size))) {
    return absl::InvalidArgumentError(fmt::format("a tree of {} leaves has {} perfect subtrees, not {}",
                                                  tree_size, std::popcount(tree_size), subtree_roots.size()));
  }
  CompactRange range;
  range.tree_size_ = tree_size;
  range.subtree_roots_ = std::move(subtree_roots);
  return range;
}

void CompactRange::Append(const Digest& leaf_hash) {
  // As adding 1 to a binary number: each trailing 1 is a subtree of the same height to join with.
  Digest hash = leaf_hash;
  for (std::uint64_t size = tree_size_; (size & 1) != 0; size >>= 1) {
    hash = NodeHash(subtree_roots_.back(), hash);
    subtree_roots_.pop_back();
  }
  subtree_roots_.push_back(hash);
  ++tree_size_;
}

Digest CompactRange::RootHash() const {
  if (subtree_roots_.empty()) return EmptyRootHash();
  Digest hash = subtree_roots_.back();
  for (std::size_t i = subtree_roots_.size() - 1; i > 0; --i) hash = NodeHash(subtree_roots_[i - 1], hash);
  return hash;
}

}  // namespace chirograph
