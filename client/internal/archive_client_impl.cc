// SPDX-License-Identifier: Apache-2.0
#include "client/internal/archive_client_impl.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "chirograph/v1/error.pb.h"
#include "client/receipt_file.h"
#include "crypto/merkle.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

v1::GetArticleRequest MakeRequest(const ArticleRef& ref, v1::ArticleView view) {
  v1::GetArticleRequest request;
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) {
    request.set_index(*index);
  } else if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    request.set_article_digest(std::string(AsBytes(article->digest)));
  } else {
    request.set_source_digest(std::string(AsBytes(std::get<SourceDigestRef>(ref).digest)));
  }
  request.set_view(view);
  return request;
}

std::string Describe(const ArticleRef& ref) {
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) return fmt::format("index {}", *index);
  if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    return fmt::format("article sha256:{}", ToHex(article->digest));
  }
  return fmt::format("source sha256:{}", ToHex(std::get<SourceDigestRef>(ref).digest));
}

v1::GetArticleResponse::PayloadCase PayloadFor(v1::ArticleView view) {
  switch (view) {
    case v1::ARTICLE_VIEW_ARTICLE:
      return v1::GetArticleResponse::kArticle;
    case v1::ARTICLE_VIEW_SOURCE:
      return v1::GetArticleResponse::kSourceDocument;
    case v1::ARTICLE_VIEW_CONTENT:
      return v1::GetArticleResponse::kContent;
    default:
      return v1::GetArticleResponse::PAYLOAD_NOT_SET;
  }
}

// Whether a checked receipt is for what was asked for.
std::optional<Failure> CheckIsFor(const ArticleRef& ref, const ReceiptReport& report,
                                  std::string_view came_with) {
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) {
    if (report.index == *index) return std::nullopt;
    return DoesNotCheck(fmt::format("{} is for index {}", came_with, report.index));
  }
  if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    if (report.opening->article_digest() == AsBytes(article->digest)) return std::nullopt;
    return DoesNotCheck(
        fmt::format("{} is for the article sha256:{}", came_with, ToHex(*report.article_digest)));
  }
  if (report.opening->source_digest() == AsBytes(std::get<SourceDigestRef>(ref).digest)) return std::nullopt;
  return DoesNotCheck(fmt::format("{} is for another source document", came_with));
}

// What the payload holds, once it has been checked.
absl::Status TakePayload(v1::GetArticleResponse* response, ArchivedArticle* answer) {
  switch (response->payload_case()) {
    case v1::GetArticleResponse::kArticle:
      answer->article = std::move(*response->mutable_article());
      break;
    case v1::GetArticleResponse::kSourceDocument: {
      absl::StatusOr<v1::Article> article = ParseDocument(response->source_document());
      if (!article.ok()) return article.status();
      answer->article = *std::move(article);
      answer->source_document = std::move(*response->mutable_source_document());
      break;
    }
    case v1::GetArticleResponse::kContent: {
      absl::StatusOr<v1::Content> content = ParseContent(response->content());
      if (!content.ok()) return content.status();
      answer->article = std::move(*content->mutable_article());
      if (content->has_source_document()) {
        answer->source_document = std::move(*content->mutable_source_document());
      }
      break;
    }
    case v1::GetArticleResponse::PAYLOAD_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

}  // namespace

ArchiveClientImpl::ArchiveClientImpl(const ClientOptions& options, std::unique_ptr<RpcChannel> channel,
                                     v1::GetLogInfoResponse info, TrustedLog log)
    : keyring_(options.keyring),
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
  if (!tracked.ok()) {
    Failure failure = tracked.failure();
    if (failure.kind == FailureKind::kDoesNotCheck) {
      failure.findings = CheckReceipt(receipt, log_.key, evidence).findings;
    }
    return failure;
  }
  return BelieveUnder(receipt, evidence, came_with);
}

Answer<ReceiptReport> ArchiveClientImpl::BelieveUnder(const v1::Receipt& receipt,
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
  Answer<v1::GetArticleResponse> response = channel_->Call(
      "GetArticle", &v1::ArchiveService::Stub::GetArticle, channel_->archive(), MakeRequest(ref, view));
  if (!response.ok()) return DoubtRefusal(ref, std::move(response).failure());
  if (response->payload_case() != PayloadFor(view)) {
    return DoesNotCheck(fmt::format("{} has not the payload of {}, which was asked for", came_with,
                                    v1::ArticleView_Name(view)));
  }
  ReceiptEvidence evidence;
  if (response->has_article()) evidence.article = &response->article();
  if (response->has_source_document()) evidence.source_document = response->source_document();
  if (response->has_content()) evidence.content = response->content();
  evidence.keyring = keyring_.get();
  Answer<ReceiptReport> report = Believe(response->receipt(), evidence, came_with, seen);
  if (!report.ok()) return std::move(report).failure();
  std::optional<Failure> other = CheckIsFor(ref, *report, came_with);
  if (other.has_value()) return *std::move(other);

  ArchivedArticle answer;
  const absl::Status taken = TakePayload(&*response, &answer);
  if (!taken.ok()) return DoesNotCheck(fmt::format("{}: {}", came_with, MessageOf(taken)));
  std::optional<Failure> not_kept = Keep(response->receipt(), came_with);
  if (not_kept.has_value()) return *std::move(not_kept);
  answer.receipt = std::move(*response->mutable_receipt());
  answer.report = *std::move(report);
  return answer;
}

absl::StatusOr<std::optional<std::uint64_t>> ArchiveClientImpl::FindKept(const ArticleRef& ref) {
  const absl::StatusOr<std::vector<std::uint64_t>> indexes = log_.state.ListReceipts();
  if (!indexes.ok()) return indexes.status();
  for (const std::uint64_t index : *indexes) {
    const absl::StatusOr<std::optional<v1::Receipt>> kept = log_.state.ReadReceipt(index);
    // One that is damaged shows nothing, and is not what was asked about.
    if (!kept.ok() || !kept->has_value()) continue;
    const absl::StatusOr<v1::Opening> opening = ParseOpening((*kept)->opening());
    if (!opening.ok()) continue;
    const auto* article = std::get_if<ArticleDigestRef>(&ref);
    const auto* source = std::get_if<SourceDigestRef>(&ref);
    if ((article != nullptr && opening->article_digest() == AsBytes(article->digest)) ||
        (source != nullptr && opening->source_digest() == AsBytes(source->digest))) {
      return std::optional<std::uint64_t>(index);
    }
  }
  return std::optional<std::uint64_t>();
}

Failure ArchiveClientImpl::DoubtRefusal(const ArticleRef& ref, Failure failure) {
  if (!failure.server_error.has_value()) return failure;
  const absl::StatusCode code = failure.server_error->code;
  std::optional<std::uint64_t> index;
  if (const auto* given = std::get_if<std::uint64_t>(&ref)) index = *given;
  if (index.has_value() && code == absl::StatusCode::kOutOfRange) {
    return DoubtBeyondTree(*index, std::move(failure));
  }
  if (code != absl::StatusCode::kNotFound) return failure;
  if (!index.has_value()) {
    const absl::StatusOr<std::optional<std::uint64_t>> found = FindKept(ref);
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
