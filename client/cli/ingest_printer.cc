// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ingest_printer.h"

#include <utility>

#include "client/cli/article_report.h"
#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "client/cli/verdict_text.h"
#include "fmt/format.h"

namespace chirograph {

IngestPrinter::IngestPrinter(CommandContext& context, const ArticleFiles& files, bool has_keyring,
                             FailuresFile* failures)
    : console_(context.console),
      has_keyring_(has_keyring),
      single_(files.files.size() == 1 && !files.has_folder),
      failures_(failures),
      progress_(context.console, context.host, files.files.size()) {}

void IngestPrinter::Print(const IngestResult& result) {
  tally_.Add(result);
  worst_ = Worst(worst_, ExitCodeOf(result));
  if (failures_ != nullptr) {
    failures_->Settle(result.file.path);
    if (std::optional<WhyNotArchived> why = WhyNot(result)) {
      failures_->Add({result.file.path, std::move(why->why), std::move(why->message)});
    }
    failures_->WriteNowAndThen();
  }
  if (console_.json()) {
    console_.Json(IngestJson(result));
  } else if (const auto* answer = std::get_if<IngestAnswer>(&result.outcome)) {
    PrintAnswer(*answer, result.file);
  } else if (const auto* not_sent = std::get_if<NotSent>(&result.outcome)) {
    if (result.file.named) console_.Line(NotSentLine(*not_sent, result.file.path));
  }
  if (const auto* failure = std::get_if<Failure>(&result.outcome)) PrintFailure(*failure, result.file.path);
  progress_.Show(tally_.files(), Note());
}

void IngestPrinter::PrintFailureOfAll(const Failure& failure) {
  worst_ = Worst(worst_, ReportFailure(failure, console_));
}

void IngestPrinter::PrintAnswer(const IngestAnswer& answer, const ArticleFile& file) {
  const bool archived = answer.fate == IngestFate::kArchived || answer.fate == IngestFate::kAlreadyArchived;
  if (archived && !file.named) return;
  console_.Line(IngestLine(answer, file.path, console_));
  if (!archived || !single_) return;
  ReportContext report_context;
  report_context.has_keyring = has_keyring_;
  for (const std::string& line : ArticleReportLines(answer.report, report_context)) console_.Line(line);
  console_.Line(fmt::format("Receipt    {}", EscapeForTerminal(answer.receipt_path)));
}

void IngestPrinter::PrintFailure(const Failure& failure, const std::string& path) {
  if (!console_.json() || failure.alarm) {
    console_.Error(DescribeInput(path, {DescribeFailure(failure), PositionOf(failure.status)}));
  }
  if (failure.alarm) PrintAlarmAdvice(*failure.alarm, console_);
}

// What the bar says beside the counts: first what went wrong.
std::string IngestPrinter::Note() const {
  std::string note;
  const auto add = [&note](std::uint64_t count, std::string_view what) {
    if (count > 0) note += fmt::format("{}{} {}", note.empty() ? "" : ", ", WithThousands(count), what);
  };
  add(tally_.of(IngestFate::kRefused), "refused");
  add(tally_.failed(), "failed");
  add(tally_.of(IngestFate::kNotWanted) + tally_.not_sent() + tally_.unanswered(), "not sent");
  for (const auto& [verdict, counts] : tally_.by_verdict()) {
    add(counts[static_cast<std::size_t>(IngestFate::kArchived)] +
            counts[static_cast<std::size_t>(IngestFate::kAlreadyArchived)],
        VerdictName(verdict));
  }
  return note;
}

}  // namespace chirograph
