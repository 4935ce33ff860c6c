// SPDX-License-Identifier: Apache-2.0
//
// chirograph audit: recomputes all of a log.
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "client/cli/audit_printer.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/host.h"
#include "client/cli/receipt_files.h"

namespace chirograph {
namespace {

struct AuditCommandOptions {
  bool full = false;
  bool entries_only = false;
  std::string receipts;
};

ExitCode RunAudit(const AuditCommandOptions& options, CommandContext& context) {
  Console& console = context.console;
  AuditOptions audit{.full = options.full, .with_articles = !options.entries_only};
  if (!options.receipts.empty()) {
    absl::StatusOr<std::vector<AuditReceipt>> receipts = ReadReceiptFiles(options.receipts);
    if (!receipts.ok()) return ReportFailure(CouldNot(receipts.status()), console);
    audit.receipts = *std::move(receipts);
  }
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  AuditPrinter printer(context, connection.keyring != nullptr, audit.with_articles);
  std::atomic<bool> stop = false;
  const std::unique_ptr<InterruptWatch> interrupts = context.host.WatchInterrupts([&stop] { stop = true; });
  AuditCallbacks callbacks;
  callbacks.on_finding = [&printer](const v1::Finding& finding) { printer.Found(finding); };
  callbacks.on_progress = [&printer](std::uint64_t next_index, std::uint64_t tree_size) {
    printer.Progress(next_index, tree_size);
  };
  callbacks.should_stop = [&stop, &console] { return stop || !console.is_open(); };
  const Answer<AuditSummary> summary = connection.client->Audit(audit, callbacks);
  if (!summary.ok()) {
    console.EndProgress();
    const ExitCode code = ReportFailure(summary.failure(), console);
    if (code == ExitCode::kCouldNot)
      console.Hint("What was audited before stands; run the same again to go on.");
    return code;
  }
  printer.Summarize(*summary);
  if (!summary->is_complete) return ExitCode::kCouldNot;
  return summary->findings + summary->earlier_findings > 0 ? ExitCode::kNo : ExitCode::kWell;
}

}  // namespace

void AddAuditCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<AuditCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "audit", "Fetch and recompute all of the log, believing nothing that the archive says");
  command->add_flag("--full", options->full, "From the beginning; otherwise from where the last audit ended");
  command->add_flag("--entries-only", options->entries_only,
                    "The log alone, without the articles: small and quick, and says nothing of texts");
  command
      ->add_option("--receipts", options->receipts,
                   "Hold the log to the receipts (.tlog-proof) in this folder too, others' for instance")
      ->option_text("DIR");
  command->footer(
      "Publishers' signatures are verified with the keys of --keyring; without one, with those that the log\n"
      "names, which are the operator's word. It can be interrupted, and goes on where it was.\n"
      "Exit codes: 0 nothing wrong was found, 1 findings, 3 not finished, 4 ALARM.\n"
      "Example: chirograph audit --keyring publishers.yaml --receipts from-colleagues/");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunAudit(*options, context); }; });
}

}  // namespace chirograph
