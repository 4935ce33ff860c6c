// SPDX-License-Identifier: Apache-2.0
//
// The way from a command to an archive.
#ifndef CHIROGRAPH_CLIENT_CLI_CONNECTION_H_
#define CHIROGRAPH_CLIENT_CLI_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/archive_client.h"
#include "client/cli/command.h"
#include "client/cli/exit_code.h"
#include "crypto/keyring.h"

namespace chirograph {

// A connection, or, where there is none, the exit code of a failure that was reported.
struct Connection {
  std::unique_ptr<ArchiveClient> client;   // null: no connection
  std::shared_ptr<const Keyring> keyring;  // null: none was given
  ExitCode code = ExitCode::kWell;
};

// Connects by the global options. A log that is not known yet is shown and asked about on a terminal, trusted
// with --trust-first-use, and refused otherwise.
Connection ConnectToArchive(CommandContext& context);

// The size of the largest tree that is trusted here, 0 where none: an answer of so many entries of the log
// has all that was seen before. Errors as ClientState.
absl::StatusOr<std::uint64_t> TrustedTreeSize(ArchiveClient& client);

// The folder of --state-dir, else the XDG one. FailedPrecondition as DefaultStateDir.
absl::StatusOr<std::string> StateDirOption(const GlobalOptions& options);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_CONNECTION_H_
