// SPDX-License-Identifier: Apache-2.0
//
// chirograph audit: recomputes all of a log.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/audit_printer.h"
#include "client/cli/audit_report.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/host.h"
#include "client/cli/receipt_files.h"
#include "client/cli/text.h"
#include "crypto/file.h"
#include "fmt/format.h"
#include "proto/check_report_file.h"

namespace chirograph {
namespace {

struct AuditCommandOptions {
  bool full = false;
  bool entries_only = false;
  std::string receipts;
  std::vector<std::string> reports;
};

// What an audit that ended says with its exit code.
ExitCode CodeOf(const AuditSummary& summary) {
  if (!summary.is_complete || summary.unchecked_receipts > 0) return ExitCode::kCouldNot;
  return summary.findings + summary.earlier_findings > 0 ? ExitCode::kNo : ExitCode::kWell;
}

// Whether reports can be written in the end: who audits for an hour wants to know before.
ExitCode CheckReports(const std::vector<std::string>& paths, Console& console) {
  ExitCode code = ExitCode::kWell;
  for (const std::string& path : paths) {
    const absl::Status status = CheckWritable(path);
    if (!status.ok()) code = ReportFileFailure(path, status, console);
  }
  return code;
}

// After a failure. `resume_index`: from where the state says that the next audit goes on; nothing: none
// began.
std::string HowToGoOn(std::optional<std::uint64_t> resume_index) {
  if (!resume_index) return "Nothing was audited now; what was audited before stands.";
  if (*resume_index == 0) return "Nothing of this audit was kept: run the same again, which begins at #0.";
  return fmt::format("What was audited before #{0} stands: run the same again to go on from #{0}.",
                     *resume_index);
}

ExitCode RunAudit(const AuditCommandOptions& options, CommandContext& context) {
  Console& console = context.console;
  const ExitCode writable = CheckReports(options.reports, console);
  if (writable != ExitCode::kWell) return writable;
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
  callbacks.on_unchecked_receipt = [&console](const std::string& name, const absl::Status& why) {
    ReportFileFailure(name, why, console);
  };
  callbacks.on_progress = [&printer](std::uint64_t next_index, std::uint64_t tree_size) {
    printer.Progress(next_index, tree_size);
  };
  callbacks.should_stop = [&stop, &console] { return stop || !console.is_open(); };
  AuditReport report(context, connection.client->log_key(), connection.keyring != nullptr,
                     audit.with_articles);
  std::optional<std::uint64_t> resume_index;
  callbacks.on_end = [&resume_index](const AuditSummary& end) { resume_index = end.resume_index; };
  if (!options.reports.empty()) report.Listen(callbacks);
  const Answer<AuditSummary> summary = connection.client->Audit(audit, callbacks);
  console.EndProgress();
  const std::optional<Failure> failure = summary.ok() ? std::nullopt : std::optional(summary.failure());
  ExitCode code = failure ? ReportFailure(*failure, console) : CodeOf(*summary);
  std::vector<std::string> written;
  if (!options.reports.empty()) {
    written = WriteReports(options.reports, report.Finish(failure), console, &code);
  }
  if (!failure) {
    printer.Summarize(*summary, written);
    return code;
  }
  for (const std::string& path : written) console.Hint("Report: " + EscapeForTerminal(path));
  if (failure->kind != FailureKind::kAlarm) {
    console.Hint(HowToGoOn(resume_index));
  }
  return code;
}

}  // namespace

void AddAuditCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<AuditCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "audit", "Fetch and recompute all of the log, believing nothing that the archive says");
  command->add_flag(
      "--full", options->full,
      "From the beginning, or on with a --full that did not end; otherwise from where the last audit ended");
  command->add_flag("--entries-only", options->entries_only,
                    "The log alone, without the articles: small and quick, and says nothing of texts");
  command
      ->add_option("--receipts", options->receipts,
                   "Hold the log to the receipts (.tlog-proof) in this folder too, others' for instance")
      ->option_text("DIR");
  command
      ->add_option("--report", options->reports,
                   "Write a report for people (.html) or programs (.json); may be given more than once")
      ->option_text("FILE")
      ->allow_extra_args(false)
      ->check([](const std::string& path) {
        return IsReportPath(path) ? std::string() : path + ": a report's name must end in .html or .json";
      });
  command->footer(
      "Publishers' signatures are verified with the keys of --keyring; without one, with those that the log\n"
      "names, which are the operator's word. It can be interrupted, and goes on where it was.\n"
      "Exit codes: 0 nothing wrong was found, 1 findings, 3 not finished or a receipt could not be "
      "checked,\n4 ALARM.\n"
      "Example: chirograph audit --keyring publishers.yaml --receipts from-colleagues/ --report audit.html");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunAudit(*options, context); }; });
}

}  // namespace chirograph
