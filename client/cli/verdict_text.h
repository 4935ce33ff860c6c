// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_VERDICT_TEXT_H_
#define CHIROGRAPH_CLIENT_CLI_VERDICT_TEXT_H_

#include <cstddef>
#include <string>

#include "client/cli/console.h"
#include "crypto/secured_field.h"
#include "crypto/verdict.h"

namespace chirograph {

// Of the longest verdict, KEY_OUT_OF_PERIOD.
inline constexpr std::size_t kVerdictColumns = 17;

// The verdict's name, in its colour, padded to kVerdictColumns so that what follows lines up.
std::string PaintedVerdict(Verdict verdict, const Console& console);

// What stands behind it: the publisher with the key that verified, or the reason in a sentence. Escaped.
std::string VerdictDetail(const SecuredVerification& verification);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_VERDICT_TEXT_H_
