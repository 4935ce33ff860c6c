// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command_line.h"

#include <algorithm>
#include <exception>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/text.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr std::string_view kDefaultServer = "127.0.0.1:7443";

void AddGlobalOptions(CLI::App& app, CommandContext& context) {
  GlobalOptions& options = context.options;
  app.add_flag_callback(
      "--json", [&context] { context.console.set_json(true); }, "Answer in JSON lines (docs/json-output.md)");
  app.add_option("--keyring", options.keyring, "Publishers' public keys, YAML (CHIROGRAPH_KEYRING)")
      ->option_text("FILE");
  app.add_option("--server", options.server,
                 "Archive to talk to, HOST:PORT or unix:/PATH (CHIROGRAPH_SERVER);\n"
                 "by default 127.0.0.1:7443")
      ->option_text("ADDRESS");
  app.add_option("--log-key", options.log_key, "The log's verifier key (CHIROGRAPH_LOG_KEY)")
      ->option_text("VKEY");
  app.add_flag("--trust-first-use", options.trust_first_use,
               "Trust a log's key on first contact without asking");
  app.add_option("--state-dir", options.state_dir,
                 "Where trusted keys, checkpoints and receipts lie (CHIROGRAPH_STATE_DIR);\n"
                 "by default the XDG state folder")
      ->option_text("DIR");
  app.add_flag("--tls", options.tls, "Connect with TLS and the system's certificate authorities");
  app.add_option("--tls-ca", options.tls_ca, "Connect with TLS and the authorities in this PEM file")
      ->option_text("FILE");
  app.add_flag("--allow-shared-key-file", options.allow_shared_key_file,
               "Take secret key files that others can read, as mounted secrets are");
}

void ApplyEnvironment(CommandContext& context) {
  const auto default_to = [&context](std::string& option, const char* variable, std::string_view otherwise) {
    if (option.empty()) option = context.host.Variable(variable).value_or(std::string(otherwise));
  };
  default_to(context.options.server, "CHIROGRAPH_SERVER", kDefaultServer);
  default_to(context.options.log_key, "CHIROGRAPH_LOG_KEY", "");
  default_to(context.options.keyring, "CHIROGRAPH_KEYRING", "");
  default_to(context.options.state_dir, "CHIROGRAPH_STATE_DIR", "");
}

// The innermost command that was named: its help is what a wrong command line calls for.
const CLI::App* ChosenCommand(const CLI::App& app) {
  const CLI::App* chosen = &app;
  while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
  return chosen;
}

std::string CommandName(const CLI::App* command) {
  std::string name = command->get_name();
  for (const CLI::App* parent = command->get_parent(); parent != nullptr; parent = parent->get_parent()) {
    name = fmt::format("{} {}", parent->get_name(), name);
  }
  return name;
}

std::string HelpFor(const CLI::App* command) {
  const CLI::App* parent = command->get_parent();
  // CLI11 puts the command's own name after what it is given.
  if (parent == nullptr) return command->help();
  return command->help(CommandName(parent)) + "Options for every command: chirograph --help\n";
}

// 0 for --help and --version, which CLI11 reports as errors too.
ExitCode ReportParseError(const CLI::App& app, const CLI::ParseError& error, Console& console) {
  const CLI::App* command = ChosenCommand(app);
  if (error.get_name() == "CallForHelp") {
    console.Write(HelpFor(command));
    return ExitCode::kWell;
  }
  if (error.get_name() == "CallForVersion") {
    console.Line(error.what());
    return ExitCode::kWell;
  }
  console.Error(error.what());
  console.Hint(fmt::format("Try: {} --help", CommandName(command)));
  return ExitCode::kUsage;
}

ExitCode ParseAndRun(CLI::App& app, std::vector<std::string> arguments, CommandContext& context) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return ReportParseError(app, error, context.console);
  }
  if (!context.action) {
    context.console.Hint(HelpFor(ChosenCommand(app)));
    return ExitCode::kUsage;
  }
  ApplyEnvironment(context);
  return context.action();
}

}  // namespace

ExitCode RunCommandLine(const std::vector<std::string>& arguments, Host& host) {
  CommandContext context(host);
  ExitCode code = ExitCode::kCouldNot;
  try {
    CLI::App app{
        "chirograph: sign articles, archive them, and check every answer of the archive.\n"
        "Exit codes: 0 well, 1 the answer is no, 2 usage, 3 could not be done, 4 ALARM: the log lies.",
        "chirograph"};
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", std::string("chirograph " CHIROGRAPH_VERSION));
    app.get_formatter()->column_width(28);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("Subcommands", "Commands");
    app.footer(
        "From nothing to a signed article:\n"
        "  chirograph keys generate --domain example.org\n"
        "and each command says what to type next. Help on one: chirograph sign --help");
    AddGlobalOptions(app, context);
    AddKeysCommand(app, context);
    AddSignCommand(app, context);
    AddCanonicalCommand(app, context);
    AddVerifyCommand(app, context);
    AddIngestCommand(app, context);
    AddGetCommand(app, context);
    AddListCommand(app, context);
    AddWatchCommand(app, context);
    AddHistoryCommand(app, context);
    AddExportCommand(app, context);
    AddAuditCommand(app, context);
    AddProofCommand(app, context);
    AddEvidenceCommand(app, context);
    AddCheckpointCommand(app, context);
    AddLogCommand(app, context);
    code = ParseAndRun(app, arguments, context);
  } catch (const std::exception& error) {
    // CLI11 and nlohmann_json throw; nothing that a user does should get here.
    context.console.Error(fmt::format("a defect of this program: {}", error.what()));
  }
  return context.console.Finish(code);
}

}  // namespace chirograph
