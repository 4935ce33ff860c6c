// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_VERDICT_H_
#define CHIROGRAPH_CRYPTO_VERDICT_H_

#include <array>
#include <optional>
#include <string_view>

namespace chirograph {

// What the secured field says of a document, a keyring and a time (docs/secured-field.md). The numbers
// are those of chirograph.v1.Verdict, which are on disk.
enum class Verdict {
  kValid = 1,
  kUnsigned = 2,
  kMalformed = 3,
  kUnknownKey = 4,
  kKeyRevoked = 5,
  kKeyOutOfPeriod = 6,
  kInvalid = 7,
};

inline constexpr std::array kAllVerdicts = {
    Verdict::kValid,      Verdict::kUnsigned,       Verdict::kMalformed, Verdict::kUnknownKey,
    Verdict::kKeyRevoked, Verdict::kKeyOutOfPeriod, Verdict::kInvalid};

// Why. The numbers are those of chirograph.v1.VerdictReason, which are on disk.
enum class VerdictReason {
  kSignatureVerified = 1,
  kNoSecuredField = 2,
  kEmptySecuredField = 3,
  kWrongParts = 4,
  kNotBase64 = 5,
  kTooLong = 6,
  kFitsNoKey = 7,
  kNoPublisher = 8,
  kNoKeyForPublisher = 9,
  kRevoked = 10,
  kBeforePeriod = 11,
  kAfterPeriod = 12,
  kDoesNotVerify = 13,
};

// "VALID", "KEY_REVOKED", ...: as --json and every screen spell them.
std::string_view VerdictName(Verdict verdict);
std::optional<Verdict> VerdictFromName(std::string_view name);

// "SIGNATURE_VERIFIED", "NOT_BASE64", ...
std::string_view VerdictReasonName(VerdictReason reason);

// One sentence without a full stop, for a person: "the secured field is not canonical base64".
std::string_view VerdictReasonText(VerdictReason reason);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_VERDICT_H_
