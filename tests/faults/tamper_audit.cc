// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/tamper_audit.h"

#include <fmt/format.h>

#include <memory>

#include "client/archive_client.h"
#include "proto/finding.h"

namespace chirograph {

std::string AuditOutcome::Text() const {
  std::string text = is_alarm ? "ALARM: " : could_not ? "could not: " : "";
  text += message + "\n";
  for (const v1::Finding& finding : findings) text += DescribeFinding(finding) + "\n";
  return text;
}

AuditOutcome RunAudit(const AuditToRun& audit) {
  ClientOptions options;
  options.server = audit.server;
  options.state_dir = audit.state_dir;
  options.log_key = audit.log_key;
  options.keyring = audit.keyring;
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
  AuditOptions how;
  how.with_articles = audit.with_articles;
  how.threads = 2;
  how.left_out = audit.left_out;
  for (const v1::Receipt& receipt : audit.receipts) {
    how.receipts.push_back({fmt::format("receipt of {}", receipt.index()), receipt});
  }
  AuditCallbacks callbacks;
  callbacks.on_finding = [&outcome](const v1::Finding& finding) { outcome.findings.push_back(finding); };
  callbacks.on_unchecked_receipt = [&outcome](const std::string& name, const absl::Status& why) {
    outcome.could_not = true;
    outcome.message += fmt::format("{}: {}\n", name, std::string(why.message()));
  };
  const Answer<AuditSummary> summary = (*client)->Audit(how, callbacks);
  if (!summary.ok()) return fail(summary.failure());
  return outcome;
}

}  // namespace chirograph
