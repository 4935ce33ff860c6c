// SPDX-License-Identifier: Apache-2.0
//
// Secured fields. What parses has one spelling.
#include "crypto/limits.h"
#include "crypto/secured_field.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {

void FuzzOne(std::string_view input) {
  if (input.empty()) return;  // which callers do not ask about
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(input);
  if (const auto* const reason = std::get_if<VerdictReason>(&parsed)) {
    CHIROGRAPH_FUZZ_CHECK(*reason == VerdictReason::kWrongParts || *reason == VerdictReason::kNotBase64 ||
                          *reason == VerdictReason::kTooLong);
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(input.size() <= limits::kMaxSecuredFieldBytes);
  CHIROGRAPH_FUZZ_CHECK(FormatSecuredField(std::get<ParsedSecuredField>(parsed)) == input);
}

}  // namespace chirograph
