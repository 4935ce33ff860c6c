// SPDX-License-Identifier: Apache-2.0
//
// `./run bench`: what ingest costs, beside what it must cost. docs/performance.md says what each figure is.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/file.h"
#include "tests/benchmarks/bench_articles.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"
#include "tests/benchmarks/ingest_load.h"
#include "tests/benchmarks/receiver.h"
#include "tests/benchmarks/report.h"

namespace chirograph {
namespace {

struct BenchOptions {
  bool quick = false;
  std::string json;
  std::string commit = "unknown";
  std::string receiver;
};

struct BenchSizes {
  std::size_t floor_articles;
  int floor_rounds;
  std::size_t warm_up;
  std::size_t throughput;
  std::size_t latency;  // for each number in flight
};
constexpr BenchSizes kFull = {500, 21, 2000, 40'000, 2000};
constexpr BenchSizes kQuick = {50, 3, 64, 1000, 100};

constexpr std::size_t kInFlight[] = {1, 16, 256};
// More than the server takes from one stream: its window decides.
constexpr std::size_t kUnbounded = 4096;

std::string Machine() {
  std::string model = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(": ") + 2);
  }
  utsname system = {};
  uname(&system);
  return fmt::format("{}, {} processors, Linux {}", model, std::thread::hardware_concurrency(),
                     system.release);
}

class IngestBench {
 public:
  IngestBench(const BenchPublisher& publisher, const std::string& folder, const BenchSizes& sizes)
      : publisher_(publisher), folder_(folder), sizes_(sizes) {}

  IngestFigures Run() {
    const std::string data = folder_ + "/archive";
    ChildProgram({CHIROGRAPHD_BINARY, "init", "--data-dir", data, "--origin", "bench.example/log"},
                 folder_ + "/init.txt")
        .Await();
    ChildProgram server({CHIROGRAPHD_BINARY, "serve", "--data-dir", data, "--listen", "127.0.0.1:0",
                         "--port-file", folder_ + "/port", "--keyring", publisher_.keyring()},
                        folder_ + "/server.txt");
    address_ = fmt::format("127.0.0.1:{}", server.AwaitPort(folder_ + "/port"));
    IngestFigures figures;
    Send(sizes_.warm_up, kPacking, kUnbounded);
    const double cpu_before = server.CpuSeconds();
    const IngestLoad load = Send(sizes_.throughput, kPacking, kUnbounded);
    // What the server does for them later counts too.
    const double cpu = server.CpuSeconds() - cpu_before;
    const auto count = static_cast<double>(load.articles);
    figures.articles = load.articles;
    figures.articles_per_s = count / load.seconds;
    figures.server_cpu_us = cpu * 1e6 / count;
    figures.client_cpu_us = load.client_cpu_seconds * 1e6 / count;
    figures.mean_bytes = static_cast<double>(bytes_) / count;
    for (const std::size_t in_flight : kInFlight) {
      const IngestLoad acks = Send(sizes_.latency, std::min(in_flight, kPacking), in_flight);
      figures.acks.push_back({in_flight, Quantile(acks.ack_ms, 0.5), Quantile(acks.ack_ms, 0.99)});
    }
    server.Stop();
    return figures;
  }

 private:
  IngestLoad Send(std::size_t count, std::size_t packing, std::size_t in_flight) {
    const std::vector<v1::Article> articles = MakeArticles(publisher_, next_, count);
    next_ += count;
    bytes_ = 0;
    for (const v1::Article& article : articles) bytes_ += article.ByteSizeLong();
    return RunIngestLoad(address_, PackArticles(articles, packing), in_flight);
  }

  const BenchPublisher& publisher_;
  const std::string folder_;
  const BenchSizes sizes_;
  std::string address_;
  std::uint64_t next_ = 1'000'000;  // no article of the floor's
  std::size_t bytes_ = 0;
};

int Run(const BenchOptions& options, const std::string& program) {
  const BenchSizes& sizes = options.quick ? kQuick : kFull;
  // On the disk where the build is: /tmp may be memory.
  const std::string folder =
      fmt::format("{}/bench-{}", std::filesystem::path(program).parent_path().string(), getpid());
  OrDie(MakeNewFolder(folder, FileAccess::kSecret));
  const BenchPublisher publisher(folder);
  BenchReport report;
  report.machine = Machine();
  report.commit = options.commit;
  report.date = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  report.quick = options.quick;
  report.floor = MeasureFloor(MakeArticles(publisher, 0, sizes.floor_articles), publisher, program, folder,
                              sizes.floor_rounds);
  report.ingest = IngestBench(publisher, folder, sizes).Run();
  std::filesystem::remove_all(folder);
  fmt::print("{}", ReportTable(report));
  if (!options.json.empty()) {
    OrDie(WriteFileAtomically(options.json, ReportJson(report).dump(2) + "\n", FileAccess::kPublic));
  }
  return 0;
}

}  // namespace
}  // namespace chirograph

int main(int argc, char** argv) {
  chirograph::BenchOptions options;
  CLI::App app("Measures what ingest costs beside what it must cost", "bench");
  app.add_flag("--quick", options.quick, "In seconds, with figures that are worth little");
  app.add_option("--json", options.json, "Write the figures to this file, too");
  app.add_option("--commit", options.commit, "What is measured");
  app.add_option("--receiver", options.receiver)->group("");
  CLI11_PARSE(app, argc, argv);
  if (!options.receiver.empty()) {
    chirograph::RunReceiver(options.receiver);
    return 0;
  }
  return chirograph::Run(options, std::filesystem::canonical("/proc/self/exe").string());
}
