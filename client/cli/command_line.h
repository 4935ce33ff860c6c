// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_COMMAND_LINE_H_
#define CHIROGRAPH_CLIENT_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "client/cli/exit_code.h"
#include "client/cli/host.h"

namespace chirograph {

// Runs `chirograph ARGUMENTS...` (without the program's name) and returns what to exit with. Never throws.
ExitCode RunCommandLine(const std::vector<std::string>& arguments, Host& host);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_COMMAND_LINE_H_
