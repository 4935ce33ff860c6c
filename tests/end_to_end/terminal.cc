// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/terminal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "absl/time/clock.h"

namespace chirograph {

TerminalSession RunOnTerminal(const std::vector<std::string>& arguments,
                              const std::map<std::string, std::string>& environment,
                              const std::vector<std::pair<std::string, std::string>>& dialogue) {
  std::vector<std::string> texts = arguments;
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = 80;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }

  TerminalSession session;
  std::size_t said = 0;      // entries of the dialogue that were typed
  std::size_t searched = 0;  // the next prompt appears after this
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  std::array<char, 4096> buffer;
  while (true) {
    pollfd ready = {terminal, POLLIN, 0};
    if (absl::Now() > deadline) {
      ADD_FAILURE() << "the program does not end: " << session.screen;
      kill(child, SIGKILL);
      break;
    }
    if (poll(&ready, 1, 100) == 0) continue;
    const ssize_t count = read(terminal, buffer.data(), buffer.size());
    if (count <= 0) break;  // EIO: the program has ended
    session.screen.append(buffer.data(), static_cast<std::size_t>(count));
    if (said == dialogue.size()) continue;
    const std::size_t at = session.screen.find(dialogue[said].first, searched);
    if (at == std::string::npos) continue;
    searched = session.screen.size();
    const std::string& answer = dialogue[said++].second;
    EXPECT_EQ(write(terminal, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  session.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  EXPECT_EQ(said, dialogue.size()) << session.screen;
  return session;
}

}  // namespace chirograph
