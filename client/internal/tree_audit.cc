// SPDX-License-Identifier: Apache-2.0
#include "client/internal/tree_audit.h"

#include <fmt/format.h>

#include <bit>
#include <string>

#include "proto/finding.h"

namespace chirograph::internal {
namespace {

// Entries that are replaced before the rest is given up: each costs some twenty questions.
constexpr std::size_t kMaxReplaced = 100;

std::string Hash(const Digest& digest) { return "leaf " + ToHex(digest); }

}  // namespace

void TreeAudit::Append(const std::optional<Digest>& leaf_hash) {
  if (!is_broken_) leaves_.push_back(leaf_hash);
}

Answer<std::vector<v1::Finding>> TreeAudit::Prove() {
  std::vector<v1::Finding> findings;
  if (is_broken_) return findings;
  // A missing entry has its finding from who fetched it; here it only is in the way.
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i]) continue;
    const std::uint64_t index = proved_.tree_size() + i;
    Answer<std::optional<Digest>> leaf = LeafInTree(index);
    if (!leaf.ok()) return std::move(leaf).failure();
    if (!*leaf) {
      // With a gap there is nothing to ask for proofs of: what is before it may be others, too.
      Break(proved_.tree_size(), findings);
      return findings;
    }
    leaves_[i] = **leaf;
  }
  for (std::size_t replaced = 0;; ++replaced) {
    const Answer<bool> whole = IsPrefix(tree_size());
    if (!whole.ok()) return whole.failure();
    if (*whole) break;
    if (leaves_.empty()) {
      Break(tree_size(), findings);
      return findings;
    }
    const Answer<std::uint64_t> size = FirstThatIsNone();
    if (!size.ok()) return size.failure();
    const Answer<bool> did = Replace(*size - 1, findings);
    if (!did.ok()) return did.failure();
    if (!*did || replaced == kMaxReplaced) {
      Break(*size - 1, findings);
      return findings;
    }
  }
  proved_ = TreeOf(tree_size());
  leaves_.clear();
  return findings;
}

CompactRange TreeAudit::TreeOf(std::uint64_t size) const {
  CompactRange tree = proved_;
  for (std::size_t i = 0; tree.tree_size() < size; ++i) tree.Append(*leaves_[i]);
  return tree;
}

Answer<bool> TreeAudit::IsPrefix(std::uint64_t size) const {
  const Digest root = TreeOf(size).RootHash();
  if (size == checkpoint_.tree_size) return root == checkpoint_.root_hash;
  if (size == 0) return true;
  const Answer<std::vector<Digest>> proof = queries_.consistency(size, checkpoint_.tree_size);
  if (!proof.ok()) return proof.failure();
  return VerifyConsistency(size, root, checkpoint_.tree_size, checkpoint_.root_hash, *proof) ==
         ProofVerdict::kVerified;
}

Answer<std::uint64_t> TreeAudit::FirstThatIsNone() const {
  std::uint64_t good = proved_.tree_size();
  std::uint64_t bad = tree_size();
  while (bad - good > 1) {
    const std::uint64_t middle = good + (bad - good) / 2;
    const Answer<bool> is_prefix = IsPrefix(middle);
    if (!is_prefix.ok()) return is_prefix.failure();
    (*is_prefix ? good : bad) = middle;
  }
  return bad;
}

Answer<std::optional<Digest>> TreeAudit::LeafInTree(std::uint64_t index) const {
  const std::uint64_t size = checkpoint_.tree_size;
  if (size == 1) return std::optional<Digest>(checkpoint_.root_hash);
  // The neighbour's path begins with this leaf; of the last leaf, without one, the path from the perfect
  // subtree before it gets to it further up.
  std::uint64_t neighbour = index ^ 1;
  std::size_t position = 0;
  if (neighbour >= size) {
    neighbour = index - 1;
    position = static_cast<std::size_t>(std::countr_zero(index));
  }
  const Answer<std::vector<Digest>> hint = queries_.inclusion(neighbour, size);
  if (!hint.ok()) return hint.failure();
  if (position >= hint->size()) return std::optional<Digest>();
  // What it says is nothing before its own path leads from it to the root.
  const Digest leaf = hint->at(position);
  const Answer<std::vector<Digest>> proof = queries_.inclusion(index, size);
  if (!proof.ok()) return proof.failure();
  if (VerifyInclusion(leaf, index, size, *proof, checkpoint_.root_hash) != ProofVerdict::kVerified) {
    return std::optional<Digest>();
  }
  return std::optional<Digest>(leaf);
}

Answer<bool> TreeAudit::Replace(std::uint64_t index, std::vector<v1::Finding>& findings) {
  Answer<std::optional<Digest>> leaf = LeafInTree(index);
  if (!leaf.ok()) return std::move(leaf).failure();
  std::optional<Digest>& served = leaves_[index - proved_.tree_size()];
  // Where it is the same, it is the proofs that do not hold.
  if (!*leaf || **leaf == served) return false;
  findings.push_back(MakeFinding(v1::FINDING_CODE_ENTRY_MISMATCH, index, Hash(**leaf), Hash(*served)));
  served = **leaf;
  return true;
}

void TreeAudit::Break(std::uint64_t index, std::vector<v1::Finding>& findings) {
  // Where not even the first is shown to be the tree's, or another's, the search has told nothing.
  const bool is_place_known = index > proved_.tree_size();
  findings.push_back(MakeFinding(
      v1::FINDING_CODE_ROOT_MISMATCH, index,
      fmt::format("entries that hash to the root of tree size {}, {}", checkpoint_.tree_size,
                  ToHex(checkpoint_.root_hash)),
      is_place_known ? "others, from about this index on"
                     : "others, at this index or behind it: no proof that the server gives leads there"));
  is_broken_ = true;
  leaves_.clear();
}

}  // namespace chirograph::internal
