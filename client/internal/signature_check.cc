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
#include "proto/recorded_verdict.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

Finding RecordedVerdict(CheckOutcome outcome, std::string detail) {
  return {CheckSubject::kRecordedVerdict, outcome, CheckedBy::kOperator, std::move(detail)};
}

Finding Signature(CheckOutcome outcome, std::string detail) {
  return {CheckSubject::kSignature, outcome, CheckedBy::kHere, std::move(detail)};
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
    if (IsByAKey(check->verdict) && standing.verdict >= check->verdict) continue;
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

Finding CheckRecordedVerdict(const SignedRecord& known) {
  if (known.record == nullptr) {
    return RecordedVerdict(CheckOutcome::kNotChecked, "there is no record that can be read");
  }
  if (std::optional<std::string> contradiction = FindVerdictContradiction(known)) {
    return RecordedVerdict(CheckOutcome::kFailed, *std::move(contradiction));
  }
  return RecordedVerdict(CheckOutcome::kNotChecked,
                         DescribeRecordedVerdict(*known.record) + " by the operator's keyring of then");
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
  if (!IsByAKey(check.verdict) && check.verdict != Verdict::kUnsigned) {
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
  if (IsByAKey(check.verdict) && !check.by_opened_signature && has_opened &&
      known.opening->opened_signature() != verified.opened_signature) {
    return Signature(CheckOutcome::kFailed,
                     "the secured field opens to another signature than the one in the opening");
  }
  const std::optional<Verdict> recorded =
      known.record == nullptr ? std::nullopt : FromProto(known.record->verdict_at_ingest());
  if (recorded.has_value() && IsByAKey(*recorded) && !IsByAKey(check.verdict)) {
    return Signature(CheckOutcome::kFailed,
                     fmt::format("{}, but the archive recorded {}: either this keyring lacks the key that it "
                                 "was signed with, or the record is false",
                                 Describe(check), VerdictName(*recorded)));
  }
  return Signature(CheckOutcome::kVerified, Describe(check));
}

}  // namespace chirograph::internal
