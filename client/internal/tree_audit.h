// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_TREE_AUDIT_H_
#define CHIROGRAPH_CLIENT_INTERNAL_TREE_AUDIT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "chirograph/v1/finding.pb.h"
#include "client/answer.h"
#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"

namespace chirograph::internal {

// Where proofs come from; they are checked here.
struct ProofQueries {
  std::function<Answer<std::vector<Digest>>(std::uint64_t first_size, std::uint64_t second_size)> consistency;
  std::function<Answer<std::vector<Digest>>(std::uint64_t index, std::uint64_t tree_size)> inclusion;
};

// Whether entries that come one after the other are those of the tree that a log signed. One that is not is
// found by asking, for half as many each time, whether they are a prefix of that tree. What stands in the
// tree at its place, inclusion proofs tell; so the search goes on behind it. Not thread-safe.
class TreeAudit {
 public:
  // From `proved` on, the tree of what was shown before to be a prefix.
  TreeAudit(Checkpoint checkpoint, CompactRange proved, ProofQueries queries)
      : checkpoint_(std::move(checkpoint)), proved_(std::move(proved)), queries_(std::move(queries)) {}

  // The hash of the next entry as it was served; absent where it was not.
  void Append(const std::optional<Digest>& leaf_hash);
  // Of all that was appended or proved before.
  std::uint64_t tree_size() const { return proved_.tree_size() + leaves_.size(); }

  // Looks for what is not in the signed tree among what was appended since the last call. Gives the findings:
  // ENTRY_MISMATCH, and ROOT_MISMATCH where it cannot be told which entry it is; then nothing more can be
  // proved (`is_broken`). Failures: those of the queries.
  Answer<std::vector<v1::Finding>> Prove();

  // What was shown to be a prefix of the signed tree, the mismatched entries being replaced by the tree's
  // own.
  const CompactRange& proved() const { return proved_; }
  bool is_broken() const { return is_broken_; }

 private:
  // The tree of the first `size` entries, which is at least proved_.
  CompactRange TreeOf(std::uint64_t size) const;
  Answer<bool> IsPrefix(std::uint64_t size) const;
  // The smallest size that is no prefix; the whole is none.
  Answer<std::uint64_t> FirstThatIsNone() const;
  // The leaf that the signed tree has at `index`: its neighbour's path says it, its own proves it. Nothing
  // where that does not hold.
  Answer<std::optional<Digest>> LeafInTree(std::uint64_t index) const;
  // Puts the tree's own leaf in place of the one at `index`, if it can be had.
  Answer<bool> Replace(std::uint64_t index, std::vector<v1::Finding>& findings);
  void Break(std::uint64_t index, std::vector<v1::Finding>& findings);

  const Checkpoint checkpoint_;
  CompactRange proved_;
  std::vector<std::optional<Digest>> leaves_;  // behind proved_
  const ProofQueries queries_;
  bool is_broken_ = false;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_TREE_AUDIT_H_
