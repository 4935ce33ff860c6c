// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_CHILD_PROCESS_H_
#define CHIROGRAPH_TESTS_SERVICE_CHILD_PROCESS_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace chirograph {

// How a process ended: its exit code, or minus the signal that ended it; and what it wrote.
struct ProcessResult {
  int code = 0;
  std::string out;
  std::string err;
};

// A program that runs beside the test, and is killed with it.
class ChildProcess {
 public:
  // `command`: the program's path and its arguments. The environment is the test's.
  explicit ChildProcess(std::vector<std::string> command) {
    std::array<int, 2> out = {};
    std::array<int, 2> err = {};
    EXPECT_EQ(pipe2(out.data(), O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(err.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, command[0].c_str(), &actions, nullptr, arguments.data(), environ), 0)
        << command[0];
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(err[1]);
    err_ = err[0];
    out_reader_ = std::thread([this, fd = out[0]] {
      while (ReadInto(fd, &result_.out)) {
      }
      close(fd);
    });
  }
  ~ChildProcess() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      Wait();
    }
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Reads stderr up to the first line with `text` in it, and returns that line; nothing where the process
  // ends before.
  std::optional<std::string> AwaitLine(const std::string& text) {
    for (std::size_t begin = 0;;) {
      for (std::size_t end = result_.err.find('\n', begin); end != std::string::npos;
           begin = end + 1, end = result_.err.find('\n', begin)) {
        std::string line = result_.err.substr(begin, end - begin);
        if (line.find(text) != std::string::npos) return line;
      }
      if (!ReadInto(err_, &result_.err)) return std::nullopt;
    }
  }
  // From here on nobody reads what it writes to stderr.
  void CloseStderr() {
    close(err_);
    err_ = -1;
  }

  void Signal(int signal) const { EXPECT_EQ(kill(pid_, signal), 0); }

  // Waits for its end.
  const ProcessResult& Wait() {
    if (pid_ <= 0) return result_;
    while (err_ >= 0 && ReadInto(err_, &result_.err)) {
    }
    if (err_ >= 0) close(err_);
    out_reader_.join();
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return result_;
  }

 private:
  // False: the other end is closed.
  static bool ReadInto(int fd, std::string* text) {
    std::array<char, 4096> chunk = {};
    const ssize_t count = read(fd, chunk.data(), chunk.size());
    if (count <= 0) return false;
    text->append(chunk.data(), static_cast<std::size_t>(count));
    return true;
  }

  pid_t pid_ = -1;
  int err_ = -1;
  std::thread out_reader_;
  ProcessResult result_;
};

// Runs `command` to its end.
inline ProcessResult RunProcess(std::vector<std::string> command) {
  return ChildProcess(std::move(command)).Wait();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_CHILD_PROCESS_H_
