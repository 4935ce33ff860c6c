// SPDX-License-Identifier: Apache-2.0
#include "proto/enum_conversion.h"

namespace chirograph {
namespace {

template <class Enum>
constexpr int Number(Enum value) {
  return static_cast<int>(value);
}

// verdict.h keeps the messages' numbers, because both are on disk.
static_assert(Number(Verdict::kValid) == v1::VERDICT_VALID);
static_assert(Number(Verdict::kUnsigned) == v1::VERDICT_UNSIGNED);
static_assert(Number(Verdict::kMalformed) == v1::VERDICT_MALFORMED);
static_assert(Number(Verdict::kUnknownKey) == v1::VERDICT_UNKNOWN_KEY);
static_assert(Number(Verdict::kKeyRevoked) == v1::VERDICT_KEY_REVOKED);
static_assert(Number(Verdict::kKeyOutOfPeriod) == v1::VERDICT_KEY_OUT_OF_PERIOD);
static_assert(Number(Verdict::kInvalid) == v1::VERDICT_INVALID);
static_assert(v1::Verdict_MAX == v1::VERDICT_INVALID && kAllVerdicts.size() == v1::Verdict_MAX);

static_assert(Number(VerdictReason::kSignatureVerified) == v1::VERDICT_REASON_SIGNATURE_VERIFIED);
static_assert(Number(VerdictReason::kNoSecuredField) == v1::VERDICT_REASON_NO_SECURED_FIELD);
static_assert(Number(VerdictReason::kEmptySecuredField) == v1::VERDICT_REASON_EMPTY_SECURED_FIELD);
static_assert(Number(VerdictReason::kWrongParts) == v1::VERDICT_REASON_WRONG_PARTS);
static_assert(Number(VerdictReason::kNotBase64) == v1::VERDICT_REASON_NOT_BASE64);
static_assert(Number(VerdictReason::kTooLong) == v1::VERDICT_REASON_TOO_LONG);
static_assert(Number(VerdictReason::kFitsNoKey) == v1::VERDICT_REASON_FITS_NO_KEY);
static_assert(Number(VerdictReason::kNoPublisher) == v1::VERDICT_REASON_NO_PUBLISHER);
static_assert(Number(VerdictReason::kNoKeyForPublisher) == v1::VERDICT_REASON_NO_KEY_FOR_PUBLISHER);
static_assert(Number(VerdictReason::kRevoked) == v1::VERDICT_REASON_REVOKED);
static_assert(Number(VerdictReason::kBeforePeriod) == v1::VERDICT_REASON_BEFORE_PERIOD);
static_assert(Number(VerdictReason::kAfterPeriod) == v1::VERDICT_REASON_AFTER_PERIOD);
static_assert(Number(VerdictReason::kDoesNotVerify) == v1::VERDICT_REASON_DOES_NOT_VERIFY);
static_assert(v1::VerdictReason_MAX == v1::VERDICT_REASON_DOES_NOT_VERIFY);

// key_types.h counts from 0, the messages from 1, because 0 is UNSPECIFIED there.
static_assert(Number(KeyAlgorithm::kRsaPssSha256) + 1 == v1::KEY_ALGORITHM_RSA_PSS_SHA256);
static_assert(Number(KeyAlgorithm::kRsaPkcs1Sha256) + 1 == v1::KEY_ALGORITHM_RSA_PKCS1_SHA256);
static_assert(Number(KeyAlgorithm::kEd25519) + 1 == v1::KEY_ALGORITHM_ED25519);
static_assert(Number(KeyAlgorithm::kEcdsaP256Sha256) + 1 == v1::KEY_ALGORITHM_ECDSA_P256_SHA256);
static_assert(v1::KeyAlgorithm_MAX == v1::KEY_ALGORITHM_ECDSA_P256_SHA256);

static_assert(Number(EnvelopeKind::kNone) + 1 == v1::ENVELOPE_KIND_NONE);
static_assert(Number(EnvelopeKind::kAes128Cbc) + 1 == v1::ENVELOPE_KIND_AES_128_CBC);
static_assert(Number(EnvelopeKind::kAes256Cbc) + 1 == v1::ENVELOPE_KIND_AES_256_CBC);
static_assert(Number(EnvelopeKind::kAes256Gcm) + 1 == v1::ENVELOPE_KIND_AES_256_GCM);
static_assert(v1::EnvelopeKind_MAX == v1::ENVELOPE_KIND_AES_256_GCM);

// The enum of ours for a message's number between 1 and `max`.
template <class Ours>
std::optional<Ours> Checked(int number, int max, int offset) {
  if (number < 1 || number > max) return std::nullopt;
  return static_cast<Ours>(number - offset);
}

}  // namespace

v1::Verdict ToProto(Verdict verdict) { return static_cast<v1::Verdict>(Number(verdict)); }
std::optional<Verdict> FromProto(v1::Verdict verdict) {
  return Checked<Verdict>(verdict, v1::Verdict_MAX, 0);
}

v1::VerdictReason ToProto(VerdictReason reason) { return static_cast<v1::VerdictReason>(Number(reason)); }
std::optional<VerdictReason> FromProto(v1::VerdictReason reason) {
  return Checked<VerdictReason>(reason, v1::VerdictReason_MAX, 0);
}

v1::KeyAlgorithm ToProto(KeyAlgorithm algorithm) {
  return static_cast<v1::KeyAlgorithm>(Number(algorithm) + 1);
}
std::optional<KeyAlgorithm> FromProto(v1::KeyAlgorithm algorithm) {
  return Checked<KeyAlgorithm>(algorithm, v1::KeyAlgorithm_MAX, 1);
}

v1::EnvelopeKind ToProto(EnvelopeKind kind) { return static_cast<v1::EnvelopeKind>(Number(kind) + 1); }
std::optional<EnvelopeKind> FromProto(v1::EnvelopeKind kind) {
  return Checked<EnvelopeKind>(kind, v1::EnvelopeKind_MAX, 1);
}

}  // namespace chirograph
