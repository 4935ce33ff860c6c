// SPDX-License-Identifier: Apache-2.0
//
// chirograph log show|trust|forget: which logs are trusted here. No server is asked.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "client/client_state.h"
#include "client/server_origin.h"
#include "crypto/note.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

// What is remembered of one log.
struct KnownLog {
  std::string origin;
  std::string path;
  std::string vkey;
  std::optional<TrustedCheckpoint> checkpoint;
  std::size_t receipts = 0;
};

absl::StatusOr<KnownLog> ReadLog(const std::string& state_dir, const std::string& origin) {
  const absl::StatusOr<ClientState> state = ClientState::Open(state_dir, origin);
  if (!state.ok()) return state.status();
  const auto key = state->ReadLogKey();
  if (!key.ok()) return key.status();
  const auto checkpoint = state->ReadCheckpoint();
  if (!checkpoint.ok()) return checkpoint.status();
  const auto receipts = state->ListReceipts();
  if (!receipts.ok()) return receipts.status();
  return KnownLog{origin, state->path(), key->has_value() ? (*key)->vkey() : "", *checkpoint,
                  receipts->size()};
}

void PrintLog(const KnownLog& log, Console& console) {
  if (console.json()) {
    nlohmann::ordered_json json = {{"origin", log.origin},     {"verifierKey", TextOrNull(log.vkey)},
                                   {"treeSize", nullptr},      {"rootHash", nullptr},
                                   {"receipts", log.receipts}, {"stateDir", log.path}};
    if (log.checkpoint) {
      json["treeSize"] = log.checkpoint->checkpoint.tree_size;
      json["rootHash"] = ToHex(log.checkpoint->checkpoint.root_hash);
    }
    console.Json(json);
    return;
  }
  console.Line(fmt::format("Log         {}", EscapeForTerminal(log.origin)));
  console.Line(fmt::format("Key         {}", EscapeForTerminal(log.vkey)));
  console.Line(fmt::format("Checkpoint  {}",
                           log.checkpoint ? fmt::format("tree size {}, root {}",
                                                        WithThousands(log.checkpoint->checkpoint.tree_size),
                                                        ShortDigest(log.checkpoint->checkpoint.root_hash))
                                          : "none yet"));
  console.Line(fmt::format("Receipts    {}", WithThousands(log.receipts)));
  console.Line(fmt::format("State       {}", EscapeForTerminal(log.path)));
}

ExitCode CouldNotDo(const absl::Status& status, Console& console) {
  return ReportFailure(CouldNot(status), console);
}

ExitCode RunShow(const std::string& state_dir, CommandContext& context) {
  Console& console = context.console;
  const auto origins = ClientState::ListOrigins(state_dir);
  if (!origins.ok()) return CouldNotDo(origins.status(), console);
  if (origins->empty() && !console.json()) {
    console.Line(fmt::format("No log is trusted yet (in {}).", EscapeForTerminal(state_dir)));
    console.Line("To trust one, with the key that its operator publishes: chirograph log trust VKEY");
  }
  ExitCode worst = ExitCode::kWell;
  for (std::size_t i = 0; i < origins->size(); ++i) {
    const absl::StatusOr<KnownLog> log = ReadLog(state_dir, (*origins)[i]);
    if (!log.ok()) {
      worst = CouldNotDo(log.status(), console);
      continue;
    }
    if (i > 0 && !console.json()) console.Line("");
    PrintLog(*log, console);
  }
  return worst;
}

ExitCode RunTrust(const std::string& vkey, const std::string& state_dir, CommandContext& context) {
  Console& console = context.console;
  const absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(vkey);
  if (!key.ok()) {
    console.Error(fmt::format("{} is not a verifier key: {}", vkey, std::string(key.status().message())));
    return ExitCode::kUsage;
  }
  absl::StatusOr<ClientState> state = ClientState::Open(state_dir, key->name());
  if (!state.ok()) return CouldNotDo(state.status(), console);
  if (const absl::Status status = state->TrustLogKey(*key); !status.ok()) {
    if (!absl::IsFailedPrecondition(status)) return CouldNotDo(status, console);
    console.Error(status);  // another key is trusted
    return ExitCode::kUsage;
  }
  if (console.json()) {
    console.Json({{"origin", key->name()}, {"verifierKey", key->vkey()}, {"stateDir", state->path()}});
  } else {
    console.Line(fmt::format("Trusted from now on: {}", EscapeForTerminal(key->vkey())));
  }
  return ExitCode::kWell;
}

ExitCode RunForget(const std::string& origin, const std::string& state_dir, CommandContext& context) {
  Console& console = context.console;
  absl::StatusOr<ClientState> state = ClientState::Open(state_dir, origin);
  if (!state.ok()) {
    console.Error(state.status());
    return ExitCode::kUsage;
  }
  const absl::StatusOr<std::string> aside = state->Forget(context.host.Now());
  if (absl::IsNotFound(aside.status())) {
    console.Error(fmt::format("no log {} is known here; chirograph log show lists those that are", origin));
    return ExitCode::kUsage;
  }
  if (!aside.ok()) return CouldNotDo(aside.status(), console);
  if (const absl::Status status = ForgetServersOf(state_dir, origin); !status.ok()) {
    return CouldNotDo(status, console);
  }
  if (console.json()) {
    console.Json({{"origin", origin}, {"movedTo", *aside}});
  } else {
    console.Line(
        fmt::format("Forgotten: {}. Its key, checkpoint and receipts were put aside, not deleted:\n  {}",
                    EscapeForTerminal(origin), EscapeForTerminal(*aside)));
  }
  return ExitCode::kWell;
}

// Runs `run` with the state folder.
ExitCode WithStateDir(CommandContext& context, const std::function<ExitCode(const std::string&)>& run) {
  const absl::StatusOr<std::string> state_dir = StateDirOption(context.options);
  if (state_dir.ok()) return run(*state_dir);
  context.console.Error(state_dir.status());
  return ExitCode::kUsage;
}

}  // namespace

void AddLogCommand(CLI::App& app, CommandContext& context) {
  CLI::App* log = app.add_subcommand("log", "Show, trust or forget logs");
  log->require_subcommand(0, 1);

  CLI::App* show = log->add_subcommand("show", "Show which logs are trusted here, with what is kept of each");
  show->footer("Example: chirograph log show");
  show->callback([&context] {
    context.action = [&context] {
      return WithStateDir(context, [&](const std::string& dir) { return RunShow(dir, context); });
    };
  });

  const auto vkey = std::make_shared<std::string>();
  CLI::App* trust = log->add_subcommand("trust", "Trust a log's key, as its operator publishes it");
  trust->add_option("VKEY", *vkey, "Verifier key: ORIGIN+ID+BASE64")->option_text(" ")->required();
  trust->footer("Example: chirograph log trust log.example.org+0123abcd+AZ...");
  trust->callback([vkey, &context] {
    context.action = [vkey, &context] {
      return WithStateDir(context, [&](const std::string& dir) { return RunTrust(*vkey, dir, context); });
    };
  });

  const auto origin = std::make_shared<std::string>();
  CLI::App* forget = log->add_subcommand("forget", "Trust a log no longer; what is kept of it is put aside");
  forget->add_option("ORIGIN", *origin, "As chirograph log show has it")->option_text(" ")->required();
  forget->footer("Example: chirograph log forget log.example.org");
  forget->callback([origin, &context] {
    context.action = [origin, &context] {
      return WithStateDir(context, [&](const std::string& dir) { return RunForget(*origin, dir, context); });
    };
  });
}

}  // namespace chirograph
