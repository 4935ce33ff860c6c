// SPDX-License-Identifier: Apache-2.0
#include "service/receipt_builder.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/store_error.h"

namespace chirograph {

absl::StatusOr<std::vector<Digest>> ProveVerifiedInclusion(const LogStore& store, const PublishedTree& tree,
                                                           std::uint64_t index, const Digest& leaf_hash) {
  const Checkpoint& checkpoint = tree.checkpoint;
  absl::StatusOr<std::vector<Digest>> proof = ProveInclusion(index, checkpoint.tree_size, store);
  if (!proof.ok()) return FromStoreError(proof.status());
  const ProofVerdict verdict =
      VerifyInclusion(leaf_hash, index, checkpoint.tree_size, *proof, checkpoint.root_hash);
  if (verdict != ProofVerdict::kVerified) {
    return FromStoreError(
        absl::DataLossError(fmt::format("the entry at index {} has no proof in the tree of size {}: {}",
                                        index, checkpoint.tree_size, ProofVerdictText(verdict))));
  }
  return proof;
}

absl::StatusOr<v1::Receipt> BuildReceipt(const LogStore& store, const PublishedTree& tree,
                                         std::uint64_t index, std::string log_entry, std::string opening) {
  absl::StatusOr<std::vector<Digest>> proof = ProveVerifiedInclusion(store, tree, index, LeafHash(log_entry));
  if (!proof.ok()) return proof.status();
  v1::Receipt receipt;
  receipt.set_log_entry(std::move(log_entry));
  receipt.set_opening(std::move(opening));
  receipt.set_index(index);
  for (const Digest& hash : *proof) receipt.add_inclusion_proof(std::string(AsBytes(hash)));
  receipt.set_checkpoint(tree.note);
  return receipt;
}

absl::StatusOr<v1::Receipt> ReadReceipt(const LogStore& store, const PublishedTree& tree,
                                        std::uint64_t index) {
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
  return BuildReceipt(store, tree, index, *std::move(bytes), *std::move(opening));
}

}  // namespace chirograph
