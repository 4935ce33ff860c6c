// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_EXIT_CODE_H_
#define CHIROGRAPH_CLIENT_CLI_EXIT_CODE_H_

#include <algorithm>

namespace chirograph {

// What the process returns. Of many results, the highest.
enum class ExitCode {
  kWell = 0,
  kNo = 1,        // the answer is no: not VALID, something was refused, findings
  kUsage = 2,     // wrong command line, key file, keyring or other configuration
  kCouldNot = 3,  // could not be done: network, unreadable input, disk
  kAlarm = 4,     // the log contradicts what it signed before
};

inline ExitCode Worst(ExitCode a, ExitCode b) { return std::max(a, b); }

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_EXIT_CODE_H_
