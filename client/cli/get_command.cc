// SPDX-License-Identifier: Apache-2.0
//
// chirograph get: read one archived article back, and check it.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/article_ref.h"
#include "client/cli/article_report.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/found_article.h"
#include "client/cli/input_document.h"
#include "client/cli/output_file.h"
#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/canonical_form.h"

namespace chirograph {
namespace {

struct GetOptions {
  std::string ref;
  std::string out;
  PageOptions page;
  bool source = false;
  bool force = false;
};

// The document, or the article's canonical form: what -o and --source write.
absl::StatusOr<std::string> PayloadOf(const ArchivedArticle& found, bool source) {
  if (source) return found.source_document.value_or("");
  return CanonicalForm(*found.article);
}

void PrintJson(const ArchivedArticle& found, const std::string& payload, bool source, Console& console) {
  nlohmann::ordered_json json = ReportJson(found.report);
  if (source) {
    json["source"] = payload;
  } else {
    json["article"] = nlohmann::ordered_json::parse(payload);
    json["secured"] = found.article->has_secured() ? nlohmann::ordered_json(found.article->secured())
                                                   : nlohmann::ordered_json(nullptr);
  }
  json["catalogTreeSize"] = nullptr;
  json["newerNotValidIndex"] = nullptr;
  if (found.catalog_tree_size > 0) json["catalogTreeSize"] = found.catalog_tree_size;
  if (found.newer_not_valid_index) json["newerNotValidIndex"] = *found.newer_not_valid_index;
  console.Json(json);
}

void PrintForPeople(const ArchivedArticle& found, const std::string& payload, const GetOptions& options,
                    bool has_keyring, Console& console) {
  ReportContext report_context;
  report_context.article = found.article ? &*found.article : nullptr;
  if (found.source_document) report_context.source_document = *found.source_document;
  report_context.has_keyring = has_keyring;
  // Where the document itself goes to standard output, what was checked goes beside it.
  const bool writes_document = options.source && options.out.empty();
  for (const std::string& line : ArticleReportLines(found.report, report_context)) {
    if (writes_document) {
      console.Hint(line);
    } else {
      console.Line(line);
    }
  }
  if (writes_document) console.WriteText(payload);
}

ExitCode Show(const FoundArticle& article, const GetOptions& options, CommandContext& context) {
  const ArchivedArticle& found = *article.article;
  const absl::StatusOr<std::string> payload = PayloadOf(found, options.source);
  if (!payload.ok()) {
    return ReportFailure(CouldNot(payload.status()), context.console);
  }
  if (!options.out.empty()) {
    const absl::Status status = WriteOutputFile(options.out, *payload, options.force);
    if (!status.ok()) return ReportFileFailure(options.out, status, context.console);
  }
  if (context.console.json()) {
    PrintJson(found, *payload, options.source, context.console);
  } else {
    PrintForPeople(found, *payload, options, article.connection.keyring != nullptr, context.console);
    if (article.other_bytes) context.console.Hint(kOtherBytesText);
    if (const auto newer = NewerNotValidText(found)) context.console.Hint(*newer);
  }
  return ExitCode::kWell;
}

ExitCode RunGet(const GetOptions& options, CommandContext& context) {
  const v1::ArticleView view = options.source ? v1::ARTICLE_VIEW_SOURCE : v1::ARTICLE_VIEW_ARTICLE;
  const FoundArticle found = FindArticle(options.ref, view, context, options.page);
  if (!found.article) return found.code;
  return Show(found, options, context);
}

}  // namespace

void AddGetCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<GetOptions>();
  CLI::App* command = app.add_subcommand(
      "get", "Read an archived article back; says line by line what was checked, and by whom");
  command->add_option("REF", options->ref, kRefHelp)->option_text(" ")->required();
  command->add_flag("--source", options->source, "Write the document, byte for byte as it was archived");
  command
      ->add_option("-o,--output", options->out,
                   "Write it to this file: the document, or without --source the canonical form")
      ->option_text("FILE");
  command->add_flag("--force", options->force, "Replace FILE where it holds something else");
  AddPageOptions(*command, options->page);
  command->footer(
      "Exits with 1 where the archive says that it has no such article.\n"
      "Example: chirograph get 41 --source -o article.md");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunGet(*options, context); }; });
}

}  // namespace chirograph
