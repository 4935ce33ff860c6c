// SPDX-License-Identifier: Apache-2.0
#include "client/internal/log_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "crypto/parallel.h"
#include "proto/enum_conversion.h"

namespace chirograph::internal {
namespace {

std::optional<std::string_view> Present(const std::string& log_entry) {
  // Absent is empty: an entry never is.
  return log_entry.empty() ? std::nullopt : std::optional<std::string_view>(log_entry);
}

EntryBytes BytesOf(const v1::StoredEntry& stored) {
  EntryBytes bytes{.log_entry = Present(stored.log_entry())};
  if (stored.has_opening()) bytes.opening = stored.opening();
  if (stored.has_content()) bytes.content = stored.content();
  return bytes;
}

// Whether, after `failure`, what came before it can be shown to be the log's: not where nobody answers, which
// took its time already, nor where the log is convicted.
bool CouldStillProve(const Failure& failure) {
  return failure.kind != FailureKind::kAlarm && !absl::IsUnavailable(failure.status) &&
         !absl::IsDeadlineExceeded(failure.status);
}

}  // namespace

LogAudit::LogAudit(const StreamServices& services, const AuditOptions& options,
                   const AuditCallbacks& callbacks, absl::Time now, ProofQueries queries)
    : services_(services),
      options_(options),
      callbacks_(callbacks),
      now_(now),
      queries_(std::move(queries)),
      receipts_(services) {}

Answer<AuditSummary> LogAudit::Run(const TrustedCheckpoint& checkpoint, AuditState past) {
  summary_.checkpoint = checkpoint.checkpoint;
  summary_.checkpoint_note = checkpoint.note;
  // Those of the options that are none are named before all else, which may take an hour.
  for (const AuditReceipt& given : options_.receipts) AddReceipt(given.name, given.receipt);
  std::optional<Failure> failure = RunFrom(std::move(past));
  summary_.resume_index = saved_.tree.tree_size();
  if (callbacks_.on_end) callbacks_.on_end(summary_);
  if (failure) return *std::move(failure);
  return std::move(summary_);
}

std::optional<Failure> LogAudit::RunFrom(AuditState past) {
  saved_ = std::move(past);
  summary_.earlier_findings = saved_.finding_count;
  summary_.earlier = saved_.findings;
  summary_.earlier_audit = saved_.audited_at;
  summary_.is_full = saved_.full_under_way;
  summary_.first_index = summary_.next_index = saved_.tree.tree_size();
  kept_findings_ = saved_.findings;
  key_events_ = saved_.key_events;
  check_.emplace(LogCheckOptions{.with_articles = options_.with_articles,
                                 .keyring = services_.keyring,
                                 .now = now_,
                                 .keyring_decides = true,
                                 .left_out = options_.left_out},
                 saved_.past);
  tree_.emplace(summary_.checkpoint, saved_.tree, queries_);
  // Whatever becomes of it, that all is to be audited is not forgotten.
  if (summary_.is_full && summary_.first_index == 0) {
    if (std::optional<Failure> failure = Save()) return failure;
  }
  if (callbacks_.on_progress && summary_.next_index < summary_.checkpoint.tree_size) {
    callbacks_.on_progress(summary_.next_index, summary_.checkpoint.tree_size);
  }
  const Answer<std::uint64_t> reached = Fetch();
  if (!reached.ok()) {
    if (CouldStillProve(reached.failure()) && !proving_failed_) ProveAndSave();
    return reached.failure();
  }
  summary_.is_complete = summary_.next_index == summary_.checkpoint.tree_size;
  if (std::optional<Failure> failure = ProveAndSave()) return failure;
  return summary_.is_complete ? CheckReceipts() : std::nullopt;
}

Answer<std::uint64_t> LogAudit::Fetch() {
  v1::StreamEntriesRequest request;
  request.set_start_index(summary_.first_index);
  request.set_end_index(summary_.checkpoint.tree_size);
  request.set_include_articles(options_.with_articles);
  return StreamEntries(services_, request,
                       [this](const v1::StreamEntriesResponse& entries) { return Take(entries); });
}

Answer<StreamNext> LogAudit::Take(const v1::StreamEntriesResponse& entries) {
  std::vector<EntryBytes> bytes;
  bytes.reserve(static_cast<std::size_t>(entries.entries_size()));
  for (const v1::StoredEntry& stored : entries.entries()) bytes.push_back(BytesOf(stored));
  const std::size_t threads =
      options_.threads > 0 ? options_.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<CheckedEntry> checked =
      check_->Check(bytes, [threads](std::size_t count, const std::function<void(std::size_t)>& work) {
        ForEachInParallel(count, threads, work);
      });
  for (std::size_t i = 0; i < checked.size(); ++i) {
    const CheckedEntry& entry = checked[i];
    tree_->Append(entry.leaf_hash);
    if (entry.entry && entry.entry->has_key_event()) {
      key_events_.emplace(entry.index, std::string(*bytes[i].log_entry));
    }
    Count(entry);
    for (const v1::Finding& finding : entry.findings) Report(finding);
    if (callbacks_.on_entry) callbacks_.on_entry(entry);
  }
  summary_.next_index += checked.size();
  if (callbacks_.on_progress) callbacks_.on_progress(summary_.next_index, summary_.checkpoint.tree_size);
  if (summary_.next_index - saved_.tree.tree_size() >= options_.entries_between_proofs) {
    if (std::optional<Failure> failure = ProveAndSave()) return *std::move(failure);
  }
  return callbacks_.should_stop && callbacks_.should_stop() ? StreamNext::kStop : StreamNext::kMore;
}

void LogAudit::Count(const CheckedEntry& checked) {
  if (!checked.entry) return;
  if (checked.entry->has_key_event()) {
    ++summary_.key_events;
    return;
  }
  ++summary_.articles;
  if (const auto verdict = FromProto(checked.entry->article_record().verdict_at_ingest())) {
    ++summary_.at_ingest[*verdict];
  }
  if (!checked.article) return;
  if (checked.article->verdict_now) ++summary_.now[*checked.article->verdict_now];
  if (checked.article->signature != SignatureStanding::kVerified) return;
  ++(checked.article->key_in_keyring ? summary_.verified_by_keyring : summary_.verified_by_log_keys);
}

void LogAudit::Report(const v1::Finding& finding) {
  ++summary_.findings;
  if (kept_findings_.size() < kMaxKeptFindings) kept_findings_.push_back(finding);
  if (callbacks_.on_finding) callbacks_.on_finding(finding);
}

void LogAudit::ReportReceipt(const v1::Finding& finding) {
  const auto is_same = [&finding](const v1::Finding& other) {
    return other.code() == finding.code() && other.index() == finding.index() &&
           other.subject() == finding.subject() && other.expected() == finding.expected();
  };
  // Receipts are looked at in each audit: what was found of one before is not found twice.
  if (const std::size_t same = std::erase_if(summary_.earlier, is_same); same > 0) {
    summary_.earlier_findings -= same;
  } else {
    if (saved_.findings.size() < kMaxKeptFindings) saved_.findings.push_back(finding);
    ++saved_.finding_count;
  }
  Report(finding);
}

std::optional<Failure> LogAudit::ProveAndSave() {
  if (options_.left_out.has(CheckPart::kRoot)) return std::nullopt;
  const Answer<std::vector<v1::Finding>> findings = tree_->Prove();
  proving_failed_ = !findings.ok();
  if (!findings.ok()) return findings.failure();
  for (const v1::Finding& finding : *findings) Report(finding);
  if (tree_->is_broken()) return std::nullopt;  // the next audit looks again from where the last proof was
  saved_.tree = tree_->proved();
  saved_.past = check_->past();
  saved_.key_events = key_events_;
  saved_.findings = kept_findings_;
  saved_.finding_count = summary_.earlier_findings + summary_.findings;
  return Save();
}

std::optional<Failure> LogAudit::Save() {
  saved_.with_articles = options_.with_articles;
  saved_.audited_at = now_;
  const absl::Status written = services_.state.WriteAudit(FormatAuditState(saved_));
  if (!written.ok()) return CouldNot(written);
  return std::nullopt;
}

void LogAudit::AddReceipt(const std::string& name, const absl::StatusOr<v1::Receipt>& receipt) {
  const absl::Status added = receipt.ok() ? receipts_.Add(name, *receipt) : receipt.status();
  if (!added.ok()) ReportUnchecked(name, added);
}

void LogAudit::ReportUnchecked(const std::string& name, const absl::Status& why) {
  ++summary_.unchecked_receipts;
  if (callbacks_.on_unchecked_receipt) callbacks_.on_unchecked_receipt(name, why);
}

std::optional<Failure> LogAudit::CheckReceipts() {
  if (options_.left_out.has(CheckPart::kReceipts)) return std::nullopt;
  const absl::StatusOr<std::vector<std::uint64_t>> kept = services_.state.ListReceipts();
  if (!kept.ok()) return CouldNot(kept.status());
  for (const std::uint64_t index : *kept) {
    const std::string path = services_.state.ReceiptPath(index);
    absl::StatusOr<std::optional<v1::Receipt>> receipt = services_.state.ReadReceipt(index);
    if (!receipt.ok()) {
      ReportUnchecked(path, receipt.status());
    } else if (receipt->has_value()) {
      AddReceipt(path, **std::move(receipt));
    }
  }
  ReceiptVerdict verdict = receipts_.Judge(summary_.checkpoint, queries_);
  summary_.receipts = verdict.held;
  for (const v1::Finding& finding : verdict.findings) ReportReceipt(finding);
  for (const UncheckedPromise& unchecked : verdict.unchecked) ReportUnchecked(unchecked.name, unchecked.why);
  // Also where the log is convicted: who audits next, perhaps without these receipts, must hear of them.
  const bool is_done = !verdict.failure || verdict.failure->kind == FailureKind::kAlarm;
  const bool full_ends = saved_.full_under_way && is_done && !tree_->is_broken();
  if (full_ends) saved_.full_under_way = false;
  if (!full_ends && verdict.findings.empty()) return std::move(verdict.failure);
  std::optional<Failure> not_saved = Save();
  return verdict.failure ? std::move(verdict.failure) : std::move(not_saved);
}

}  // namespace chirograph::internal
