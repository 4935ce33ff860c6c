// SPDX-License-Identifier: Apache-2.0
//
// The Merkle tree of RFC 6962 section 2.1 (RFC 9162's for SHA-256) and the verification of its proofs.
// Pure; thread-safe. Sizes count leaves, indexes are 0-based, both below 2^63.
#ifndef CHIROGRAPH_CRYPTO_MERKLE_H_
#define CHIROGRAPH_CRYPTO_MERKLE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/sha256.h"

namespace chirograph {

// Largest tree that anything here takes.
inline constexpr std::uint64_t kMaxTreeSize = (std::uint64_t{1} << 63) - 1;

// Root of the empty tree: SHA-256 of nothing.
Digest EmptyRootHash();

// SHA-256(0x00 || entry).
Digest LeafHash(std::string_view entry);

// SHA-256(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);

// What a proof turned out to be.
enum class ProofVerdict {
  kVerified,
  kIndexBeyondTree,  // index not below tree_size, or first size over second
  kWrongLength,      // not the number of hashes that index and size call for
  kRootMismatch,     // it leads to another root
};

// "verified", "the proof leads to another root hash", ...: for a person.
std::string_view ProofVerdictText(ProofVerdict verdict);

// Whether `proof` shows that the leaf at `index` of the tree of `tree_size` leaves and root `root_hash`
// hashes to `leaf_hash` (RFC 9162 section 2.1.3.2).
ProofVerdict VerifyInclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t tree_size,
                             std::span<const Digest> proof, const Digest& root_hash);

// Whether `proof` shows that the tree of `first_size` leaves is a prefix of that of `second_size`
// (RFC 9162 section 2.1.4.2). Equal sizes call for equal roots and an empty proof; first_size 0 for
// EmptyRootHash() and an empty proof.
ProofVerdict VerifyConsistency(std::uint64_t first_size, const Digest& first_root, std::uint64_t second_size,
                               const Digest& second_root, std::span<const Digest> proof);

// The roots of the perfect subtrees that a tree's leaves fall into, largest (leftmost) first: all that
// appending needs. Not thread-safe.
class CompactRange {
 public:
  // The empty range.
  CompactRange() = default;

  // The range of `tree_size` leaves with these subtree roots. InvalidArgument: not as many hashes as
  // tree_size has bits set, or tree_size over kMaxTreeSize.
  static absl::StatusOr<CompactRange> Create(std::uint64_t tree_size, std::vector<Digest> subtree_roots);

  void Append(const Digest& leaf_hash);
  std::uint64_t tree_size() const { return tree_size_; }
  Digest RootHash() const;
  std::span<const Digest> subtree_roots() const { return subtree_roots_; }

 private:
  std::uint64_t tree_size_ = 0;
  std::vector<Digest> subtree_roots_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_MERKLE_H_
