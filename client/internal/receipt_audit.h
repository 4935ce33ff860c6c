// SPDX-License-Identifier: Apache-2.0
//
// Receipts to which an audit holds a log: what each promised, and under which checkpoint.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_RECEIPT_AUDIT_H_
#define CHIROGRAPH_CLIENT_INTERNAL_RECEIPT_AUDIT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/finding.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "client/answer.h"
#include "client/internal/listed_article.h"
#include "client/internal/tree_audit.h"
#include "crypto/checkpoint.h"
#include "crypto/sha256.h"

namespace chirograph::internal {

// A receipt whose checkpoint the log could not be held to: the server owns up to damage in place of a proof.
struct UncheckedPromise {
  std::string name;
  absl::Status why;  // names it
};

// What an audit's receipts showed.
struct ReceiptVerdict {
  std::uint64_t held = 0;  // receipts that the log was held to
  std::vector<UncheckedPromise> unchecked;
  std::vector<v1::Finding> findings;  // RECEIPT_NOT_HONOURED, in the order of the receipts
  // kAlarm: a receipt's checkpoint contradicts what the log says now; the receipts were gone through all the
  // same. Otherwise the questions could not be asked, and not all receipts were gone through.
  std::optional<Failure> failure;
};

// A receipt is a promise under a signature: that its entry is in the tree of its checkpoint. Where that tree
// is shown to be the beginning of the log's, the entry is in the log. So it is the checkpoints that are
// judged, each of them once, and an entry is asked for only where its checkpoint was not shown to be of this
// log. Not thread-safe.
class ReceiptAudit {
 public:
  // `services` must outlive it.
  explicit ReceiptAudit(const StreamServices& services) : services_(services) {}

  // Takes the receipt in the file `name`. InvalidArgument: it is no receipt of this log; it is not taken.
  absl::Status Add(const std::string& name, const v1::Receipt& receipt);

  // Holds the log to the receipts: its tree of `audited`, which was judged. `queries` as LogAudit has them.
  ReceiptVerdict Judge(const Checkpoint& audited, const ProofQueries& queries);

 private:
  // A checkpoint that is in receipts.
  struct SignedTree {
    absl::StatusOr<Checkpoint> checkpoint;
    std::string came_with;   // one of the receipts
    bool is_of_log = false;  // shown to be a beginning of the log, or to be begun by what was audited
    std::string damage;      // why the server cannot show it, in its words
  };
  using SignedTrees = std::map<std::string, SignedTree>;  // by note
  struct Promise {
    std::string name;
    std::uint64_t index = 0;
    Digest leaf = {};
    SignedTrees::const_iterator tree;
  };

  SignedTree& ReadTree(const std::string& name, const std::string& note);
  // Until one cannot be judged. Nothing: all were, or are owned up to be damaged.
  std::optional<Failure> JudgeTrees(std::uint64_t audited_size);
  // What stands in the audited tree where `promise` has its entry; nothing where it is that entry.
  Answer<std::optional<std::string>> FindOther(const Promise& promise, const Checkpoint& audited,
                                               const ProofQueries& queries) const;

  const StreamServices& services_;
  SignedTrees trees_;
  std::vector<Promise> promises_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_RECEIPT_AUDIT_H_
