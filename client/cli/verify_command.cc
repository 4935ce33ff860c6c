// SPDX-License-Identifier: Apache-2.0
//
// chirograph verify: check articles' secured fields without any server.
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/document_check.h"
#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/keyring_option.h"
#include "client/cli/text.h"
#include "client/cli/time_option.h"
#include "client/cli/verdict_text.h"
#include "crypto/verdict.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

struct VerifyOptions {
  std::vector<std::string> paths;
  std::string at;
};

absl::StatusOr<CheckedDocument> Check(const std::string& path, const Keyring& keyring, absl::Time at,
                                      Host& host) {
  const absl::StatusOr<std::string> document = ReadInputDocument(path, host);
  if (!document.ok()) return document.status();
  return CheckDocument(*document, keyring, at);
}

// A key of the publisher whose envelopes cannot be opened here, where that may be why the verdict is not
// VALID; else null.
const PublisherKey* WithoutEnvelopeKey(const SecuredVerification& verification, const Keyring& keyring) {
  switch (verification.verdict) {
    case Verdict::kInvalid:
    case Verdict::kKeyRevoked:
    case Verdict::kKeyOutOfPeriod:
      break;
    default:
      return nullptr;
  }
  for (const PublisherKey& key : keyring.KeysFor(verification.publisher_domain)) {
    if (key.envelope_key_missing) return &key;
  }
  return nullptr;
}

absl::Status CannotOpen(const PublisherKey& key, const std::string& publisher, const std::string& keyring) {
  if (!key.envelope_key_not_found.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("cannot be checked without the envelope key {} of {}: {}", key.id, publisher,
                    key.envelope_key_not_found));
  }
  return absl::FailedPreconditionError(fmt::format(
      "cannot be checked: the keyring {} has no envelope key for {} of {}. The publisher gives it "
      "to those who are to check articles; signatures that an archive has opened need none "
      "(chirograph proof verify)",
      keyring, key.id, publisher));
}

void PrintVerdict(const std::string& path, const SecuredVerification& verification, Console& console) {
  console.Line(fmt::format("{}  {}  {}", PaintedVerdict(verification.verdict, console),
                           EscapeForTerminal(path), VerdictDetail(verification)));
}

ExitCode VerifyOne(const std::string& path, const Keyring& keyring, absl::Time at, CommandContext& context) {
  const absl::StatusOr<CheckedDocument> checked = Check(path, keyring, at, context.host);
  if (!checked.ok()) {
    return ReportFileFailure(path, checked.status(), context.console);
  }
  const SecuredVerification& verification = checked->verification;
  if (const PublisherKey* key = WithoutEnvelopeKey(verification, keyring)) {
    ReportFileFailure(path, CannotOpen(*key, verification.publisher_domain, context.options.keyring),
                      context.console);
    return ExitCode::kUsage;
  }
  if (context.console.json()) {
    context.console.Json(VerificationJson(path, verification, checked->article_digest));
  } else {
    PrintVerdict(path, verification, context.console);
  }
  return verification.verdict == Verdict::kValid ? ExitCode::kWell : ExitCode::kNo;
}

ExitCode RunVerify(const VerifyOptions& options, CommandContext& context) {
  Console& console = context.console;
  const auto keyring = LoadKeyringOption(context.options);
  if (!keyring.ok()) {
    console.Error(keyring.status());
    return ExitCode::kUsage;
  }
  if (*keyring == nullptr) {
    console.Error("verify needs the publishers' keys: give --keyring FILE or set CHIROGRAPH_KEYRING");
    return ExitCode::kUsage;
  }
  const absl::StatusOr<absl::Time> at = TimeOption("--at", options.at, context.host.Now());
  if (!at.ok()) {
    console.Error(at.status());
    return ExitCode::kUsage;
  }
  ExitCode worst = ExitCode::kWell;
  for (const std::string& path : options.paths) {
    worst = Worst(worst, VerifyOne(path, **keyring, *at, context));
  }
  if (!console.json()) {
    console.Line(console.Painted(
        Paint::kFaint, fmt::format("Checked here, by the keys in {} as of {}; archive not consulted.",
                                   EscapeForTerminal(context.options.keyring), TimeForPeople(*at))));
  }
  return worst;
}

}  // namespace

void AddVerifyCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Check articles' signatures here, by your own keyring; no server is asked");
  command->add_option("FILE", options->paths, "Markdown files with YAML front matter; - is standard input")
      ->option_text("...")
      ->required();
  command->add_option("--at", options->at, "Judge the keys at this time (UTC) instead of now")
      ->option_text("TIME");
  command->footer(
      "Exits with 0 where every article is VALID, 1 where one is not, 3 where one cannot be read.\n"
      "Example: chirograph verify --keyring keys/keyring.yaml --at 2024-01-01T00:00:00Z posts/*.md");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunVerify(*options, context); }; });
}

}  // namespace chirograph
