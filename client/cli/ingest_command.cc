// SPDX-License-Identifier: Apache-2.0
//
// chirograph ingest: archive files and folders.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/article_files.h"
#include "client/cli/article_report.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/ingest_result.h"
#include "client/cli/ingest_run.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/progress_bar.h"
#include "client/cli/text.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

struct IngestOptions {
  std::vector<std::string> paths;
  std::string require;
  int jobs = 16;
};

// Prints results as they come, and counts them.
class IngestPrinter {
 public:
  IngestPrinter(CommandContext& context, const ArticleFiles& files, bool has_keyring)
      : console_(context.console),
        has_keyring_(has_keyring),
        single_(files.files.size() == 1 && !files.has_folder),
        progress_(context.console, context.host, files.files.size()) {}

  void Print(const IngestResult& result) {
    tally_.Add(result);
    worst_ = Worst(worst_, ExitCodeOf(result));
    if (console_.json()) {
      console_.Json(IngestJson(result));
    } else if (const auto* answer = std::get_if<IngestAnswer>(&result.outcome)) {
      PrintAnswer(*answer, result.file);
    }
    if (const auto* failure = std::get_if<Failure>(&result.outcome)) PrintFailure(*failure, result.file.path);
    progress_.Show(tally_.files(), Note());
  }

  void PrintFailureOfAll(const Failure& failure) { worst_ = Worst(worst_, ReportFailure(failure, console_)); }

  const IngestTally& tally() const { return tally_; }
  ExitCode worst() const { return worst_; }

 private:
  void PrintAnswer(const IngestAnswer& answer, const ArticleFile& file) {
    const bool archived = answer.fate == IngestFate::kArchived || answer.fate == IngestFate::kAlreadyArchived;
    if (archived && !file.named) return;
    console_.Line(IngestLine(answer, file.path, console_));
    if (!archived || !single_) return;
    ReportContext report_context;
    report_context.has_keyring = has_keyring_;
    for (const std::string& line : ArticleReportLines(answer.report, report_context)) console_.Line(line);
    console_.Line(fmt::format("Receipt    {}", EscapeForTerminal(answer.receipt_path)));
  }

  void PrintFailure(const Failure& failure, const std::string& path) {
    if (!console_.json() || failure.alarm) {
      console_.Error(DescribeInput(path, {DescribeFailure(failure), PositionOf(failure.status)}));
    }
    if (failure.alarm) PrintAlarmAdvice(*failure.alarm, console_);
  }

  // What the bar says beside the counts.
  std::string Note() const {
    std::string note;
    const auto add = [&note](std::uint64_t count, std::string_view what) {
      if (count > 0) note += fmt::format("{}{} {}", note.empty() ? "" : ", ", WithThousands(count), what);
    };
    add(tally_.of(IngestFate::kArchived), "new");
    add(tally_.of(IngestFate::kAlreadyArchived), "known");
    add(tally_.of(IngestFate::kRefused), "refused");
    add(tally_.of(IngestFate::kNotWanted), "not sent");
    add(tally_.failed(), "failed");
    return note;
  }

  Console& console_;
  const bool has_keyring_;
  const bool single_;
  ProgressBar progress_;
  IngestTally tally_;
  ExitCode worst_ = ExitCode::kWell;
};

// Paths that are not there, and folders that could not be read.
ExitCode ReportPathErrors(const ArticleFiles& files, Console& console) {
  for (const auto& [path, status] : files.errors) ReportFileFailure(path, status, console);
  return files.errors.empty() ? ExitCode::kWell : ExitCode::kCouldNot;
}

struct IngestTotals {
  IngestTally tally;
  ExitCode worst = ExitCode::kWell;
};

IngestTotals SendAll(const Connection& connection, const ArticleFiles& files, const IngestOptions& options,
                     CommandContext& context) {
  IngestPrinter printer(context, files, connection.keyring != nullptr);
  IngestRunOptions run_options;
  run_options.jobs = options.jobs;
  run_options.require_valid = !options.require.empty();
  IngestRun run(*connection.client, files.files, run_options, context.host,
                {[&printer](const IngestResult& result) { printer.Print(result); },
                 [&printer](const Failure& failure) { printer.PrintFailureOfAll(failure); }});
  run.Run();
  return {printer.tally(), printer.worst()};
}

void PrintSummary(const IngestTally& tally, const ArticleFiles& files, double seconds, Console& console) {
  if (console.json()) {
    console.Json(SummaryJson(tally, files, seconds));
  } else if (files.has_folder || files.files.size() > 1) {
    for (const std::string& line : SummaryLines(tally, files, seconds)) console.Line(line);
  }
}

ExitCode RunIngest(const IngestOptions& options, CommandContext& context) {
  Console& console = context.console;
  if (std::count(options.paths.begin(), options.paths.end(), "-") > 1) {
    console.Error("standard input (-) can be read once only");
    return ExitCode::kUsage;
  }
  const ArticleFiles files = FindArticleFiles(options.paths);
  const ExitCode path_errors = ReportPathErrors(files, console);
  if (files.files.empty()) {
    // Nothing to ask of an archive.
    PrintSummary(IngestTally(), files, /*seconds=*/0, console);
    return path_errors;
  }
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return Worst(path_errors, connection.code);

  const absl::Time start = context.host.Now();
  const IngestTotals totals = SendAll(connection, files, options, context);
  const double seconds = absl::ToDoubleSeconds(context.host.Now() - start);
  PrintSummary(totals.tally, files, seconds, console);
  return Worst(path_errors, totals.worst);
}

}  // namespace

void AddIngestCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<IngestOptions>();
  CLI::App* command = app.add_subcommand(
      "ingest", "Archive articles: files, and folders with all that is below them (.md, .markdown, .txt)");
  command->add_option("PATH", options->paths, "Files and folders; - is standard input")
      ->option_text("...")
      ->required();
  command
      ->add_option("--require", options->require,
                   "valid: send only what the archive, asked beforehand, finds VALID")
      ->option_text("valid")
      ->check(CLI::IsMember({"valid"}, CLI::ignore_case));
  command->add_option("--jobs", options->jobs, "Calls in flight, 1 to 256; by default 16")
      ->option_text("N")
      ->check(CLI::Range(1, 256));
  command->footer(
      "Safe to repeat: what is archived already is answered with its first receipt.\n"
      "Exits with 1 where something was refused, 3 where something could not be read or sent.\n"
      "Example: chirograph ingest --server archive.example.org:7443 --tls posts/");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunIngest(*options, context); }; });
}

}  // namespace chirograph
