// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_AUDIT_REPORT_H_
#define CHIROGRAPH_CLIENT_CLI_AUDIT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/answer.h"
#include "client/audit.h"
#include "client/cli/command.h"
#include "crypto/note.h"
#include "proto/check_report.h"
#include "proto/log_check.h"

namespace chirograph {

// Gathers what an audit's report says, while the audit goes on. Not thread-safe.
class AuditReport {
 public:
  // Begins now. `has_keyring`, `with_articles`: as the audit has it.
  AuditReport(CommandContext& context, const NoteVerifier& log_key, bool has_keyring, bool with_articles);

  // Has `callbacks` tell this too. This must outlive them.
  void Listen(AuditCallbacks& callbacks);

  // The audit is over, and that is the report. `failure`: it ended with that.
  CheckReport Finish(const std::optional<Failure>& failure);

 private:
  void Take(const CheckedEntry& checked);
  void Take(const AuditSummary& summary);
  void AddSteps();

  CommandContext& context_;
  CheckReport report_;
  std::optional<std::uint64_t> last_article_;  // the last index that an article was seen at
};

// Writes `report` to each of `paths` and gives those that were written; what was not is reported as a failure
// of that file, and `*code` is that of the worst.
std::vector<std::string> WriteReports(const std::vector<std::string>& paths, const CheckReport& report,
                                      Console& console, ExitCode* code);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_AUDIT_REPORT_H_
