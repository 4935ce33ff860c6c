// SPDX-License-Identifier: Apache-2.0
//
// The part of ArchiveClientImpl that submits articles.
#include <fmt/format.h>

#include <utility>

#include "chirograph/v1/error.pb.h"
#include "client/internal/archive_client_impl.h"
#include "client/internal/ingest_stream_impl.h"

namespace chirograph::internal {

Answer<IngestOutcome> ArchiveClientImpl::Ingest(const Submission& submission) {
  const std::string came_with = "the answer to IngestArticle";
  const absl::StatusOr<PreparedSubmission> prepared = Prepare(submission);
  if (!prepared.ok()) return CouldNot(prepared.status());
  v1::IngestArticleRequest request;
  SetInput(submission, &request);
  const std::uint64_t seen = LargestSeen();
  Answer<v1::IngestArticleResponse> response =
      channel_->Call("IngestArticle", &v1::ArchiveService::Stub::IngestArticle, channel_->archive(), request);
  if (!response.ok()) {
    return CheckRefused(*prepared, std::move(response).failure(), "the refusal of IngestArticle");
  }
  Answer<std::uint64_t> followed = FollowCheckpoint(response->receipt().checkpoint(), came_with, seen);
  if (!followed.ok()) return std::move(followed).failure();
  Answer<IngestOutcome> outcome = CheckIngested(*prepared, *std::move(response), came_with);
  if (!outcome.ok()) return outcome;
  std::optional<Failure> not_kept = Keep(outcome->receipt, came_with);
  if (not_kept.has_value()) return *std::move(not_kept);
  return outcome;
}

std::unique_ptr<IngestStream> ArchiveClientImpl::OpenIngestStream(IngestStreamOptions options) {
  return std::make_unique<IngestStreamImpl>(*channel_, static_cast<IngestChecks&>(*this),
                                            info_.limits().max_submissions_per_message(), std::move(options));
}

Answer<std::uint64_t> ArchiveClientImpl::FollowCheckpoint(const std::string& note, std::string_view came_with,
                                                          std::uint64_t seen_when_asked) {
  // First what the log signed: a contradiction there is worth more than whatever else is wrong.
  const Answer<TrackedCheckpoint> tracked = tracker_.Observe(note, came_with, seen_when_asked);
  if (!tracked.ok()) return tracked.failure();
  return tracked->received.checkpoint.tree_size;
}

Answer<IngestOutcome> ArchiveClientImpl::CheckIngested(const PreparedSubmission& prepared,
                                                       v1::IngestArticleResponse response,
                                                       std::string_view came_with) {
  std::optional<Failure> failure = CheckVerification(response.verification(), prepared, came_with);
  if (failure.has_value()) return *std::move(failure);
  ReceiptEvidence evidence;
  evidence.article = &prepared.article;
  evidence.source_document = prepared.source;
  evidence.keyring = keyring_.get();
  Answer<ReceiptReport> report = Recompute(response.receipt(), evidence, came_with);
  if (!report.ok()) return std::move(report).failure();
  if (report->opening->has_source_digest() != prepared.source.has_value()) {
    return DoesNotCheck(
        fmt::format("{}: a message was sent, the receipt is for a source document", came_with));
  }
  const v1::ArticleRecord& record = report->log_entry->article_record();
  const v1::VerificationResult& verification = response.verification();
  if (!response.already_archived() && (record.verdict_at_ingest() != verification.verdict() ||
                                       record.reason_at_ingest() != verification.reason() ||
                                       verification.policy_action() != v1::POLICY_ACTION_ACCEPT)) {
    return DoesNotCheck(fmt::format(
        "{}: it says {}, {}, {}, but recorded {}, {}", came_with, v1::Verdict_Name(verification.verdict()),
        v1::VerdictReason_Name(verification.reason()), v1::PolicyAction_Name(verification.policy_action()),
        v1::Verdict_Name(record.verdict_at_ingest()), v1::VerdictReason_Name(record.reason_at_ingest())));
  }
  IngestOutcome outcome;
  outcome.archived = true;
  outcome.already_archived = response.already_archived();
  outcome.verification = std::move(*response.mutable_verification());
  outcome.receipt = std::move(*response.mutable_receipt());
  outcome.report = *std::move(report);
  return outcome;
}

Answer<IngestOutcome> ArchiveClientImpl::CheckRefused(const PreparedSubmission& prepared, Failure failure,
                                                      std::string_view came_with) {
  if (!failure.server_error.has_value() ||
      failure.server_error->reason != v1::ERROR_REASON_REJECTED_BY_POLICY) {
    return failure;
  }
  ReceivedError& error = *failure.server_error;
  if (!error.verification.has_value()) {
    return DoesNotCheck(fmt::format("{} comes without a verification result", came_with));
  }
  std::optional<Failure> unfit = CheckVerification(*error.verification, prepared, came_with);
  if (unfit.has_value()) return *std::move(unfit);
  if (error.verification->policy_action() != v1::POLICY_ACTION_REJECT) {
    return DoesNotCheck(fmt::format("{}: its verification result says {}", came_with,
                                    v1::PolicyAction_Name(error.verification->policy_action())));
  }
  IngestOutcome outcome;
  outcome.verification = *std::move(error.verification);
  outcome.refusal = std::move(error.message);
  return outcome;
}

std::vector<std::optional<Failure>> ArchiveClientImpl::KeepAll(
    const std::vector<const v1::Receipt*>& receipts, std::string_view came_with) {
  const std::vector<absl::StatusOr<ClientState::Kept>> kept = log_.state.KeepReceipts(receipts);
  std::vector<std::optional<Failure>> failures(receipts.size());
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    if (!kept[i].ok()) {
      failures[i] = CouldNot(kept[i].status());
    } else if (*kept[i] == ClientState::Kept::kConflict) {
      // Another process, or another article of these, kept one since it was compared.
      failures[i] = CompareWithKept(*receipts[i], came_with);
    }
  }
  return failures;
}

}  // namespace chirograph::internal
