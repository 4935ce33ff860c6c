// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_TILES_EXPORT_H_
#define CHIROGRAPH_CLIENT_CLI_TILES_EXPORT_H_

#include <string>

#include "client/cli/command.h"
#include "client/cli/exit_code.h"

namespace chirograph {

// `chirograph export --tiles DIR`: connects, and makes `dir` the log as C2SP tlog-tiles. What goes wrong is
// reported.
ExitCode ExportTilesTo(const std::string& dir, CommandContext& context);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_TILES_EXPORT_H_
