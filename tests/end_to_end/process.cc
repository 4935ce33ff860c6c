// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/time/clock.h"

extern char** environ;

namespace chirograph {
namespace {

std::string NewTemporaryFile() {
  std::string pattern = (std::filesystem::temp_directory_path() / "chirograph-process-XXXXXX").string();
  const int file = mkstemp(pattern.data());
  EXPECT_GE(file, 0);
  if (file >= 0) close(file);
  return pattern;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// This process's environment without what would steer the program, and with what was added.
std::vector<std::string> EnvironmentOf(const ProcessOptions& options) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (name.rfind("CHIROGRAPH_", 0) != 0) variables[name] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : options.added) variables[name] = value;
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, where only async-signal-safe calls are allowed.
[[noreturn]] void Execute(char* const* arguments, char* const* environment, const char* folder, int in,
                          int out, int err, pid_t parent) {
  // A test run that is cut off leaves no server behind. The parent may be gone already.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(125);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (*folder != '\0' && chdir(folder) != 0) _exit(126);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(arguments[0], arguments, environment);
  _exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const ProcessOptions& options)
    : out_path_(NewTemporaryFile()), err_path_(NewTemporaryFile()) {
  const std::string in_path = NewTemporaryFile();
  std::ofstream(in_path, std::ios::binary) << options.input;
  const int in = open(in_path.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = open(out_path_.c_str(), O_WRONLY | O_CLOEXEC);
  const int err = open(err_path_.c_str(), O_WRONLY | O_CLOEXEC);
  std::vector<std::string> argument_texts = arguments;
  std::vector<std::string> environment_texts = EnvironmentOf(options);
  const std::vector<char*> argument_pointers = Pointers(argument_texts);
  const std::vector<char*> environment_pointers = Pointers(environment_texts);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    Execute(argument_pointers.data(), environment_pointers.data(), options.folder.c_str(), in, out, err,
            parent);
  }
  if (pid_ < 0) ADD_FAILURE() << "cannot fork";
  for (const int file : {in, out, err}) close(file);
  std::filesystem::remove(in_path);
}

Process::~Process() {
  if (IsRunning()) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
  }
  std::error_code ignored;
  std::filesystem::remove(out_path_, ignored);
  std::filesystem::remove(err_path_, ignored);
}

bool Process::IsRunning() {
  if (!ended_ && pid_ > 0) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_ && pid_ > 0;
}

void Process::Signal(int signal) {
  if (IsRunning()) kill(pid_, signal);
}

ProcessResult Process::Wait(absl::Duration patience) {
  const absl::Time deadline = absl::Now() + patience;
  while (IsRunning()) {
    if (absl::Now() > deadline) {
      ADD_FAILURE() << "the program did not end within " << absl::FormatDuration(patience) << ": "
                    << ErrSoFar();
      kill(pid_, SIGKILL);
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
  ProcessResult result;
  result.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  result.out = OutSoFar();
  result.err = ErrSoFar();
  return result;
}

std::string Process::OutSoFar() const { return ReadAll(out_path_); }
std::string Process::ErrSoFar() const { return ReadAll(err_path_); }

ProcessResult RunProcess(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  return Process(arguments, options).Wait();
}

}  // namespace chirograph
