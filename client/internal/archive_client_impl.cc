// SPDX-License-Identifier: Apache-2.0
#include "client/internal/archive_client_impl.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "chirograph/v1/error.pb.h"
#include "client/internal/article_list.h"
#include "client/internal/article_request.h"
#include "client/internal/article_watch.h"
#include "client/internal/entry_stream.h"
#include "client/receipt_file.h"
#include "crypto/merkle.h"
#include "crypto/status_message.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
ArchiveClientImpl::ArchiveClientImpl(const ClientOptions& options, std::unique_ptr<RpcChannel> channel,
                                     v1::GetLogInfoResponse info, TrustedLog log)
    : keyring_(options.keyring),
      now_(options.now),
      channel_(std::move(channel)),
      info_(std::move(info)),
      log_(std::move(log)),
      queries_(*channel_),
      tracker_(log_.state, log_.key, queries_, options.now) {}

Answer<ReceiptReport> ArchiveClientImpl::Believe(const v1::Receipt& receipt, const ReceiptEvidence& evidence,
                                                 std::string_view came_with, std::uint64_t seen_when_asked) {
  // First what the log signed: a contradiction there is worth more than whatever else is wrong.
  const Answer<TrackedCheckpoint> tracked =
      tracker_.Observe(receipt.checkpoint(), came_with, seen_when_asked);
  if (tracked.ok()) return Recompute(receipt, evidence, came_with);
  Failure failure = tracked.failure();
  if (failure.kind == FailureKind::kDoesNotCheck) {
    failure.findings = CheckReceipt(receipt, log_.key, evidence).findings;
  }
  return failure;
}

Answer<ReceiptReport> ArchiveClientImpl::Recompute(const v1::Receipt& receipt,
                                                   const ReceiptEvidence& evidence,
                                                   std::string_view came_with) {
  ReceiptReport report = CheckReceipt(receipt, log_.key, evidence);
  if (!report.ok()) {
    Failure failure =
        DoesNotCheck(fmt::format("{} does not check: {}", came_with, MessageOf(report.ToStatus())));
    failure.findings = std::move(report.findings);
    return failure;
  }
  std::optional<Failure> conflict = CompareWithKept(receipt, came_with);
  if (conflict.has_value()) return *std::move(conflict);
  return report;
}

Answer<std::optional<v1::Receipt>> ArchiveClientImpl::ReadKept(std::uint64_t index) {
  absl::StatusOr<std::optional<v1::Receipt>> kept = log_.state.ReadReceipt(index);
  if (!kept.ok()) return CouldNot(kept.status());
  if (!kept->has_value()) return std::optional<v1::Receipt>();
  const absl::Status checked = CheckReceipt(**kept, log_.key).ToStatus();
  if (!checked.ok()) {
    return CouldNot(absl::DataLossError(
        fmt::format("{}: is damaged: {}; move it aside, and a fresh one can be had: chirograph proof get {}",
                    log_.state.ReceiptPath(index), MessageOf(checked), index)));
  }
  return *std::move(kept);
}

std::optional<Failure> ArchiveClientImpl::CompareWithKept(const v1::Receipt& receipt,
                                                          std::string_view came_with) {
  const Answer<std::optional<v1::Receipt>> kept = ReadKept(receipt.index());
  if (!kept.ok()) return kept.failure();
  if (!kept->has_value()) return std::nullopt;
  const bool same = (*kept)->log_entry() == receipt.log_entry() && (*kept)->opening() == receipt.opening();
  if (same) return std::nullopt;
  return TwoEntries(**kept, receipt, came_with);
}

std::optional<Failure> ArchiveClientImpl::Keep(const v1::Receipt& receipt, std::string_view came_with) {
  const absl::StatusOr<ClientState::Kept> kept = log_.state.KeepReceipt(receipt);
  if (!kept.ok()) return CouldNot(kept.status());
  if (*kept != ClientState::Kept::kConflict) return std::nullopt;
  // Another process kept one since it was compared.
  return CompareWithKept(receipt, came_with);
}

Failure ArchiveClientImpl::TwoEntries(const v1::Receipt& kept, const v1::Receipt& received,
                                      std::string_view came_with) {
  Alarm alarm;
  alarm.kind = AlarmKind::kTwoEntries;
  alarm.message =
      fmt::format("{} signed two entries at index {}: leaf hashes {}, and now {}", log_.key.name(),
                  received.index(), ToHex(LeafHash(kept.log_entry())), ToHex(LeafHash(received.log_entry())));
  alarm.trusted_note = kept.checkpoint();
  alarm.received_note = received.checkpoint();
  const absl::StatusOr<std::string> kept_file = FormatReceiptFile(kept);
  const absl::StatusOr<std::string> received_file = FormatReceiptFile(received);
  alarm.exchange =
      fmt::format("kept in {}:\n{}\nreceived with {}:\n{}\n", log_.state.ReceiptPath(kept.index()),
                  kept_file.value_or(MessageOf(kept_file.status())), came_with,
                  received_file.value_or(MessageOf(received_file.status())));
  return tracker_.Raise(std::move(alarm));
}

Answer<ArchivedArticle> ArchiveClientImpl::Get(const ArticleRef& ref, v1::ArticleView view) {
  const std::string came_with = fmt::format("the answer to GetArticle for {}", Describe(ref));
  const std::uint64_t seen = tracker_.LargestSeen();
  std::uint64_t trusted_size = 0;
  if (std::holds_alternative<UrlRef>(ref)) {
    const absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = log_.state.ReadCheckpoint();
    if (!trusted.ok()) return CouldNot(trusted.status());
    if (trusted->has_value()) trusted_size = (*trusted)->checkpoint.tree_size;
  }
  const v1::GetArticleRequest request = MakeRequest(ref, view, trusted_size);
  Answer<v1::GetArticleResponse> response =
      channel_->Call("GetArticle", &v1::ArchiveService::Stub::GetArticle, channel_->archive(), request);
  if (!response.ok()) return DoubtRefusal(ref, trusted_size, std::move(response).failure());
  if (response->payload_case() != PayloadFor(view)) {
    return DoesNotCheck(fmt::format("{} has not the payload of {}, which was asked for", came_with,
                                    v1::ArticleView_Name(view)));
  }
  Answer<ReceiptReport> report =
      Believe(response->receipt(), EvidenceOf(*response, keyring_.get()), came_with, seen);
  if (!report.ok()) return std::move(report).failure();
  std::optional<Failure> other = CheckIsFor(ref, *report, came_with);
  if (other.has_value()) return *std::move(other);

  ArchivedArticle answer;
  other = TakeCatalogWords(request, *response, *report, came_with, &answer);
  if (other.has_value()) return *std::move(other);
  const absl::Status taken = TakePayload(&*response, &answer);
  if (!taken.ok()) return DoesNotCheck(fmt::format("{}: {}", came_with, MessageOf(taken)));
  std::optional<Failure> not_kept = Keep(response->receipt(), came_with);
  if (not_kept.has_value()) return *std::move(not_kept);
  answer.receipt = std::move(*response->mutable_receipt());
  answer.report = *std::move(report);
  return answer;
}

StreamServices ArchiveClientImpl::Services() {
  return {
      *channel_,
      tracker_,
      log_.state,
      log_.key,
      keyring_.get(),
      [this](const v1::Receipt& receipt, const ReceiptEvidence& evidence, std::string_view came_with) {
        return Recompute(receipt, evidence, came_with);
      },
      [this](std::uint64_t index, Failure failure) { return DoubtBeyondTree(index, std::move(failure)); }};
}

Answer<ListEnd> ArchiveClientImpl::List(const v1::ListArticlesRequest& request, const OnListBatch& on_batch) {
  return ListArticles(Services(), request, on_batch);
}

Answer<ListEnd> ArchiveClientImpl::ListVersions(const v1::ListVersionsRequest& request,
                                                const OnListBatch& on_batch) {
  return internal::ListVersions(Services(), request, on_batch);
}

Answer<WatchEnd> ArchiveClientImpl::Watch(const v1::WatchArticlesRequest& request,
                                          const WatchCallbacks& callbacks) {
  return WatchArticles(Services(), request, callbacks);
}

Answer<ProvenEntry> ArchiveClientImpl::GetEntry(std::uint64_t index, const Checkpoint& checkpoint) {
  ProvenEntry proven{.index = index};
  v1::StreamEntriesRequest request;
  request.set_start_index(index);
  request.set_end_index(index + 1);
  const Answer<std::uint64_t> reached =
      StreamEntries(Services(), request, [&proven](const v1::StreamEntriesResponse& entries) {
        proven.log_entry = entries.entries(0).log_entry();
        return StreamNext::kMore;
      });
  if (!reached.ok()) return reached.failure();
  if (proven.log_entry.empty()) {
    return DoesNotCheck(
        fmt::format("the server has not got the entry at index {}, or cannot read it", index));
  }
  Answer<std::vector<Digest>> proof = queries_.FetchInclusionProof(index, checkpoint.tree_size);
  if (!proof.ok()) return std::move(proof).failure();
  const ProofVerdict verdict =
      VerifyInclusion(LeafHash(proven.log_entry), index, checkpoint.tree_size, *proof, checkpoint.root_hash);
  if (verdict != ProofVerdict::kVerified) {
    return DoesNotCheck(fmt::format("the entry at index {} is not shown to be in the log of tree size {}: {}",
                                    index, checkpoint.tree_size, ProofVerdictText(verdict)));
  }
  proven.inclusion_proof = *std::move(proof);
  return proven;
}

absl::StatusOr<std::optional<std::uint64_t>> ArchiveClientImpl::FindKept(const ArticleRef& ref,
                                                                         std::uint64_t tree_size) {
  const absl::StatusOr<std::vector<std::uint64_t>> indexes = log_.state.ListReceipts();
  if (!indexes.ok()) return indexes.status();
  for (const std::uint64_t index : *indexes) {
    const absl::StatusOr<std::optional<v1::Receipt>> kept = log_.state.ReadReceipt(index);
    // One that is damaged shows nothing, and is not what was asked about.
    if (!kept.ok() || !kept->has_value()) continue;
    if (CouldMean(ref, **kept, tree_size)) return std::optional<std::uint64_t>(index);
  }
  return std::optional<std::uint64_t>();
}

Failure ArchiveClientImpl::DoubtRefusal(const ArticleRef& ref, std::uint64_t seen, Failure failure) {
  if (!failure.server_error.has_value()) return failure;
  const absl::StatusCode code = failure.server_error->code;
  std::optional<std::uint64_t> index;
  if (const auto* given = std::get_if<std::uint64_t>(&ref)) index = *given;
  if (code == absl::StatusCode::kOutOfRange) {
    if (index.has_value()) return DoubtBeyondTree(*index, std::move(failure));
    if (std::holds_alternative<UrlRef>(ref) && seen > 0) return DoubtBeyondTree(seen - 1, std::move(failure));
  }
  if (code != absl::StatusCode::kNotFound) return failure;
  if (!index.has_value()) {
    const absl::StatusOr<std::optional<std::uint64_t>> found =
        FindKept(ref, LookedAt(ref, *failure.server_error));
    if (!found.ok()) return CouldNot(found.status());
    if (!found->has_value()) return failure;
    index = **found;
  }
  const Answer<std::optional<v1::Receipt>> kept = ReadKept(*index);
  if (!kept.ok()) return kept.failure();
  if (!kept->has_value()) return failure;
  if (failure.server_error->reason == v1::ERROR_REASON_NO_SOURCE_DOCUMENT) {
    const absl::StatusOr<v1::Opening> opening = ParseOpening((*kept)->opening());
    if (opening.ok() && !opening->has_source_digest()) return failure;
  }
  return DoesNotCheck(fmt::format("{}; but there is a receipt that shows what it had: {}",
                                  MessageOf(failure.status), log_.state.ReceiptPath(*index)));
}

Failure ArchiveClientImpl::DoubtBeyondTree(std::uint64_t index, Failure failure) {
  const absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = log_.state.ReadCheckpoint();
  if (!trusted.ok()) return CouldNot(trusted.status());
  if (!trusted->has_value() || index >= (*trusted)->checkpoint.tree_size) return failure;
  const Answer<TrackedCheckpoint> newest = tracker_.FetchLatest();
  if (!newest.ok()) return newest.failure();
  return DoesNotCheck(fmt::format("{}; but it signed tree size {}", MessageOf(failure.status),
                                  newest->received.checkpoint.tree_size));
}

Answer<v1::Receipt> ArchiveClientImpl::RefreshReceipt(const v1::Receipt& receipt) {
  // Its checkpoint may have come from somebody else, who perhaps was shown another log.
  Answer<ReceiptReport> old = Believe(receipt, {}, "the receipt to refresh", 0);
  if (!old.ok()) return std::move(old).failure();
  v1::GetInclusionProofRequest request;
  request.set_index(receipt.index());
  const std::uint64_t seen = tracker_.LargestSeen();
  Answer<v1::GetInclusionProofResponse> response =
      channel_->Call("GetInclusionProof", &v1::LogService::Stub::GetInclusionProof, channel_->log(), request);
  if (!response.ok()) {
    Failure failure = std::move(response).failure();
    const bool beyond =
        failure.server_error.has_value() && failure.server_error->code == absl::StatusCode::kOutOfRange;
    return beyond ? DoubtBeyondTree(receipt.index(), std::move(failure)) : failure;
  }
  v1::Receipt fresh = receipt;
  *fresh.mutable_inclusion_proof() = std::move(*response->mutable_hashes());
  fresh.set_checkpoint(std::move(*response->mutable_checkpoint()));
  Answer<ReceiptReport> report = Believe(fresh, {}, "the answer to GetInclusionProof", seen);
  if (!report.ok()) return std::move(report).failure();
  if (response->tree_size() != report->checkpoint->tree_size) {
    return DoesNotCheck(fmt::format("the answer to GetInclusionProof says tree size {}, its checkpoint {}",
                                    response->tree_size(), report->checkpoint->tree_size));
  }
  return fresh;
}

Answer<ServerVerification> ArchiveClientImpl::Verify(const Submission& submission,
                                                     std::optional<absl::Time> at) {
  const std::string came_with = "the answer to VerifyArticle";
  absl::StatusOr<PreparedSubmission> prepared = Prepare(submission);
  if (!prepared.ok()) return CouldNot(prepared.status());
  v1::VerifyArticleRequest request;
  SetInput(submission, &request);
  if (at.has_value()) *request.mutable_evaluated_at() = ToTimestamp(*at);
  request.set_include_canonical_form(true);
  Answer<v1::VerifyArticleResponse> response = channel_->Call(
      "VerifyArticle", &v1::VerificationService::Stub::VerifyArticle, channel_->verification(), request);
  if (!response.ok()) return std::move(response).failure();
  std::optional<Failure> unfit = CheckVerification(response->verification(), *prepared, came_with);
  if (unfit.has_value()) return *std::move(unfit);
  if (response->canonical_form() != prepared->canonical_form) {
    return DoesNotCheck(came_with + " has another canonical form than the one made here");
  }
  if (at.has_value() &&
      FromTimestamp(response->verification().evaluated_at()) != FromTimestamp(request.evaluated_at())) {
    return DoesNotCheck(came_with + " is about another time than was asked for");
  }
  ServerVerification answer;
  if (response->has_archived_index()) answer.archived_index = response->archived_index();
  answer.verification = std::move(*response->mutable_verification());
  answer.canonical_form = std::move(prepared->canonical_form);
  return answer;
}

}  // namespace chirograph::internal
