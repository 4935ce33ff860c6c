// SPDX-License-Identifier: Apache-2.0
//
// What the commands share. Each command's options and work are in a file of its own, which adds it to the
// command line by one of the functions below.
#ifndef CHIROGRAPH_CLIENT_CLI_COMMAND_H_
#define CHIROGRAPH_CLIENT_CLI_COMMAND_H_

#include <functional>
#include <optional>
#include <string>

#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "client/cli/host.h"

namespace CLI {
class App;
}

namespace chirograph {

// Options that every command takes; empty where not given, after the environment has been asked too.
struct GlobalOptions {
  std::string server;     // HOST:PORT or unix:/PATH
  std::string log_key;    // verifier key of the log
  std::string state_dir;  // in place of the XDG state folder
  std::string keyring;    // path of a keyring
  std::string tls_ca;     // path of a PEM file of CA certificates
  bool tls = false;
  bool trust_first_use = false;
  bool allow_shared_key_file = false;
};

// One run of the program.
struct CommandContext {
  explicit CommandContext(Host& the_host) : host(the_host), console(the_host) {}

  Host& host;
  Console console;
  GlobalOptions options;
  // What the chosen command does, set once the command line has been read.
  std::function<ExitCode()> action;
};

// Each adds one command (and those below it) to `app`. `context` must outlive `app`.
void AddKeysCommand(CLI::App& app, CommandContext& context);
void AddSignCommand(CLI::App& app, CommandContext& context);
void AddCanonicalCommand(CLI::App& app, CommandContext& context);
void AddVerifyCommand(CLI::App& app, CommandContext& context);
void AddEvidenceCommand(CLI::App& app, CommandContext& context);
void AddExportCommand(CLI::App& app, CommandContext& context);
void AddHistoryCommand(CLI::App& app, CommandContext& context);
void AddIngestCommand(CLI::App& app, CommandContext& context);
void AddAuditCommand(CLI::App& app, CommandContext& context);
void AddGetCommand(CLI::App& app, CommandContext& context);
void AddListCommand(CLI::App& app, CommandContext& context);
void AddWatchCommand(CLI::App& app, CommandContext& context);
void AddLogCommand(CLI::App& app, CommandContext& context);
void AddCheckpointCommand(CLI::App& app, CommandContext& context);
void AddProofCommand(CLI::App& app, CommandContext& context);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_COMMAND_H_
