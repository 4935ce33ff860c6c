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

}  // namespace

absl::StatusOr<std::optional<AuditState>> ArchiveClientImpl::ReadAuditState(
    const AuditOptions& options) const {
  if (options.full) return std::nullopt;
  const absl::StatusOr<std::optional<std::string>> file = log_.state.ReadAudit();
  if (!file.ok()) return file.status();
  if (!file->has_value()) return std::nullopt;
  absl::StatusOr<AuditState> state = ParseAuditState(**file);
  if (!state.ok()) {
    return absl::DataLossError(fmt::format(
        "{}: is damaged: {}; audit from the beginning, which replaces it: chirograph audit --full",
        log_.state.AuditPath(), std::string(state.status().message())));
  }
  // What the last audit left out this one must look at.
  if (options.with_articles && !state->with_articles) return std::nullopt;
  return *std::move(state);
}

Answer<AuditSummary> ArchiveClientImpl::Audit(const AuditOptions& options, const AuditCallbacks& callbacks) {
  absl::StatusOr<std::optional<AuditState>> past = ReadAuditState(options);
  if (!past.ok()) return CouldNot(past.status());
  Answer<TrackedCheckpoint> latest = tracker_.FetchLatest();
  if (!latest.ok()) return std::move(latest).failure();
  const Checkpoint& checkpoint = latest->received.checkpoint;
  if (past->has_value() && (*past)->tree.tree_size() > checkpoint.tree_size) {
    return CouldNot(absl::DataLossError(fmt::format(
        "{}: says that {} entries were audited, but the log has {}; if this file is of another state folder, "
        "audit from the beginning: chirograph audit --full",
        log_.state.AuditPath(), (*past)->tree.tree_size(), checkpoint.tree_size)));
  }
  const StreamServices services = Services();
  ProofQueries queries{[this](std::uint64_t first_size, std::uint64_t second_size) {
                         return OrNoProof(queries_.FetchConsistencyProof(first_size, second_size));
                       },
                       [this](std::uint64_t index, std::uint64_t tree_size) {
                         return OrNoProof(queries_.FetchInclusionProof(index, tree_size));
                       }};
  LogAudit audit(services, options, callbacks, now_(), std::move(queries));
  return audit.Run(latest->received, *std::move(past));
}

}  // namespace chirograph::internal
