// SPDX-License-Identifier: Apache-2.0
#include "crypto/secured_field.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/limits.h"

namespace chirograph {
namespace {

constexpr char kSeparator = ';';

// Whether `field` has the form and the lengths of what `key` makes. Depends on nothing that is secret.
bool FitsKey(const ParsedSecuredField& field, const PublisherKey& key) {
  const std::size_t min_bytes = key.public_key->min_signature_bytes();
  const std::size_t max_bytes = key.public_key->max_signature_bytes();
  if (const auto* sealed = std::get_if<SealedSignature>(&field)) {
    return SealedLengthsFit(key.envelope, *sealed, min_bytes, max_bytes);
  }
  const std::size_t size = std::get<std::string>(field).size();
  return key.envelope == EnvelopeKind::kNone && size >= min_bytes && size <= max_bytes;
}

// The signature in `field`, which fits `key`, or nothing unless it opens and verifies. What does not open
// goes through a verification of full size too, so that time does not tell the two apart.
std::optional<std::string> OpenAndVerify(const ParsedSecuredField& field, const PublisherKey& key,
                                         std::string_view message) {
  const PublicKey& public_key = *key.public_key;
  if (const auto* signature = std::get_if<std::string>(&field)) {
    if (!public_key.Verify(message, *signature)) return std::nullopt;
    return *signature;
  }
  if (key.envelope_key_missing) return std::nullopt;
  absl::StatusOr<OpenedSignature> opened =
      OpenEnvelope(key.envelope, key.envelope_key, std::get<SealedSignature>(field),
                   public_key.min_signature_bytes(), public_key.max_signature_bytes());
  if (!opened.ok()) return std::nullopt;  // FitsKey and Keyring::Create see to it that it never is
  const bool verifies = public_key.Verify(message, opened->signature);
  // Not &&, which would branch on the padding.
  if ((static_cast<unsigned>(verifies) & static_cast<unsigned>(opened->well_formed)) == 0)
    return std::nullopt;
  return std::move(opened->signature);
}

// The smaller counts: a signature is as good as the best key that verifies it.
int Precedence(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return 0;
    case Verdict::kKeyRevoked:
      return 1;
    case Verdict::kKeyOutOfPeriod:
      return 2;
    default:
      return 3;
  }
}

// Tries the keys of a publisher in the keyring's order, and fills in what they say.
void TryKeys(const ParsedSecuredField& field, std::span<const PublisherKey> keys, std::string_view message,
             absl::Time at, SecuredVerification& result) {
  result.verdict = Verdict::kMalformed;
  result.reason = VerdictReason::kFitsNoKey;
  for (const PublisherKey& key : keys) {
    if (!FitsKey(field, key)) continue;
    if (result.verdict == Verdict::kMalformed) {
      result.verdict = Verdict::kInvalid;
      result.reason = VerdictReason::kDoesNotVerify;
    }
    std::optional<std::string> signature = OpenAndVerify(field, key, message);
    if (!signature) continue;
    const KeyStanding standing = KeyStandingAt(key, at);
    if (Precedence(standing.verdict) >= Precedence(result.verdict)) continue;
    result.verdict = standing.verdict;
    result.reason = standing.reason;
    result.key = &key;
    result.opened_signature = *std::move(signature);
    if (result.verdict == Verdict::kValid) return;
  }
}

}  // namespace

std::string SigningInput(std::string_view canonical_form) {
  std::string input;
  input.reserve(kSigningPrefix.size() + canonical_form.size());
  input.append(kSigningPrefix).append(canonical_form);
  return input;
}

std::variant<ParsedSecuredField, VerdictReason> ParseSecuredField(std::string_view secured) {
  if (secured.size() > limits::kMaxSecuredFieldBytes) return VerdictReason::kTooLong;
  const std::size_t separator = secured.find(kSeparator);
  const std::string_view first = secured.substr(0, separator);
  if (first.empty()) return VerdictReason::kWrongParts;
  std::string_view second;
  if (separator != secured.npos) {
    second = secured.substr(separator + 1);
    if (second.empty() || second.find(kSeparator) != second.npos) return VerdictReason::kWrongParts;
  }
  std::optional<std::string> signature = Base64Decode(first);
  std::optional<std::string> iv = Base64Decode(second);
  if (!signature || !iv) return VerdictReason::kNotBase64;
  if (separator == secured.npos) return ParsedSecuredField(*std::move(signature));
  return ParsedSecuredField(SealedSignature{.ciphertext = *std::move(signature), .iv = *std::move(iv)});
}

std::string FormatSecuredField(const ParsedSecuredField& field) {
  if (const auto* signature = std::get_if<std::string>(&field)) return Base64Encode(*signature);
  const auto& sealed = std::get<SealedSignature>(field);
  return Base64Encode(sealed.ciphertext) + kSeparator + Base64Encode(sealed.iv);
}

SecuredVerification VerifySecured(const SecuredDocument& document, const Keyring& keyring, absl::Time at) {
  SecuredVerification result;
  const auto conclude = [&result](Verdict verdict, VerdictReason reason) {
    result.verdict = verdict;
    result.reason = reason;
    return std::move(result);
  };
  std::optional<std::string> domain;
  if (document.provider_domain) domain = NormalizePublisherDomain(*document.provider_domain);
  result.publisher_domain = domain.value_or("");

  if (!document.secured) return conclude(Verdict::kUnsigned, VerdictReason::kNoSecuredField);
  if (document.secured->empty()) return conclude(Verdict::kUnsigned, VerdictReason::kEmptySecuredField);
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(*document.secured);
  if (const auto* reason = std::get_if<VerdictReason>(&parsed)) return conclude(Verdict::kMalformed, *reason);
  if (!domain) return conclude(Verdict::kUnknownKey, VerdictReason::kNoPublisher);
  const std::span<const PublisherKey> keys = keyring.KeysFor(*domain);
  if (keys.empty()) return conclude(Verdict::kUnknownKey, VerdictReason::kNoKeyForPublisher);

  TryKeys(std::get<ParsedSecuredField>(parsed), keys, SigningInput(document.canonical_form), at, result);
  return result;
}

absl::StatusOr<std::string> MakeSecuredField(std::string_view canonical_form, const PrivateKey& private_key,
                                             EnvelopeKind envelope, std::string_view envelope_key) {
  if (envelope_key.size() != EnvelopeKeyBytes(envelope)) {
    return absl::InvalidArgumentError(fmt::format("the envelope {} takes a key of {} bytes, not of {}",
                                                  EnvelopeKindName(envelope), EnvelopeKeyBytes(envelope),
                                                  envelope_key.size()));
  }
  const std::string message = SigningInput(canonical_form);
  const absl::StatusOr<std::string> signature = private_key.Sign(message);
  if (!signature.ok()) return signature.status();
  ParsedSecuredField field = *signature;
  if (envelope != EnvelopeKind::kNone) {
    absl::StatusOr<SealedSignature> sealed = SealEnvelope(envelope, envelope_key, *signature);
    if (!sealed.ok()) return sealed.status();
    field = *std::move(sealed);
  }
  std::string text = FormatSecuredField(field);

  // A computer that signs wrongly must not publish it: a wrong RSA signature can give the key away.
  const absl::StatusOr<std::string> spki = private_key.PublicSpki();
  if (!spki.ok()) return spki.status();
  absl::StatusOr<std::shared_ptr<const PublicKey>> public_key =
      PublicKey::FromSpki(*spki, private_key.algorithm());
  if (!public_key.ok()) return absl::InternalError(std::string(public_key.status().message()));
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(text);
  const auto* const again = std::get_if<ParsedSecuredField>(&parsed);
  PublisherKey key{.id = "own", .public_key = *std::move(public_key), .envelope = envelope};
  key.envelope_key = envelope_key;
  const internal::CleanseOnExit cleanse(key.envelope_key);
  if (again == nullptr || !FitsKey(*again, key) || OpenAndVerify(*again, key, message) != *signature) {
    return absl::InternalError("what was signed does not verify; is this computer's memory sound?");
  }
  return text;
}

}  // namespace chirograph
