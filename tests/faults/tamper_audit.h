// SPDX-License-Identifier: Apache-2.0
//
// The stranger's side of the tamper table. Of its own, because a client's headers and a service's do not go
// into one source.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_

#include <memory>
#include <string>
#include <vector>

#include "chirograph/v1/finding.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "crypto/keyring.h"
#include "proto/check_part.h"

namespace chirograph {

struct AuditToRun {
  std::string server;
  std::string log_key;
  std::string state_dir;  // what the auditor remembers; empty: nothing yet
  bool with_articles = true;
  std::shared_ptr<const Keyring> keyring;  // the auditor's own
  std::vector<v1::Receipt> receipts;       // those that he holds
  CheckParts left_out;
};

// What `chirograph audit` says.
struct AuditOutcome {
  std::vector<v1::Finding> findings;
  bool is_alarm = false;   // the log contradicts what it signed before
  bool could_not = false;  // the server did not answer, or not with what can be checked
  std::string message;     // of an alarm, or why not
  bool is_silent() const { return findings.empty() && !is_alarm && !could_not; }
  std::string Text() const;
};

// An audit from where the last one in the state ended.
AuditOutcome RunAudit(const AuditToRun& audit);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_AUDIT_H_
