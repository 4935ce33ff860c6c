// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/tamper_audit.h"

#include <memory>

#include "client/archive_client.h"

namespace chirograph {

AuditOutcome AuditServer(const std::string& address, const std::string& log_key,
                         const std::string& state_dir) {
  ClientOptions options;
  options.server = address;
  options.state_dir = state_dir;
  options.log_key = log_key;
  options.retry_for = absl::ZeroDuration();
  AuditOutcome outcome;
  const auto fail = [&outcome](const Failure& failure) {
    outcome.is_alarm = failure.alarm.has_value();
    outcome.could_not = !outcome.is_alarm;
    outcome.message = std::string(failure.status.message());
    return outcome;
  };
  const Answer<std::unique_ptr<ArchiveClient>> client = ArchiveClient::Connect(options);
  if (!client.ok()) return fail(client.failure());
  AuditCallbacks callbacks;
  callbacks.on_finding = [&outcome](const v1::Finding& finding) { outcome.findings.push_back(finding); };
  const Answer<AuditSummary> summary = (*client)->Audit({.full = true, .threads = 2}, callbacks);
  if (!summary.ok()) return fail(summary.failure());
  return outcome;
}

}  // namespace chirograph
