// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_END_TO_END_TERMINAL_H_
#define CHIROGRAPH_TESTS_END_TO_END_TERMINAL_H_

#include <map>
#include <string>
#include <vector>

namespace chirograph {

// What a person saw, and the exit code.
struct TerminalSession {
  std::string screen;  // every byte that came, with the terminal's CR LF
  int exit_code = -1;
};

// Runs a program on a pseudo-terminal of 80 columns. Types the second of each pair once the first has
// appeared. Fails the test where that, or the end, takes longer than a minute.
TerminalSession RunOnTerminal(const std::vector<std::string>& arguments,
                              const std::map<std::string, std::string>& environment,
                              const std::vector<std::pair<std::string, std::string>>& dialogue = {});

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_END_TO_END_TERMINAL_H_
