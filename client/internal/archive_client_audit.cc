// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClientImpl::Audit.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "client/internal/archive_client_impl.h"
#include "client/internal/log_audit.h"

namespace chirograph::internal {
namespace {

// A server that owns up to damage gives no proof; for an audit that is one that does not hold.
Answer<std::vector<Digest>> OrNoProof(Answer<std::vector<Digest>> answer) {
  if (answer.ok()) return answer;
  const Failure& failure = answer.failure();
  const bool is_damage =
      failure.server_error.has_value() && failure.server_error->code == absl::StatusCode::kDataLoss;
  if (is_damage || failure.kind == FailureKind::kDoesNotCheck) return std::vector<Digest>();
  return answer;
}

AuditState Beginning(bool is_full) {
  AuditState state;
  state.full_under_way = is_full;
  return state;
}

// Whether an audit can begin where `past` ended. What that one left out this one must look at; one of all
// only goes on with another.
bool CanGoOn(const AuditOptions& options, const AuditState& past) {
  return (past.with_articles || !options.with_articles) && (past.full_under_way || !options.full);
}

// Whether `tree` is the beginning of the tree of `checkpoint`.
Answer<bool> IsBeginning(const CompactRange& tree, const Checkpoint& checkpoint,
                         const ProofQueries& queries) {
  const std::uint64_t size = tree.tree_size();
  if (size == 0 || size >= checkpoint.tree_size) {
    return size == 0 || (size == checkpoint.tree_size && tree.RootHash() == checkpoint.root_hash);
  }
  const Answer<std::vector<Digest>> proof = queries.consistency(size, checkpoint.tree_size);
  if (!proof.ok()) return proof.failure();
  return VerifyConsistency(size, tree.RootHash(), checkpoint.tree_size, checkpoint.root_hash, *proof) ==
         ProofVerdict::kVerified;
}

}  // namespace

absl::StatusOr<AuditState> ArchiveClientImpl::ReadAuditState(const AuditOptions& options) const {
  const absl::StatusOr<std::optional<std::string>> file = log_.state.ReadAudit();
  if (file.ok() && !file->has_value()) return Beginning(options.full);
  absl::StatusOr<AuditState> state = file.ok() ? ParseAuditState(**file) : file.status();
  if (options.full) return state.ok() && CanGoOn(options, *state) ? *std::move(state) : Beginning(true);
  if (!file.ok()) return file.status();
  if (!state.ok()) {
    return absl::DataLossError(fmt::format(
        "{}: is damaged: {}; audit from the beginning, which replaces it: chirograph audit --full",
        log_.state.AuditPath(), std::string(state.status().message())));
  }
  if (CanGoOn(options, *state)) return *std::move(state);
  return Beginning(state->full_under_way);
}

Answer<AuditSummary> ArchiveClientImpl::Audit(const AuditOptions& options, const AuditCallbacks& callbacks) {
  absl::StatusOr<AuditState> past = ReadAuditState(options);
  if (!past.ok()) return CouldNot(past.status());
  Answer<TrackedCheckpoint> latest = tracker_.FetchLatest();
  if (!latest.ok()) return std::move(latest).failure();
  const Checkpoint& checkpoint = latest->received.checkpoint;
  const StreamServices services = Services();
  ProofQueries queries{[this](std::uint64_t first_size, std::uint64_t second_size) {
                         return OrNoProof(queries_.FetchConsistencyProof(first_size, second_size));
                       },
                       [this](std::uint64_t index, std::uint64_t tree_size) {
                         return OrNoProof(queries_.FetchInclusionProof(index, tree_size));
                       }};
  if (options.full) {
    // Else what is wrong with a state could not be got rid of by an audit of all.
    const Answer<bool> is_beginning = IsBeginning(past->tree, checkpoint, queries);
    if (!is_beginning.ok()) return is_beginning.failure();
    if (!*is_beginning) *past = Beginning(/*is_full=*/true);
  }
  if (past->tree.tree_size() > checkpoint.tree_size) {
    return CouldNot(absl::DataLossError(fmt::format(
        "{}: says that {} entries were audited, but the log has {}; if this file is of another state folder, "
        "audit from the beginning: chirograph audit --full",
        log_.state.AuditPath(), past->tree.tree_size(), checkpoint.tree_size)));
  }
  LogAudit audit(services, options, callbacks, now_(), std::move(queries));
  return audit.Run(latest->received, *std::move(past));
}

}  // namespace chirograph::internal
