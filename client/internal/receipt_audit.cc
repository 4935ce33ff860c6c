// SPDX-License-Identifier: Apache-2.0
#include "client/internal/receipt_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "client/internal/rpc_log_queries.h"
#include "crypto/merkle.h"
#include "crypto/status_message.h"
#include "proto/finding.h"

namespace chirograph::internal {
namespace {

bool IsDamage(const Failure& failure) {
  return failure.kind == FailureKind::kCouldNot && failure.server_error.has_value() &&
         failure.server_error->code == absl::StatusCode::kDataLoss;
}

// Whether `receipt`'s entry is in the tree of `checkpoint`, as the log promised by it.
absl::Status CheckPromise(const v1::Receipt& receipt, const Checkpoint& checkpoint) {
  const Answer<std::vector<Digest>> proof = ReadHashes(receipt.inclusion_proof(), "its proof");
  if (!proof.ok()) return proof.failure().status;
  const ProofVerdict verdict = VerifyInclusion(LeafHash(receipt.log_entry()), receipt.index(),
                                               checkpoint.tree_size, *proof, checkpoint.root_hash);
  if (verdict == ProofVerdict::kVerified) return absl::OkStatus();
  return absl::InvalidArgumentError(std::string(ProofVerdictText(verdict)));
}

}  // namespace

ReceiptAudit::SignedTree& ReceiptAudit::ReadTree(const std::string& name, const std::string& note) {
  const auto known = trees_.find(note);
  if (known != trees_.end()) return known->second;
  SignedTree tree{.checkpoint = OpenCheckpoint(note, services_.log),
                  .came_with = fmt::format("the receipt {}", name)};
  return trees_.emplace(note, std::move(tree)).first->second;
}

absl::Status ReceiptAudit::Add(const std::string& name, const v1::Receipt& receipt) {
  const absl::StatusOr<Checkpoint>& checkpoint = ReadTree(name, receipt.checkpoint()).checkpoint;
  const absl::Status promised =
      checkpoint.ok() ? CheckPromise(receipt, *checkpoint) : absl::Status(checkpoint.status());
  if (!promised.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: is no receipt of this log: {}", name, MessageOf(promised)));
  }
  promises_.push_back(
      {name, receipt.index(), LeafHash(receipt.log_entry()), trees_.find(receipt.checkpoint())});
  return absl::OkStatus();
}

std::optional<Failure> ReceiptAudit::JudgeTrees(std::uint64_t audited_size) {
  std::vector<SignedTrees::iterator> in_order;
  for (auto tree = trees_.begin(); tree != trees_.end(); ++tree) {
    if (tree->second.checkpoint.ok()) in_order.push_back(tree);
  }
  // First what convicts the log without any more of its words: two roots of one size. Last what takes its
  // word for how large it is.
  const auto rank = [audited_size](const SignedTrees::iterator& tree) {
    const std::uint64_t size = tree->second.checkpoint->tree_size;
    return std::tuple(size != audited_size, size > audited_size, size);
  };
  std::sort(in_order.begin(), in_order.end(),
            [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const auto& tree : in_order) {
    const Answer<TrackedCheckpoint> judged =
        services_.tracker.ObserveSignedBefore(tree->first, tree->second.came_with);
    tree->second.is_of_log = judged.ok();
    if (judged.ok()) continue;
    if (!IsDamage(judged.failure())) return judged.failure();
    tree->second.damage = MessageOf(judged.failure().status);
  }
  return std::nullopt;
}

Answer<std::optional<std::string>> ReceiptAudit::FindOther(const Promise& promise, const Checkpoint& audited,
                                                           const ProofQueries& queries) const {
  if (promise.index >= audited.tree_size) {
    return std::optional(fmt::format("a log of {} entries", audited.tree_size));
  }
  const Answer<std::vector<Digest>> proof = queries.inclusion(promise.index, audited.tree_size);
  if (!proof.ok()) return proof.failure();
  const ProofVerdict verdict =
      VerifyInclusion(promise.leaf, promise.index, audited.tree_size, *proof, audited.root_hash);
  if (verdict == ProofVerdict::kVerified) return std::optional<std::string>();
  return std::optional("another: " + std::string(ProofVerdictText(verdict)));
}

ReceiptVerdict ReceiptAudit::Judge(const Checkpoint& audited, const ProofQueries& queries) {
  ReceiptVerdict verdict{.failure = JudgeTrees(audited.tree_size)};
  const bool is_alarm = verdict.failure && verdict.failure->kind == FailureKind::kAlarm;
  if (verdict.failure && !is_alarm) return verdict;
  for (const Promise& promise : promises_) {
    const SignedTree& tree = promise.tree->second;
    ++verdict.held;
    if (tree.is_of_log) continue;
    const Answer<std::optional<std::string>> other = FindOther(promise, audited, queries);
    if (!other.ok()) {
      if (!is_alarm) verdict.failure = other.failure();  // an alarm is worth more than what came after it
      return verdict;
    }
    if (other->has_value()) {
      v1::Finding& finding = verdict.findings.emplace_back(
          MakeFinding(v1::FINDING_CODE_RECEIPT_NOT_HONOURED, promise.index,
                      fmt::format("the entry that hashes to {}", ToHex(promise.leaf)), std::string(**other)));
      finding.set_subject(promise.name);
    } else if (!tree.damage.empty()) {
      --verdict.held;
      verdict.unchecked.push_back(
          {promise.name, absl::DataLossError(fmt::format(
                             "{}: its entry is in the log, but not its checkpoint of tree size {} "
                             "could be held against it: {}",
                             promise.name, tree.checkpoint->tree_size, tree.damage))});
    }
  }
  return verdict;
}

}  // namespace chirograph::internal
