// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_BENCH_SERVER_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_BENCH_SERVER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "tests/benchmarks/child_program.h"

namespace chirograph {

// chirographd with an archive of its own in a folder. What fails ends the benchmark.
class BenchServer {
 public:
  // Makes the archive in `folder`, which is there, and starts to serve it.
  BenchServer(std::string folder, std::string keyring);

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }
  double CpuSeconds() const { return server_->CpuSeconds(); }
  double ResidentMib() const { return server_->ResidentMib(); }
  // Ends the server, and waits.
  void Stop();
  // Starts one that was stopped; milliseconds from the start of the program until it listens.
  double Start();

  // Where the archive and its store are, and bytes of all files of the archive.
  std::string archive_path() const { return folder_ + "/archive"; }
  std::string store_path() const { return archive_path() + "/store"; }
  std::uint64_t DiskBytes() const;

 private:
  const std::string folder_;
  const std::string keyring_;
  std::string address_;
  std::optional<ChildProgram> server_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_BENCH_SERVER_H_
