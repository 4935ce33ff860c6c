// SPDX-License-Identifier: Apache-2.0
#include "client/cli/verdict_text.h"

#include "client/cli/text.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

Paint PaintOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return Paint::kGood;
    case Verdict::kUnsigned:
    case Verdict::kUnknownKey:
      return Paint::kDoubtful;
    case Verdict::kMalformed:
    case Verdict::kKeyRevoked:
    case Verdict::kKeyOutOfPeriod:
    case Verdict::kInvalid:
      return Paint::kBad;
  }
  return Paint::kBad;
}

}  // namespace

std::string PaintedVerdict(Verdict verdict, const Console& console) {
  return console.Painted(PaintOf(verdict), PadRight(VerdictName(verdict), kVerdictColumns));
}

std::string VerdictDetail(const SecuredVerification& verification) {
  const std::string publisher = EscapeForTerminal(verification.publisher_domain);
  if (verification.verdict == Verdict::kValid) {
    return fmt::format("{}, key {}", publisher, verification.key->id);
  }
  if (verification.key != nullptr) {
    return fmt::format("{}, key {}: {}", publisher, verification.key->id,
                       VerdictReasonText(verification.reason));
  }
  if (verification.reason == VerdictReason::kNoKeyForPublisher) {
    return fmt::format("{}: {}", publisher, VerdictReasonText(verification.reason));
  }
  return std::string(VerdictReasonText(verification.reason));
}

}  // namespace chirograph
