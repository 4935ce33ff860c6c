// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/bench_server.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace chirograph {

BenchServer::BenchServer(std::string folder, std::string keyring)
    : folder_(std::move(folder)), keyring_(std::move(keyring)) {
  ChildProgram(
      {CHIROGRAPHD_BINARY, "init", "--data-dir", folder_ + "/archive", "--origin", "bench.example/log"},
      folder_ + "/init.txt")
      .Await();
  Start();
}

void BenchServer::Stop() {
  server_->Stop();
  server_.reset();
}

double BenchServer::Start() {
  const std::string port_file = folder_ + "/port";
  std::filesystem::remove(port_file);
  const double start = NowSeconds();
  server_.emplace(std::vector<std::string>{CHIROGRAPHD_BINARY, "serve", "--data-dir", folder_ + "/archive",
                                           "--listen", "127.0.0.1:0", "--http-listen", "none", "--port-file",
                                           port_file, "--keyring", keyring_},
                  folder_ + "/server.txt");
  address_ = fmt::format("127.0.0.1:{}", server_->AwaitPort(port_file));
  return (NowSeconds() - start) * 1e3;
}

std::uint64_t BenchServer::DiskBytes() const {
  std::uint64_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ + "/archive")) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  return bytes;
}

}  // namespace chirograph
