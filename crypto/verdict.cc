// SPDX-License-Identifier: Apache-2.0
#include "crypto/verdict.h"

namespace chirograph {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "VALID";
    case Verdict::kUnsigned:
      return "UNSIGNED";
    case Verdict::kMalformed:
      return "MALFORMED";
    case Verdict::kUnknownKey:
      return "UNKNOWN_KEY";
    case Verdict::kKeyRevoked:
      return "KEY_REVOKED";
    case Verdict::kKeyOutOfPeriod:
      return "KEY_OUT_OF_PERIOD";
    case Verdict::kInvalid:
      return "INVALID";
  }
  return "UNKNOWN";
}

std::optional<Verdict> VerdictFromName(std::string_view name) {
  for (const Verdict verdict : kAllVerdicts) {
    if (VerdictName(verdict) == name) return verdict;
  }
  return std::nullopt;
}

std::string_view VerdictReasonName(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::kSignatureVerified:
      return "SIGNATURE_VERIFIED";
    case VerdictReason::kNoSecuredField:
      return "NO_SECURED_FIELD";
    case VerdictReason::kEmptySecuredField:
      return "EMPTY_SECURED_FIELD";
    case VerdictReason::kWrongParts:
      return "WRONG_PARTS";
    case VerdictReason::kNotBase64:
      return "NOT_BASE64";
    case VerdictReason::kTooLong:
      return "TOO_LONG";
    case VerdictReason::kFitsNoKey:
      return "FITS_NO_KEY";
    case VerdictReason::kNoPublisher:
      return "NO_PUBLISHER";
    case VerdictReason::kNoKeyForPublisher:
      return "NO_KEY_FOR_PUBLISHER";
    case VerdictReason::kRevoked:
      return "REVOKED";
    case VerdictReason::kBeforePeriod:
      return "BEFORE_PERIOD";
    case VerdictReason::kAfterPeriod:
      return "AFTER_PERIOD";
    case VerdictReason::kDoesNotVerify:
      return "DOES_NOT_VERIFY";
  }
  return "UNKNOWN";
}

std::string_view VerdictReasonText(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::kSignatureVerified:
      return "a key of the publisher verifies the signature";
    case VerdictReason::kNoSecuredField:
      return "the article has no secured field";
    case VerdictReason::kEmptySecuredField:
      return "the secured field is empty";
    case VerdictReason::kWrongParts:
      return "the secured field is not one part, or two parts with ';' between them";
    case VerdictReason::kNotBase64:
      return "the secured field is not canonical base64";
    case VerdictReason::kTooLong:
      return "the secured field is far longer than any key needs";
    case VerdictReason::kFitsNoKey:
      return "the lengths in the secured field fit none of the publisher's keys";
    case VerdictReason::kNoPublisher:
      return "the article names no publisher: provider.domain is missing or no domain name";
    case VerdictReason::kNoKeyForPublisher:
      return "the keyring has no key for this publisher";
    case VerdictReason::kRevoked:
      return "the signature verifies, but its key was revoked by then";
    case VerdictReason::kBeforePeriod:
      return "the signature verifies, but its key was not valid yet";
    case VerdictReason::kAfterPeriod:
      return "the signature verifies, but its key was no longer valid";
    case VerdictReason::kDoesNotVerify:
      return "the signature does not verify with any of the publisher's keys";
  }
  return "unknown";
}

}  // namespace chirograph
