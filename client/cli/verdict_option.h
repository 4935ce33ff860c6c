// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_VERDICT_OPTION_H_
#define CHIROGRAPH_CLIENT_CLI_VERDICT_OPTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/verdict.h"

namespace chirograph {

// The verdicts that `names` name, in either case: "VALID", "key_revoked". InvalidArgument, with all that
// there are: one is none.
absl::StatusOr<std::vector<Verdict>> VerdictOption(const std::vector<std::string>& names);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_VERDICT_OPTION_H_
