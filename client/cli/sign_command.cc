// SPDX-License-Identifier: Apache-2.0
//
// chirograph sign: set the secured field of articles, in place.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/document_check.h"
#include "client/cli/document_signer.h"
#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/signing_key.h"
#include "client/cli/text.h"
#include "client/cli/verdict_text.h"
#include "crypto/file.h"
#include "crypto/verdict.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

struct SignOptions {
  std::string key;
  std::vector<std::string> paths;
  bool force = false;
  bool check = false;
};

enum class SignAction { kSigned, kUnchanged, kChecked };

std::string_view SignActionName(SignAction action) {
  switch (action) {
    case SignAction::kSigned:
      return "signed";
    case SignAction::kUnchanged:
      return "unchanged";
    case SignAction::kChecked:
      return "checked";
  }
  return "";
}

struct SignResult {
  SignAction action = SignAction::kChecked;
  CheckedDocument document;  // as it is on disk now
};

// Replaces the file's bytes. Where `path` is a symbolic link, what it leads to is replaced, not the link.
absl::Status WriteDocument(const std::string& path, std::string_view document) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  return WriteFileAtomically(error ? path : target.string(), document, FileAccess::kPublic);
}

absl::StatusOr<SignResult> SignFile(const std::string& path, const SigningKey& key,
                                    const SignOptions& options, Host& host) {
  const absl::StatusOr<std::string> document = ReadInputDocument(path, host);
  if (!document.ok()) return document.status();
  absl::StatusOr<CheckedDocument> before = CheckDocument(*document, key.keyring, host.Now());
  if (!before.ok()) return before.status();
  // Of another publisher's article, or of none's, the answer is no; it could not be otherwise.
  if (options.check) return SignResult{SignAction::kChecked, *std::move(before)};
  if (const absl::Status status = CheckSignsFor(key, before->article); !status.ok()) return status;
  if (before->verification.verdict == Verdict::kValid && !options.force) {
    return SignResult{SignAction::kUnchanged, *std::move(before)};
  }
  const absl::StatusOr<std::string> signed_document = SignDocument(*document, key, host.Now());
  if (!signed_document.ok()) return signed_document.status();
  absl::StatusOr<CheckedDocument> after = CheckDocument(*signed_document, key.keyring, host.Now());
  if (!after.ok()) return after.status();
  if (const absl::Status status = WriteDocument(path, *signed_document); !status.ok()) return status;
  return SignResult{SignAction::kSigned, *std::move(after)};
}

void PrintResult(const std::string& path, const SignResult& result, Console& console) {
  const SecuredVerification& verification = result.document.verification;
  if (console.json()) {
    nlohmann::ordered_json line = VerificationJson(path, verification, result.document.article_digest);
    line["action"] = SignActionName(result.action);
    console.Json(line);
  } else if (result.action == SignAction::kChecked) {
    console.Line(fmt::format("{}  {}  {}", PaintedVerdict(verification.verdict, console),
                             EscapeForTerminal(path), VerdictDetail(verification)));
  } else {
    const bool is_new = result.action == SignAction::kSigned;
    console.Line(fmt::format(
        "{}  {}  {}",
        console.Painted(is_new ? Paint::kGood : Paint::kFaint, is_new ? "signed   " : "unchanged"),
        EscapeForTerminal(path), is_new ? VerdictDetail(verification) : "its signature verifies already"));
  }
}

ExitCode SignOne(const std::string& path, const SigningKey& key, const SignOptions& options,
                 CommandContext& context) {
  const absl::StatusOr<SignResult> result = SignFile(path, key, options, context.host);
  if (!result.ok()) {
    return ReportFileFailure(path, result.status(), context.console);
  }
  PrintResult(path, *result, context.console);
  return result->document.verification.verdict == Verdict::kValid ? ExitCode::kWell : ExitCode::kNo;
}

ExitCode RunSign(const SignOptions& options, CommandContext& context) {
  if (std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end()) {
    context.console.Error("sign changes files in place, so standard input cannot be signed");
    return ExitCode::kUsage;
  }
  const absl::StatusOr<SigningKey> key =
      LoadSigningKey(options.key, context.options.allow_shared_key_file, context.host);
  if (!key.ok()) {
    context.console.Error(key.status());
    return ExitCode::kUsage;
  }
  ExitCode worst = ExitCode::kWell;
  for (const std::string& path : options.paths) {
    worst = Worst(worst, SignOne(path, *key, options, context));
  }
  return worst;
}

}  // namespace

void AddSignCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<SignOptions>();
  CLI::App* command = app.add_subcommand(
      "sign", "Sign articles in place: set their secured line and leave every other byte as it is");
  command->add_option("FILE", options->paths, "Markdown files with YAML front matter")
      ->option_text("...")
      ->required();
  command->add_option("--key", options->key, "Signing key file, - for standard input, or env:NAME")
      ->option_text("KEY")
      ->required();
  auto* force = command->add_flag("--force", options->force, "Sign again what verifies already");
  command
      ->add_flag("--check", options->check,
                 "Change nothing; exit with 1 where an article is not signed by this key")
      ->excludes(force);
  command->footer("Example: chirograph sign --key keys/example.org.2026-rsa.signing-key.pem posts/*.md");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunSign(*options, context); }; });
}

}  // namespace chirograph
