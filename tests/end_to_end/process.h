// SPDX-License-Identifier: Apache-2.0
//
// Other programs, run and watched by a test.
#ifndef CHIROGRAPH_TESTS_END_TO_END_PROCESS_H_
#define CHIROGRAPH_TESTS_END_TO_END_PROCESS_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace chirograph {

struct ProcessOptions {
  std::string folder;                        // to run in; empty: this process's
  std::map<std::string, std::string> added;  // to the environment, which is this process's else
  std::string input;                         // standard input
};

// What a finished program left.
struct ProcessResult {
  int exit_code = -1;  // 128 + N where signal N ended it
  std::string out;
  std::string err;
};

// A program that runs. Standard output and error go into files. Ended by SIGKILL when this goes.
class Process {
 public:
  // `arguments` begin with the program. Fails the test where it cannot be started.
  explicit Process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool IsRunning();
  void Signal(int signal);
  // Waits for its end; fails the test, and kills it, where that takes longer than `patience`.
  ProcessResult Wait(absl::Duration patience = absl::Seconds(300));
  // What it has written to standard output so far.
  std::string OutSoFar() const;
  std::string ErrSoFar() const;

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
  std::string out_path_;
  std::string err_path_;
};

// Runs it to its end.
ProcessResult RunProcess(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_END_TO_END_PROCESS_H_
