// SPDX-License-Identifier: Apache-2.0
#include "proto/recorded_verdict.h"

#include <fmt/format.h>

#include <variant>

#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "proto/enum_conversion.h"

namespace chirograph {
namespace {

Verdict VerdictOf(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::kSignatureVerified:
      return Verdict::kValid;
    case VerdictReason::kNoSecuredField:
    case VerdictReason::kEmptySecuredField:
      return Verdict::kUnsigned;
    case VerdictReason::kWrongParts:
    case VerdictReason::kNotBase64:
    case VerdictReason::kTooLong:
    case VerdictReason::kFitsNoKey:
      return Verdict::kMalformed;
    case VerdictReason::kNoPublisher:
    case VerdictReason::kNoKeyForPublisher:
      return Verdict::kUnknownKey;
    case VerdictReason::kRevoked:
      return Verdict::kKeyRevoked;
    case VerdictReason::kBeforePeriod:
    case VerdictReason::kAfterPeriod:
      return Verdict::kKeyOutOfPeriod;
    case VerdictReason::kDoesNotVerify:
      break;
  }
  return Verdict::kInvalid;
}

// What a contradiction between the record and its Opening is, or nothing.
std::optional<std::string> AgainstOpening(const SignedRecord& known, Verdict verdict, VerdictReason reason) {
  const v1::Opening& opening = *known.opening;
  if (opening.has_opened_signature() != IsByAKey(verdict)) {
    return opening.has_opened_signature() ? "but the opening has an opened signature"
                                          : "but the opening has no opened signature";
  }
  if (opening.has_secured_digest() == (verdict == Verdict::kUnsigned)) {
    return opening.has_secured_digest() ? "but the opening has the digest of a secured field"
                                        : "but the opening has no digest of a secured field";
  }
  if (opening.publisher_domain().empty() &&
      (IsByAKey(verdict) || verdict == Verdict::kInvalid || reason == VerdictReason::kNoKeyForPublisher ||
       reason == VerdictReason::kFitsNoKey)) {
    return "but the opening names no publisher";
  }
  if (!opening.publisher_domain().empty() && reason == VerdictReason::kNoPublisher) {
    return fmt::format("but the opening names the publisher {}", opening.publisher_domain());
  }
  return std::nullopt;
}

// The verdicts of docs/secured-field.md that take no key, in its order: each is a must.
std::optional<std::string> AgainstField(const SignedRecord& known, Verdict verdict, VerdictReason reason) {
  const v1::Article& article = *known.article;
  if (article.secured().empty()) {
    // Either reason: an empty field and none are one article, and what was archived first may have had the
    // other.
    if (verdict == Verdict::kUnsigned) return std::nullopt;
    return "but it must be UNSIGNED: the article has no signature";
  }
  if (verdict == Verdict::kUnsigned) return "but the article has a secured field";
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(article.secured());
  if (const auto* must = std::get_if<VerdictReason>(&parsed)) {
    if (reason == *must) return std::nullopt;
    return fmt::format("but it must be MALFORMED ({}): {}", VerdictReasonName(*must),
                       VerdictReasonText(*must));
  }
  if (verdict == Verdict::kMalformed && reason != VerdictReason::kFitsNoKey) {
    return "but the secured field is of the grammar";
  }
  if (PublisherOf(article).empty() && reason != VerdictReason::kNoPublisher) {
    return "but it must be UNKNOWN_KEY (NO_PUBLISHER): the article names no publisher";
  }
  const auto* bare = std::get_if<std::string>(&std::get<ParsedSecuredField>(parsed));
  if (bare != nullptr && known.opening != nullptr && known.opening->has_opened_signature() &&
      known.opening->opened_signature() != *bare) {
    return "but the opened signature in the opening is not the one that stands in the secured field";
  }
  return std::nullopt;
}

}  // namespace

std::string PublisherOf(const v1::Article& article) {
  if (!article.provider().has_domain()) return "";
  return NormalizePublisherDomain(article.provider().domain()).value_or("");
}

bool IsByAKey(Verdict verdict) {
  return verdict == Verdict::kValid || verdict == Verdict::kKeyRevoked || verdict == Verdict::kKeyOutOfPeriod;
}

std::string DescribeRecordedVerdict(const v1::ArticleRecord& record) {
  const std::optional<Verdict> verdict = FromProto(record.verdict_at_ingest());
  const std::optional<VerdictReason> reason = FromProto(record.reason_at_ingest());
  if (!verdict || !reason) return "recorded without a verdict";
  return fmt::format("recorded as {} ({})", VerdictName(*verdict), VerdictReasonName(*reason));
}

std::optional<std::string> FindVerdictContradiction(const SignedRecord& known) {
  const v1::ArticleRecord& record = *known.record;
  const std::optional<Verdict> verdict = FromProto(record.verdict_at_ingest());
  const std::optional<VerdictReason> reason = FromProto(record.reason_at_ingest());
  if (!verdict || !reason) return "the record has no verdict";
  const std::string recorded = DescribeRecordedVerdict(record);
  if (VerdictOf(*reason) != *verdict) return recorded + ", a reason that is another verdict's";
  if (record.has_key_event_index() != IsByAKey(*verdict)) {
    return recorded +
           (record.has_key_event_index() ? ", but the record names a key" : ", but the record names no key");
  }
  if (record.has_key_event_index() && record.key_event_index() >= known.index) {
    return fmt::format("{}, but its key came into the log at index {}, after the record", recorded,
                       record.key_event_index());
  }
  std::optional<std::string> contradiction;
  if (known.opening != nullptr) contradiction = AgainstOpening(known, *verdict, *reason);
  if (!contradiction && known.article != nullptr) contradiction = AgainstField(known, *verdict, *reason);
  if (!contradiction) return std::nullopt;
  return fmt::format("{}, {}", recorded, *contradiction);
}

}  // namespace chirograph
