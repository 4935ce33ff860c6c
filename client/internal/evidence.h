// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_EVIDENCE_H_
#define CHIROGRAPH_CLIENT_INTERNAL_EVIDENCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/alarm.h"

namespace chirograph::internal {

// "20261123T080102Z".
std::string FileStamp(absl::Time time);

// Writes `alarm` to a new folder in `parent` (made if missing) and gives its path: README.txt for a person,
// the two notes, the exchange, and `vkey` of the log `origin`, with which anybody can check them.
absl::StatusOr<std::string> WriteEvidenceFolder(const std::string& parent, const Alarm& alarm,
                                                const std::string& origin, const std::string& vkey,
                                                absl::Time now);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_EVIDENCE_H_
