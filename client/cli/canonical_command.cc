// SPDX-License-Identifier: Apache-2.0
//
// chirograph canonical: the bytes that digests and signatures are made over.
#include <memory>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "crypto/secured_field.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {
namespace {

struct CanonicalOptions {
  std::string path;
  bool signing_input = false;
};

absl::StatusOr<std::string> CanonicalFormOf(const std::string& path, Host& host) {
  const absl::StatusOr<std::string> document = ReadInputDocument(path, host);
  if (!document.ok()) return document.status();
  const absl::StatusOr<v1::Article> article = ParseDocument(*document);
  if (!article.ok()) return article.status();
  return CanonicalForm(*article);
}

ExitCode RunCanonical(const CanonicalOptions& options, CommandContext& context) {
  const absl::StatusOr<std::string> canonical = CanonicalFormOf(options.path, context.host);
  if (!canonical.ok()) {
    return ReportFileFailure(options.path, canonical.status(), context.console);
  }
  context.console.Write(options.signing_input ? SigningInput(*canonical) : *canonical);
  return ExitCode::kWell;
}

}  // namespace

void AddCanonicalCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<CanonicalOptions>();
  CLI::App* command = app.add_subcommand(
      "canonical", "Write an article's canonical form: the exact bytes that its digest is made over");
  command->add_option("FILE", options->path, "A Markdown file with YAML front matter; - is standard input")
      ->option_text(" ")
      ->required();
  command->add_flag("--signing-input", options->signing_input,
                    "Write what a publisher signs: a prefix line, then the canonical form");
  command->footer("Example: chirograph canonical article.md | sha256sum");
  command->callback([options, &context] {
    context.action = [options, &context] { return RunCanonical(*options, context); };
  });
}

}  // namespace chirograph
