// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_RECEIPT_BUILDER_H_
#define CHIROGRAPH_SERVICE_RECEIPT_BUILDER_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chirograph/v1/receipt.pb.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "service/log_head.h"
#include "service/log_store.h"

namespace chirograph {

// All of these are thread-safe, and their errors have an ErrorReason (see FromStoreError).

// The inclusion proof of the entry with `leaf_hash` at `index` in `tree`, verified before it is returned:
// STORE_DAMAGED where it does not lead to the tree's root.
absl::StatusOr<std::vector<Digest>> ProveVerifiedInclusion(const LogStore& store, const PublishedTree& tree,
                                                           std::uint64_t index, const Digest& leaf_hash);

// The same in an older tree, of `tree_size` <= that of `tree`: its root is made from the tiles, and proved to
// be one that `tree` goes back to.
absl::StatusOr<std::vector<Digest>> ProveVerifiedInclusionAt(const LogStore& store, const PublishedTree& tree,
                                                             std::uint64_t index, std::uint64_t tree_size,
                                                             const Digest& leaf_hash);

// The consistency proof between two sizes, first <= second <= that of `tree`, likewise verified: a proof
// from damaged tiles would make a client cry ALARM.
absl::StatusOr<std::vector<Digest>> ProveVerifiedConsistency(const LogStore& store, const PublishedTree& tree,
                                                             std::uint64_t first_size,
                                                             std::uint64_t second_size);

// The receipt under `tree` of an article whose exact bytes are at hand. index < the tree's size.
absl::StatusOr<v1::Receipt> BuildReceipt(const LogStore& store, const PublishedTree& tree,
                                         std::uint64_t index, std::string log_entry, std::string opening);

// The same, of the article that is stored at `index`. Also NOT_AN_ARTICLE.
absl::StatusOr<v1::Receipt> ReadReceipt(const LogStore& store, const PublishedTree& tree,
                                        std::uint64_t index);

// Makes many receipts under one tree: neighbours share the tiles, the hashes over them, and the check that
// they lead to the signed root. Not thread-safe. The arguments must outlive it.
class ReceiptMaker {
 public:
  ReceiptMaker(const LogStore& store, const PublishedTree& tree)
      : store_(store), tree_(tree), prover_(tree.checkpoint.tree_size, store) {}

  // As BuildReceipt and ReadReceipt, but without the checkpoint, which is the tree's note.
  absl::StatusOr<v1::Receipt> Build(std::uint64_t index, std::string log_entry, std::string opening);
  absl::StatusOr<v1::Receipt> Read(std::uint64_t index);

 private:
  absl::StatusOr<std::vector<Digest>> Prove(std::uint64_t index, const Digest& leaf_hash);

  const LogStore& store_;
  const PublishedTree& tree_;
  TreeProver prover_;
  std::set<std::uint64_t> verified_;  // the level-0 tiles that were proved to be the tree's
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_RECEIPT_BUILDER_H_
