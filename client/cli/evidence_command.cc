// SPDX-License-Identifier: Apache-2.0
//
// chirograph evidence: one article with all that shows it, for somebody who trusts nobody.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/article_ref.h"
#include "client/cli/article_report.h"
#include "client/cli/command.h"
#include "client/cli/document_writer.h"
#include "client/cli/failure_report.h"
#include "client/cli/found_article.h"
#include "client/cli/output_file.h"
#include "client/cli/page_options.h"
#include "client/cli/text.h"
#include "client/evidence_case.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/shell_word.h"

namespace chirograph {
namespace {

struct EvidenceOptions {
  std::string ref;
  std::string out;
  PageOptions page;
  bool force = false;
};

// Everything that the case of `found` takes, the key event from the archive.
Answer<EvidenceCase> MakeCase(const FoundArticle& found) {
  EvidenceCaseInput input;
  input.article = &*found.article;
  input.log = &found.connection.client->log_key();
  const v1::ArticleRecord& record = found.article->report.log_entry->article_record();
  if (record.has_key_event_index()) {
    Answer<ProvenEntry> entry =
        found.connection.client->GetEntry(record.key_event_index(), *found.article->report.checkpoint);
    if (!entry.ok()) return std::move(entry).failure();
    input.key_event = *std::move(entry);
  }
  if (!found.article->source_document) {
    // There are articles that no document can say; their case has the canonical form alone.
    absl::StatusOr<std::string> document = WriteDocument(*found.article->article);
    if (document.ok()) input.made_document = *std::move(document);
  }
  return MakeEvidenceCase(input);
}

void PrintJson(const FoundArticle& found, const EvidenceOptions& options, const EvidenceCase& evidence,
               const std::string& zip, Console& console) {
  nlohmann::ordered_json json = ReportJson(found.article->report);
  json["path"] = options.out;
  json["bytes"] = zip.size();
  json["sha256"] = ToHex(Sha256(zip));
  json["folder"] = evidence.folder;
  json["files"] = nlohmann::ordered_json::array();
  for (const EvidenceFile& file : evidence.files) json["files"].push_back(file.name);
  console.Json(json);
}

void PrintForPeople(const FoundArticle& found, const EvidenceOptions& options, const EvidenceCase& evidence,
                    Console& console) {
  const ArchivedArticle& article = *found.article;
  ReportContext context;
  context.article = &*article.article;
  if (article.source_document) context.source_document = *article.source_document;
  context.has_keyring = found.connection.keyring != nullptr;
  for (const std::string& line : ArticleReportLines(article.report, context)) console.Line(line);
  if (found.other_bytes) console.Line(kOtherBytesText);
  if (const auto newer = NewerNotValidText(article)) console.Line(*newer);
  console.Line(
      fmt::format("Written to {}: {}. Whoever gets it can check it with sha256sum and openssl alone; "
                  "CHECK.txt in it says "
                  "how:\n"
                  "  unzip {} && cd {} && less CHECK.txt",
                  EscapeForTerminal(options.out), Counted(evidence.files.size(), "file"),
                  EscapeForTerminal(ShellWord(options.out)), evidence.folder));
}

ExitCode RunEvidence(const EvidenceOptions& options, CommandContext& context) {
  Console& console = context.console;
  const FoundArticle found = FindArticle(options.ref, v1::ARTICLE_VIEW_CONTENT, context, options.page);
  if (!found.article) return found.code;
  const Answer<EvidenceCase> evidence = MakeCase(found);
  if (!evidence.ok()) {
    const ExitCode code = ReportFailure(evidence.failure(), console);
    if (!console.json()) {
      for (const std::string& line : FindingLines(evidence.failure().findings)) console.Hint(line);
    }
    return code;
  }
  const absl::StatusOr<std::string> zip = PackEvidenceCase(*evidence);
  if (!zip.ok()) return ReportFailure(CouldNot(zip.status()), console);
  if (const absl::Status written = WriteOutputFile(options.out, *zip, options.force); !written.ok()) {
    return ReportFileFailure(options.out, written, console);
  }
  if (console.json()) {
    PrintJson(found, options, *evidence, *zip, console);
  } else {
    PrintForPeople(found, options, *evidence, console);
  }
  return ExitCode::kWell;
}

}  // namespace

void AddEvidenceCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<EvidenceOptions>();
  CLI::App* command = app.add_subcommand(
      "evidence", "Write an article with all that shows it to a zip; a stranger checks it with openssl");
  command->add_option("REF", options->ref, kRefHelp)->option_text(" ")->required();
  command->add_option("-o,--output", options->out, "The zip to write")->option_text("FILE")->required();
  command->add_flag("--force", options->force, "Replace FILE where it holds something else");
  AddPageOptions(*command, options->page);
  command->footer(
      "All of it is checked before it is written. In the zip: the document, the canonical form, the record, "
      "the\n"
      "proofs, the checkpoint, the publisher's key, and CHECK.txt, which says step by step how to check them "
      "by\n"
      "hand. Exits with 1 where the archive says that it has no such article.\n"
      "Example: chirograph evidence 41 -o case.zip");
  command->callback([options, &context] {
    context.action = [options, &context] { return RunEvidence(*options, context); };
  });
}

}  // namespace chirograph
