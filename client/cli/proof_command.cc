// SPDX-License-Identifier: Apache-2.0
//
// chirograph proof get|verify: a receipt as a file of its own, and its check without any server.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/article_ref.h"
#include "client/cli/article_report.h"
#include "client/cli/command.h"
#include "client/cli/failure_report.h"
#include "client/cli/found_article.h"
#include "client/cli/json_output.h"
#include "client/cli/output_file.h"
#include "client/cli/proof_verification.h"
#include "client/cli/text.h"
#include "client/receipt_file.h"
#include "fmt/format.h"
#include "proto/shell_word.h"

namespace chirograph {
namespace {

struct ProofOptions {
  std::string ref;      // get
  std::string out;      // get
  bool force = false;   // get
  PageOptions page;     // get
  std::string proof;    // verify
  std::string article;  // verify; may be empty
};

ExitCode RunProofGet(const ProofOptions& options, CommandContext& context) {
  Console& console = context.console;
  const FoundArticle found = FindArticle(options.ref, v1::ARTICLE_VIEW_RECORD, context, options.page);
  if (!found.article) return found.code;
  const absl::StatusOr<std::string> file = FormatReceiptFile(found.article->receipt);
  if (!file.ok()) return ReportFailure(CouldNot(file.status()), console);
  if (options.out.empty()) {
    console.WriteText(*file);
    return ExitCode::kWell;
  }
  if (const absl::Status status = WriteOutputFile(options.out, *file, options.force); !status.ok()) {
    return ReportFileFailure(options.out, status, console);
  }
  if (console.json()) {
    nlohmann::ordered_json json = ReportJson(found.article->report);
    json["path"] = options.out;
    console.Json(json);
    return ExitCode::kWell;
  }
  ReportContext report_context;
  if (found.article->source_document) report_context.source_document = *found.article->source_document;
  report_context.has_keyring = found.connection.keyring != nullptr;
  for (const std::string& line : ArticleReportLines(found.article->report, report_context))
    console.Line(line);
  if (found.other_bytes) console.Line(kOtherBytesText);
  if (const auto newer = NewerNotValidText(*found.article)) console.Line(*newer);
  console.Line(fmt::format(
      "Written to {}. Anybody who knows the log's key can check it without this archive:\n"
      "  chirograph proof verify --log-key {} {}",
      EscapeForTerminal(options.out), EscapeForTerminal(ShellWord(found.connection.client->log_key().vkey())),
      EscapeForTerminal(ShellWord(options.out))));
  return ExitCode::kWell;
}

void PrintVerification(const std::string& path, const ProofVerification& verification, Console& console) {
  if (console.json()) {
    nlohmann::ordered_json json = {{"path", path}};
    json.update(ReportJson(verification.report));
    console.Json(json);
    return;
  }
  if (!verification.report.ok()) {
    for (const std::string& line : FindingLines(verification.report.findings)) console.Line(line);
    console.Error(fmt::format("{}: the proof does not hold", path));
    return;
  }
  ReportContext report_context;
  report_context.article = verification.article ? &*verification.article : nullptr;
  if (verification.source_document) report_context.source_document = *verification.source_document;
  report_context.has_keyring = verification.has_keyring;
  for (const std::string& line : ArticleReportLines(verification.report, report_context)) console.Line(line);
  if (verification.other_bytes) {
    console.Line(
        "The document is not byte for byte the archived one, but the article in it is: comments, the order "
        "of\n"
        "keys or the like differ.");
  }
  console.Line(console.Painted(Paint::kFaint, "No server was asked."));
}

ExitCode RunProofVerify(const ProofOptions& options, CommandContext& context) {
  const ProofVerificationResult result = VerifyProofFile(options.proof, options.article, context);
  if (const auto* failed = std::get_if<ProofNotRead>(&result)) {
    if (context.console.json() && failed->code != ExitCode::kUsage) {
      context.console.Json(InputErrorJson(failed->path, failed->error));
    } else {
      context.console.Error(DescribeInput(failed->path, failed->error));
    }
    return failed->code;
  }
  if (const auto* failure = std::get_if<Failure>(&result)) return ReportFailure(*failure, context.console);
  const auto& verification = std::get<ProofVerification>(result);
  PrintVerification(options.proof, verification, context.console);
  return verification.holds() ? ExitCode::kWell : ExitCode::kNo;
}

}  // namespace

void AddProofCommand(CLI::App& app, CommandContext& context) {
  CLI::App* proof = app.add_subcommand("proof", "Write an article's receipt to a file, and check such files");
  proof->require_subcommand(0, 1);
  const auto options = std::make_shared<ProofOptions>();

  CLI::App* get = proof->add_subcommand("get", "Write an article's receipt as a .tlog-proof");
  get->add_option("REF", options->ref, kRefHelp)->option_text(" ")->required();
  get->add_option("-o,--output", options->out, "The file; by default standard output")->option_text("FILE");
  get->add_flag("--force", options->force, "Replace FILE where it holds something else");
  AddPageOptions(*get, options->page);
  get->footer("Example: chirograph proof get 41 -o article.tlog-proof");
  get->callback([options, &context] {
    context.action = [options, &context] { return RunProofGet(*options, context); };
  });

  CLI::App* verify =
      proof->add_subcommand("verify", "Check a .tlog-proof, and that it is ARTICLE's; no server is asked");
  verify->add_option("FILE", options->proof, "The .tlog-proof")->option_text(" ")->required();
  verify->add_option("ARTICLE", options->article, "The article's document")->option_text(" ");
  verify->footer(
      "The log's key is the one that is trusted here, or --log-key. With --keyring the publisher's "
      "signature\n"
      "is checked too. Exits with 1 where the proof does not hold, or the signature is not VALID although "
      "the\n"
      "keyring has the publisher's keys.\n"
      "Example: chirograph proof verify article.tlog-proof article.md");
  verify->callback([options, &context] {
    context.action = [options, &context] { return RunProofVerify(*options, context); };
  });
}

}  // namespace chirograph
