// SPDX-License-Identifier: Apache-2.0
#include "client/internal/signature_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "crypto/secured_field.h"
#include "crypto/verdict.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

Finding RecordedVerdict(CheckOutcome outcome, std::string detail) {
  return {CheckSubject::kRecordedVerdict, outcome, CheckedBy::kOperator, std::move(detail)};
}

Finding Signature(CheckOutcome outcome, std::string detail) {
  return {CheckSubject::kSignature, outcome, CheckedBy::kHere, std::move(detail)};
}

// Whether a key verified the signature, whatever it is worth.
bool KeyVerified(Verdict verdict) {
  return verdict == Verdict::kValid || verdict == Verdict::kKeyRevoked || verdict == Verdict::kKeyOutOfPeriod;
}

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

std::string Recorded(Verdict verdict, VerdictReason reason) {
  return fmt::format("recorded as {} ({})", VerdictName(verdict), VerdictReasonName(reason));
}

// What a contradiction between the record and its Opening is, or nothing.
std::optional<std::string> AgainstOpening(const SignedRecord& known, Verdict verdict, VerdictReason reason) {
  const v1::Opening& opening = *known.opening;
  if (opening.has_opened_signature() != KeyVerified(verdict)) {
    return opening.has_opened_signature() ? "but the opening has an opened signature"
                                          : "but the opening has no opened signature";
  }
  if (opening.has_secured_digest() == (verdict == Verdict::kUnsigned)) {
    return opening.has_secured_digest() ? "but the opening has the digest of a secured field"
                                        : "but the opening has no digest of a secured field";
  }
  if (opening.publisher_domain().empty() &&
      (KeyVerified(verdict) || verdict == Verdict::kInvalid || reason == VerdictReason::kNoKeyForPublisher ||
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

// Whether this keyring cannot open what a signature of `publisher` may be sealed in.
bool LacksEnvelopeKey(const Keyring& keyring, const std::string& publisher) {
  const std::span<const PublisherKey> keys = keyring.KeysFor(publisher);
  return std::any_of(keys.begin(), keys.end(),
                     [](const PublisherKey& key) { return key.envelope_key_missing; });
}

// A key in the keyring, without an envelope or without its key, that verifies the signature in the Opening;
// the best of them.
void TryOpenedSignature(const SignedRecord& known, const std::string& publisher, const Keyring& keyring,
                        SignatureCheck* check) {
  if (known.opening == nullptr || !known.opening->has_opened_signature()) return;
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(known.article->secured());
  const auto* field = std::get_if<ParsedSecuredField>(&parsed);
  if (field == nullptr || !std::holds_alternative<SealedSignature>(*field)) return;
  const std::string input = SigningInput(*known.canonical_form);
  for (const PublisherKey& key : keyring.KeysFor(publisher)) {
    if (key.envelope != EnvelopeKind::kNone && !key.envelope_key_missing) continue;
    if (!key.public_key->Verify(input, known.opening->opened_signature())) continue;
    const KeyStanding standing = KeyStandingAt(key, check->at);
    if (KeyVerified(check->verdict) && standing.verdict >= check->verdict) continue;
    check->verdict = standing.verdict;
    check->reason = standing.reason;
    check->key_id = key.id;
    check->algorithm = key.public_key->algorithm();
    check->by_opened_signature = true;
  }
}

std::string Describe(const SignatureCheck& check) {
  std::string text = fmt::format("{} at {}", VerdictName(check.verdict),
                                 absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", check.at, absl::UTCTimeZone()));
  if (!check.key_id.empty()) text += fmt::format(", key {}", check.key_id);
  if (check.verdict != Verdict::kValid) text += fmt::format(": {}", VerdictReasonText(check.reason));
  if (check.by_opened_signature) {
    text += "; that the secured field opens to this signature is the operator's word";
  }
  return text;
}

}  // namespace

std::string PublisherOf(const v1::Article& article) {
  if (!article.provider().has_domain()) return "";
  return NormalizePublisherDomain(article.provider().domain()).value_or("");
}

Finding CheckRecordedVerdict(const SignedRecord& known) {
  if (known.record == nullptr) {
    return RecordedVerdict(CheckOutcome::kNotChecked, "there is no record that can be read");
  }
  const std::optional<Verdict> verdict = FromProto(known.record->verdict_at_ingest());
  const std::optional<VerdictReason> reason = FromProto(known.record->reason_at_ingest());
  if (!verdict.has_value() || !reason.has_value()) {
    return RecordedVerdict(CheckOutcome::kFailed, "the record has no verdict");
  }
  const std::string recorded = Recorded(*verdict, *reason);
  if (VerdictOf(*reason) != *verdict) {
    return RecordedVerdict(CheckOutcome::kFailed, recorded + ", a reason that is another verdict's");
  }
  if (known.record->has_key_event_index() != KeyVerified(*verdict)) {
    return RecordedVerdict(CheckOutcome::kFailed, recorded + (known.record->has_key_event_index()
                                                                  ? ", but the record names a key"
                                                                  : ", but the record names no key"));
  }
  if (known.record->has_key_event_index() && known.record->key_event_index() >= known.index) {
    return RecordedVerdict(CheckOutcome::kFailed,
                           fmt::format("{}, but its key came into the log at index {}, after the record",
                                       recorded, known.record->key_event_index()));
  }
  std::optional<std::string> contradiction;
  if (known.opening != nullptr) contradiction = AgainstOpening(known, *verdict, *reason);
  if (!contradiction.has_value() && known.article != nullptr) {
    contradiction = AgainstField(known, *verdict, *reason);
  }
  if (contradiction.has_value()) {
    return RecordedVerdict(CheckOutcome::kFailed, fmt::format("{}, {}", recorded, *contradiction));
  }
  return RecordedVerdict(CheckOutcome::kNotChecked, recorded + " by the operator's keyring of then");
}

Finding CheckSignature(const SignedRecord& known, const Keyring* keyring, std::optional<absl::Time> at,
                       std::optional<SignatureCheck>* signature) {
  if (known.article == nullptr || known.canonical_form == nullptr) {
    return Signature(CheckOutcome::kNotChecked, "there is no article at hand");
  }
  if (keyring == nullptr) return Signature(CheckOutcome::kNotChecked, "no keyring was given");
  if (!at.has_value()) {
    if (known.record == nullptr) return Signature(CheckOutcome::kNotChecked, "there is no time to judge at");
    at = FromTimestamp(known.record->ingest_time());
  }

  SecuredDocument document;
  document.canonical_form = *known.canonical_form;
  if (known.article->has_secured()) document.secured = known.article->secured();
  if (known.article->provider().has_domain()) document.provider_domain = known.article->provider().domain();
  const SecuredVerification verified = VerifySecured(document, *keyring, *at);
  SignatureCheck check;
  check.verdict = verified.verdict;
  check.reason = verified.reason;
  check.at = *at;
  if (verified.key != nullptr) {
    check.key_id = verified.key->id;
    check.algorithm = verified.key->public_key->algorithm();
  }
  if (!KeyVerified(check.verdict) && check.verdict != Verdict::kUnsigned) {
    TryOpenedSignature(known, verified.publisher_domain, *keyring, &check);
  }
  const bool has_opened = known.opening != nullptr && known.opening->has_opened_signature();
  if (check.verdict == Verdict::kInvalid && !has_opened &&
      LacksEnvelopeKey(*keyring, verified.publisher_domain)) {
    return Signature(
        CheckOutcome::kNotChecked,
        fmt::format("the keyring lacks an envelope key of {}, and the archive opened no signature",
                    verified.publisher_domain));
  }
  *signature = check;

  if (check.verdict == Verdict::kUnknownKey) {
    return Signature(CheckOutcome::kNotChecked,
                     check.reason == VerdictReason::kNoPublisher
                         ? "the article names no publisher"
                         : fmt::format("the keyring has no key of {}", verified.publisher_domain));
  }
  if (KeyVerified(check.verdict) && !check.by_opened_signature && has_opened &&
      known.opening->opened_signature() != verified.opened_signature) {
    return Signature(CheckOutcome::kFailed,
                     "the secured field opens to another signature than the one in the opening");
  }
  const std::optional<Verdict> recorded =
      known.record == nullptr ? std::nullopt : FromProto(known.record->verdict_at_ingest());
  if (recorded.has_value() && KeyVerified(*recorded) && !KeyVerified(check.verdict)) {
    return Signature(CheckOutcome::kFailed,
                     fmt::format("{}, but the archive recorded {}: either this keyring lacks the key that it "
                                 "was signed with, or the record is false",
                                 Describe(check), VerdictName(*recorded)));
  }
  return Signature(CheckOutcome::kVerified, Describe(check));
}

}  // namespace chirograph::internal
