// SPDX-License-Identifier: Apache-2.0
//
// The stranger's side of the tamper table. Of its own, because a client's headers and a service's do not go
// into one source.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_

#include <string>
#include <vector>

#include "chirograph/v1/finding.pb.h"

namespace chirograph {

// What `chirograph audit` says.
struct AuditOutcome {
  std::vector<v1::Finding> findings;
  bool is_alarm = false;   // the log contradicts what it signed before
  bool could_not = false;  // the server did not answer, or not with what can be checked
  std::string message;     // of an alarm, or why not
  bool is_silent() const { return findings.empty() && !is_alarm && !could_not; }
};

// A full audit of the log at `address`, by somebody whose state is in `state_dir`.
AuditOutcome AuditServer(const std::string& address, const std::string& log_key,
                         const std::string& state_dir);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_
