// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/child_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "tests/benchmarks/bench_error.h"

namespace chirograph {
namespace {

double SecondsOf(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// Those that run. Where the benchmark ends early (Die), none is left behind.
std::set<pid_t>& Running() {
  static std::set<pid_t> running;
  static const int registered = std::atexit([] {
    for (const pid_t pid : Running()) kill(pid, SIGKILL);
  });
  static_cast<void>(registered);
  return running;
}

}  // namespace

double ProcessCpuSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }
double ThreadCpuSeconds() { return SecondsOf(CLOCK_THREAD_CPUTIME_ID); }
double NowSeconds() { return SecondsOf(CLOCK_MONOTONIC); }

ChildProgram::ChildProgram(std::vector<std::string> command, const std::string& output) : output_(output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const int error = posix_spawn(&pid_, command[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Die(fmt::format("{} cannot be started: error {}", command[0], error));
  Running().insert(pid_);
}

ChildProgram::~ChildProgram() {
  if (pid_ > 0) Stop();
}

int ChildProgram::AwaitPort(const std::string& port_file) {
  for (;;) {
    int port = 0;
    if (std::ifstream(port_file) >> port && port > 0) return port;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      Running().erase(std::exchange(pid_, -1));
      std::ostringstream text;
      text << std::ifstream(output_).rdbuf();
      Die("the server did not start: " + text.str());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

double ChildProgram::CpuSeconds() const {
  std::ifstream file(fmt::format("/proc/{}/stat", pid_));
  std::string text;
  std::getline(file, text);
  // After the name, which may have spaces, and 11 fields more: user and system time, in ticks.
  std::istringstream rest(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  double user = 0;
  double system = 0;
  if (!(rest >> user >> system)) Die("the server's CPU time cannot be read");
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ChildProgram::ResidentMib() const {
  std::ifstream file(fmt::format("/proc/{}/statm", pid_));
  double pages = 0;
  double resident = 0;
  if (!(file >> pages >> resident)) Die("the server's memory cannot be read");
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double ChildProgram::Await() {
  int status = 0;
  rusage usage = {};
  if (wait4(pid_, &status, 0, &usage) != pid_) Die("a program's end cannot be awaited");
  Running().erase(std::exchange(pid_, -1));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) Die("a program did not end well; see " + output_);
  return SecondsOf(usage.ru_utime) + SecondsOf(usage.ru_stime);
}

double ChildProgram::Stop() {
  kill(pid_, SIGTERM);
  return Await();
}

}  // namespace chirograph
