// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_CHILD_PROGRAM_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_CHILD_PROGRAM_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace chirograph {

// CPU time that this process, with all its threads, or this thread has taken, in seconds.
double ProcessCpuSeconds();
double ThreadCpuSeconds();
// Wall clock, from some beginning.
double NowSeconds();

// Another program, beside this one; ended with it.
class ChildProgram {
 public:
  // Starts `command`; what it writes goes to `output`.
  ChildProgram(std::vector<std::string> command, const std::string& output);
  // Stop().
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  // Waits until it has written a port to `port_file`.
  int AwaitPort(const std::string& port_file);
  // Waits for its end, which must be well. CPU seconds in all (getrusage). Only once.
  double Await();
  // Of all its threads, those that ended too; in hundredths of a second.
  double CpuSeconds() const;
  // Of its memory that is resident.
  double ResidentMib() const;
  // SIGTERM, and waits. CPU seconds in all (getrusage). Only once.
  double Stop();

 private:
  pid_t pid_ = -1;
  std::string output_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_CHILD_PROGRAM_H_
