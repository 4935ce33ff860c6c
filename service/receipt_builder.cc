// SPDX-License-Identifier: Apache-2.0
#include "service/receipt_builder.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

absl::Status NoProof(std::string_view what, ProofVerdict verdict) {
  return FromStoreError(
      absl::DataLossError(fmt::format("the tiles do not prove {}: {}", what, ProofVerdictText(verdict))));
}

absl::StatusOr<Digest> RootAt(const LogStore& store, const PublishedTree& tree, std::uint64_t tree_size) {
  if (tree_size == tree.checkpoint.tree_size) return tree.checkpoint.root_hash;
  absl::StatusOr<TileEdge> edge = TileEdge::Load(tree_size, store);
  if (!edge.ok()) return FromStoreError(edge.status());
  return edge->RootHash();
}

// `proof` of the entry with `leaf_hash`, if it leads to the root of `tree`.
absl::StatusOr<std::vector<Digest>> Verified(absl::StatusOr<std::vector<Digest>> proof,
                                             const PublishedTree& tree, std::uint64_t index,
                                             const Digest& leaf_hash) {
  if (!proof.ok()) return FromStoreError(proof.status());
  const Checkpoint& checkpoint = tree.checkpoint;
  const ProofVerdict verdict =
      VerifyInclusion(leaf_hash, index, checkpoint.tree_size, *proof, checkpoint.root_hash);
  if (verdict != ProofVerdict::kVerified) {
    return NoProof(
        fmt::format("that the entry at index {} is in the tree of size {}", index, checkpoint.tree_size),
        verdict);
  }
  return proof;
}

// But for its checkpoint.
v1::Receipt MakeReceipt(std::uint64_t index, std::string log_entry, std::string opening,
                        const std::vector<Digest>& proof) {
  v1::Receipt receipt;
  receipt.set_log_entry(std::move(log_entry));
  receipt.set_opening(std::move(opening));
  receipt.set_index(index);
  receipt.mutable_inclusion_proof()->Reserve(static_cast<int>(proof.size()));
  for (const Digest& hash : proof) receipt.add_inclusion_proof(std::string(AsBytes(hash)));
  return receipt;
}

// What is stored of the article at an index.
struct StoredArticle {
  std::string log_entry;
  std::string opening;
};
absl::StatusOr<StoredArticle> ReadArticle(const LogStore& store, std::uint64_t index) {
  absl::StatusOr<std::string> bytes = store.ReadEntry(index);
  if (!bytes.ok()) return FromStoreError(bytes.status());
  absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(*bytes);
  if (!entry.ok()) return FromStoreError(entry.status());
  if (!entry->has_article_record()) {
    return MakeError(
        v1::ERROR_REASON_NOT_AN_ARTICLE,
        fmt::format("the entry at index {} is no article but an event of a publisher's key", index),
        {{"index", std::to_string(index)}});
  }
  absl::StatusOr<std::string> opening = store.ReadOpening(index);
  if (!opening.ok()) return FromStoreError(opening.status());
  if (AsBytes(Sha256(*opening)) != entry->article_record().opening_digest()) {
    return FromStoreError(absl::DataLossError(
        fmt::format("the opening at index {} does not hash to its entry's digest", index)));
  }
  return StoredArticle{*std::move(bytes), *std::move(opening)};
}

}  // namespace

absl::StatusOr<std::vector<Digest>> ProveVerifiedInclusion(const LogStore& store, const PublishedTree& tree,
                                                           std::uint64_t index, const Digest& leaf_hash) {
  return Verified(ProveInclusion(index, tree.checkpoint.tree_size, store), tree, index, leaf_hash);
}

absl::StatusOr<std::vector<Digest>> ProveVerifiedInclusionAt(const LogStore& store, const PublishedTree& tree,
                                                             std::uint64_t index, std::uint64_t tree_size,
                                                             const Digest& leaf_hash) {
  if (tree_size == tree.checkpoint.tree_size) return ProveVerifiedInclusion(store, tree, index, leaf_hash);
  absl::StatusOr<std::vector<Digest>> consistent =
      ProveVerifiedConsistency(store, tree, tree_size, tree.checkpoint.tree_size);
  if (!consistent.ok()) return consistent.status();
  absl::StatusOr<Digest> root = RootAt(store, tree, tree_size);
  if (!root.ok()) return root.status();
  absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(index, tree_size, store);
  if (!proof.ok()) return FromStoreError(proof.status());
  const ProofVerdict verdict = VerifyInclusion(leaf_hash, index, tree_size, *proof, *root);
  if (verdict != ProofVerdict::kVerified) {
    return NoProof(fmt::format("that the entry at index {} is in the tree of size {}", index, tree_size),
                   verdict);
  }
  return proof;
}

absl::StatusOr<std::vector<Digest>> ProveVerifiedConsistency(const LogStore& store, const PublishedTree& tree,
                                                             std::uint64_t first_size,
                                                             std::uint64_t second_size) {
  const std::uint64_t newest = tree.checkpoint.tree_size;
  // Two roots made from the same damaged tile go together well: only the signed one tells.
  if (second_size != newest) {
    absl::StatusOr<std::vector<Digest>> signed_too =
        ProveVerifiedConsistency(store, tree, second_size, newest);
    if (!signed_too.ok()) return signed_too.status();
  }
  absl::StatusOr<Digest> first_root = RootAt(store, tree, first_size);
  if (!first_root.ok()) return first_root.status();
  absl::StatusOr<Digest> second_root = RootAt(store, tree, second_size);
  if (!second_root.ok()) return second_root.status();
  absl::StatusOr<std::vector<Digest>> proof = ProveConsistency(first_size, second_size, store);
  if (!proof.ok()) return FromStoreError(proof.status());
  const ProofVerdict verdict = VerifyConsistency(first_size, *first_root, second_size, *second_root, *proof);
  if (verdict != ProofVerdict::kVerified) {
    return NoProof(
        fmt::format("that the tree of size {} goes back to that of size {}", second_size, first_size),
        verdict);
  }
  return proof;
}

absl::StatusOr<v1::Receipt> BuildReceipt(const LogStore& store, const PublishedTree& tree,
                                         std::uint64_t index, std::string log_entry, std::string opening) {
  absl::StatusOr<std::vector<Digest>> proof = ProveVerifiedInclusion(store, tree, index, LeafHash(log_entry));
  if (!proof.ok()) return proof.status();
  v1::Receipt receipt = MakeReceipt(index, std::move(log_entry), std::move(opening), *proof);
  receipt.set_checkpoint(tree.note);
  return receipt;
}

absl::StatusOr<v1::Receipt> ReadReceipt(const LogStore& store, const PublishedTree& tree,
                                        std::uint64_t index) {
  absl::StatusOr<StoredArticle> stored = ReadArticle(store, index);
  if (!stored.ok()) return stored.status();
  return BuildReceipt(store, tree, index, std::move(stored->log_entry), std::move(stored->opening));
}

// The leaf that the tile has is this entry's, or nothing of the tile is used. Then one proof that leads to
// the root shows all of the leaf tile to be the tree's: every hash in the tile went into it, and what is
// above the tile is common to all its leaves.
absl::StatusOr<std::vector<Digest>> ReceiptMaker::Prove(std::uint64_t index, const Digest& leaf_hash) {
  const absl::StatusOr<Digest> leaf = prover_.LeafHash(index);
  if (!leaf.ok()) return FromStoreError(leaf.status());
  if (*leaf != leaf_hash) {
    return NoProof(fmt::format("that the entry at index {} is in the tree of size {}", index,
                               tree_.checkpoint.tree_size),
                   ProofVerdict::kRootMismatch);
  }
  absl::StatusOr<std::vector<Digest>> proof = prover_.ProveInclusion(index);
  const std::uint64_t tile = index / kTileWidth;
  if (proof.ok() && verified_.contains(tile)) return proof;
  proof = Verified(std::move(proof), tree_, index, leaf_hash);
  if (proof.ok()) verified_.insert(tile);
  return proof;
}

absl::StatusOr<v1::Receipt> ReceiptMaker::Build(std::uint64_t index, std::string log_entry,
                                                std::string opening) {
  const absl::StatusOr<std::vector<Digest>> proof = Prove(index, LeafHash(log_entry));
  if (!proof.ok()) return proof.status();
  return MakeReceipt(index, std::move(log_entry), std::move(opening), *proof);
}

absl::StatusOr<v1::Receipt> ReceiptMaker::Read(std::uint64_t index) {
  absl::StatusOr<StoredArticle> stored = ReadArticle(store_, index);
  if (!stored.ok()) return stored.status();
  return Build(index, std::move(stored->log_entry), std::move(stored->opening));
}

}  // namespace chirograph
