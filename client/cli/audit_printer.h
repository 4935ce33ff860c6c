// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_AUDIT_PRINTER_H_
#define CHIROGRAPH_CLIENT_CLI_AUDIT_PRINTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/audit.h"
#include "client/cli/command.h"
#include "client/cli/progress_bar.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

// {"code", "index", "subject", "expected", "found", "meaning"}: see docs/json-output.md.
nlohmann::ordered_json FindingJson(const v1::Finding& finding);

// {"origin", "treeSize", ...}: an audit's summary, likewise.
nlohmann::ordered_json AuditJson(const AuditSummary& summary);

// Shows an audit as it goes. Not thread-safe.
class AuditPrinter {
 public:
  // `context` must outlive it. `has_keyring`, `with_articles`: as the audit has it.
  AuditPrinter(CommandContext& context, bool has_keyring, bool with_articles)
      : context_(context), has_keyring_(has_keyring), with_articles_(with_articles) {}

  void Found(const v1::Finding& finding);
  void Progress(std::uint64_t next_index, std::uint64_t tree_size);
  // What an audit that ended has shown, who says so, and what it has not; and the `reports` that were
  // written.
  void Summarize(const AuditSummary& summary, const std::vector<std::string>& reports = {});

 private:
  void PrintArticles(const AuditSummary& summary);
  void PrintResult(const AuditSummary& summary);

  CommandContext& context_;
  const bool has_keyring_;
  const bool with_articles_;
  std::uint64_t findings_ = 0;
  std::uint64_t first_index_ = 0;
  std::optional<ProgressBar> bar_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_AUDIT_PRINTER_H_
