// SPDX-License-Identifier: Apache-2.0
//
// chirograph ingest: archive files and folders.
#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/article_files.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/failures_file.h"
#include "client/cli/ingest_printer.h"
#include "client/cli/ingest_result.h"
#include "client/cli/ingest_run.h"
#include "client/cli/input_document.h"
#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/shell_word.h"
#include "proto/whole_number.h"

namespace chirograph {
namespace {

struct IngestOptions {
  std::vector<std::string> paths;
  std::string require;
  int jobs = 16;
  std::string failures;
  std::string retry_failures;
};

// Everything that one run is about.
struct IngestWork {
  ArticleFiles files;
  std::vector<NotArchived> retried;
  std::unique_ptr<FailuresFile> failures;  // null: none is asked for
  ExitCode code = ExitCode::kWell;         // of what went wrong before anything was sent
};

// What is to be tried again, and then what was named; nothing twice.
ArticleFiles FindAll(const std::vector<NotArchived>& retried, const std::vector<std::string>& paths) {
  std::vector<std::string> again;
  again.reserve(retried.size());
  for (const NotArchived& failure : retried) again.push_back(failure.path);
  ArticleFiles files = FindArticleFiles(again);
  // They are many: of each that goes well there is nothing to say.
  for (ArticleFile& file : files.files) file.named = false;
  ArticleFiles named = FindArticleFiles(paths);
  std::move(named.files.begin(), named.files.end(), std::back_inserter(files.files));
  std::move(named.errors.begin(), named.errors.end(), std::back_inserter(files.errors));
  files.has_folder = files.has_folder || named.has_folder || !retried.empty();
  files.hidden += named.hidden;
  files.other_names += named.other_names;
  files.other_kinds += named.other_kinds;
  std::set<std::string> seen;
  std::erase_if(files.files, [&seen](const ArticleFile& file) { return !seen.insert(file.path).second; });
  return files;
}

// Paths that are not there, and folders that could not be read.
void ReportPathErrors(IngestWork& work, Console& console) {
  for (const auto& [path, status] : work.files.errors) {
    work.code = Worst(work.code, ReportFileFailure(path, status, console));
    if (work.failures == nullptr) continue;
    work.failures->Settle(path);
    work.failures->Add({path, std::string(FailureKindName(FailureKind::kCouldNot)),
                        DescribeInput(path, InputErrorOf(status))});
  }
}

void WriteFailures(IngestWork& work, Console& console) {
  if (work.failures == nullptr) return;
  const absl::Status written = work.failures->Finish();
  if (!written.ok()) {
    work.code = Worst(work.code, ReportFileFailure(work.failures->path(), written, console));
  }
}

// Nothing can be sent at all, for a reason that was reported and gives `code`.
void LeaveAllUnsent(ExitCode code, IngestWork& work, Console& console) {
  work.code = Worst(work.code, code);
  const bool alarmed = code == ExitCode::kAlarm;
  if (work.failures != nullptr) {
    for (const ArticleFile& file : work.files.files) {
      const std::optional<WhyNotArchived> why = WhyNot({file, NotSent{false, alarmed}});
      work.failures->Add({file.path, why->why, why->message});
    }
    WriteFailures(work, console);
  }
  if (alarmed) console.Hint("Nothing was sent, because of the alarm.");
}

IngestTally SendAll(const Connection& connection, IngestWork& work, const IngestOptions& options,
                    CommandContext& context) {
  IngestPrinter printer(context, work.files, connection.keyring != nullptr, work.failures.get());
  IngestRunOptions run_options;
  run_options.jobs = options.jobs;
  run_options.require_valid = !options.require.empty();
  IngestRun run(*connection.client, work.files.files, run_options, context.host,
                {[&printer](const IngestResult& result) { printer.Print(result); },
                 [&printer](const Failure& failure) { printer.PrintFailureOfAll(failure); }});
  std::atomic<bool> interrupted = false;
  {
    const std::unique_ptr<InterruptWatch> watch =
        context.host.WatchInterrupts([&run, &interrupted, &context] {
          interrupted = true;
          context.console.Hint("Stopping: waiting for what was sent. To end at once, interrupt again.");
          run.Interrupt();
        });
    run.Run();
  }
  if (interrupted) printer.tally().NoteInterruption();
  work.code = Worst(work.code, printer.worst());
  return printer.tally();
}

void PrintSummary(const IngestTally& tally, const ArticleFiles& files, double seconds, Console& console) {
  if (console.json()) {
    console.Json(SummaryJson(tally, files, seconds));
  } else if (files.has_folder || files.files.size() > 1) {
    for (const std::string& line : SummaryLines(tally, files, seconds)) console.Line(line);
  }
}

// How to go on, where something was left over. After an alarm nobody should: it would add to the fork.
void PrintAdvice(const IngestTally& tally, const IngestWork& work, Console& console) {
  if (work.code == ExitCode::kAlarm) {
    console.Hint("Nothing more was sent, because of the alarm.");
  } else if (work.failures != nullptr && work.failures->size() > 0) {
    const std::string file = ShellWord(work.failures->path());
    console.Hint(fmt::format(
        "What was not archived is listed in {}; to try that again:\n"
        "  chirograph ingest --retry-failures {} --failures {}",
        EscapeForTerminal(work.failures->path()), EscapeForTerminal(file), EscapeForTerminal(file)));
  } else if (tally.not_sent() + tally.unanswered() > 0) {
    console.Hint("To go on, run the same command again: what is archived already is not archived twice.");
  }
}

ExitCode Ingest(IngestWork& work, const IngestOptions& options, CommandContext& context) {
  Console& console = context.console;
  ReportPathErrors(work, console);
  if (work.files.files.empty()) {
    // Nothing to ask of an archive.
    if (options.paths.empty() && work.files.errors.empty() && !console.json()) {
      console.Line(
          fmt::format("{} lists nothing: nothing is left to do.", EscapeForTerminal(options.retry_failures)));
    } else {
      PrintSummary(IngestTally(), work.files, /*seconds=*/0, console);
    }
    WriteFailures(work, console);
    return work.code;
  }
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) {
    LeaveAllUnsent(connection.code, work, console);
    return work.code;
  }
  // A log that went back is found by its newest word, before anything is added to what it is now.
  const Answer<TrackedCheckpoint> latest = connection.client->LatestCheckpoint();
  if (!latest.ok()) {
    LeaveAllUnsent(ReportFailure(latest.failure(), console), work, console);
    return work.code;
  }
  const absl::Time start = context.host.Now();
  const IngestTally tally = SendAll(connection, work, options, context);
  WriteFailures(work, console);
  PrintSummary(tally, work.files, absl::ToDoubleSeconds(context.host.Now() - start), console);
  PrintAdvice(tally, work, console);
  return work.code;
}

ExitCode RunIngest(const IngestOptions& options, CommandContext& context) {
  Console& console = context.console;
  if (options.paths.empty() && options.retry_failures.empty()) {
    console.Error("name the files and folders to archive, or a file of failures with --retry-failures");
    return ExitCode::kUsage;
  }
  IngestWork work;
  if (!options.retry_failures.empty()) {
    absl::StatusOr<std::vector<NotArchived>> retried = ReadFailuresFile(options.retry_failures);
    if (!retried.ok()) return ReportFileFailure(options.retry_failures, retried.status(), console);
    work.retried = *std::move(retried);
  }
  std::vector<std::string> inputs = options.paths;
  for (const NotArchived& failure : work.retried) inputs.push_back(failure.path);
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) {
    console.Error("standard input (-) can be read once only");
    return ExitCode::kUsage;
  }
  if (!options.failures.empty()) {
    const bool same = options.failures == options.retry_failures;
    work.failures = std::make_unique<FailuresFile>(
        options.failures, same ? work.retried : std::vector<NotArchived>(), context.host);
    const absl::Status begun = work.failures->Begin();
    if (!begun.ok()) return ReportFileFailure(options.failures, begun, console);
  }
  work.files = FindAll(work.retried, options.paths);
  return Ingest(work, options, context);
}

}  // namespace

void AddIngestCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<IngestOptions>();
  CLI::App* command = app.add_subcommand(
      "ingest", "Archive articles: files, and folders with all that is below them (.md, .markdown, .txt)");
  command->add_option("PATH", options->paths, "Files and folders; - is standard input")->option_text("...");
  command
      ->add_option("--require", options->require,
                   "valid: send only what the archive, asked beforehand, finds VALID")
      ->option_text("valid")
      ->check(CLI::IsMember({"valid"}, CLI::ignore_case));
  command
      ->add_option("--jobs", options->jobs,
                   "Files read, and with --require asked about, at a time, 1 to 256; by default 16")
      ->option_text("N")
      ->check([](const std::string& text) { return WhyNoWholeNumber(text, 1, 256); });
  command
      ->add_option("--failures", options->failures,
                   "Write what was not archived, and why, to this file, one JSON object a line")
      ->option_text("FILE");
  command
      ->add_option("--retry-failures", options->retry_failures,
                   "Try again what such a file lists; it may be the same file")
      ->option_text("FILE");
  command->footer(
      "Safe to repeat: what is archived already is answered with its first receipt. Results are printed\n"
      "in the order of the files. Before anything is sent the log's newest checkpoint is checked against\n"
      "the one trusted before. An interrupt (Ctrl-C) stops sending and waits for what was sent; a\n"
      "second one ends at once.\n"
      "Exits with 1 where something was refused, 3 where something could not be read or was not sent.\n"
      "Example: chirograph ingest --server archive.example.org:7443 --tls --failures left.jsonl posts/");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunIngest(*options, context); }; });
}

}  // namespace chirograph
