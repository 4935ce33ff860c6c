// SPDX-License-Identifier: Apache-2.0
//
// `./run bench`: what ingest and reading cost, beside what they must cost. docs/performance.md says what each
// figure is.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/file.h"
#include "tests/benchmarks/bench_articles.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/echo.h"
#include "tests/benchmarks/ingest_bench.h"
#include "tests/benchmarks/receiver.h"
#include "tests/benchmarks/report.h"

namespace chirograph {
namespace {

struct BenchOptions {
  bool quick = false;
  bool no_growth = false;
  std::string json;
  std::string commit = "unknown";
  std::string receiver;
  std::string echo;
  std::size_t echo_bytes = 0;
};

const BenchSizes kFull = {.floor_articles = 500,
                          .floor_rounds = 21,
                          .warm_up = 2000,
                          .throughput = 40'000,
                          .latency = 2000,
                          .documents = 10'000,
                          .calls = 20'000,
                          .growth = {10'000, 100'000, 1'000'000},
                          .growth_sample = 5000,
                          .checked = 100'000};
const BenchSizes kQuick = {.floor_articles = 50,
                           .floor_rounds = 3,
                           .warm_up = 64,
                           .throughput = 1000,
                           .latency = 100,
                           .documents = 100,
                           .calls = 200,
                           .growth = {300, 600},
                           .growth_sample = 200,
                           .checked = 600};

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

void Measure(const BenchPublisher& publisher, const std::string& folder, const std::string& program,
             const BenchSizes& sizes, bool with_growth, BenchReport* report) {
  IngestBench(publisher, folder + "/ingest", program, sizes).Measure(report);
  if (with_growth) IngestBench(publisher, folder + "/growth", program, sizes).MeasureGrowth(report);
}

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
  Measure(publisher, folder, program, sizes, !options.no_growth, &report);
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
  CLI::App app("Measures what ingest and reading cost beside what they must cost", "bench");
  app.add_flag("--quick", options.quick, "In seconds, with figures that are worth little");
  app.add_flag("--no-growth", options.no_growth,
               "Leave out the growth to a million articles, and check and audit: minutes");
  app.add_option("--json", options.json, "Write the figures to this file, too");
  app.add_option("--commit", options.commit, "What is measured");
  app.add_option("--receiver", options.receiver)->group("");
  app.add_option("--echo", options.echo)->group("");
  app.add_option("--echo-bytes", options.echo_bytes)->group("");
  CLI11_PARSE(app, argc, argv);
  if (!options.receiver.empty()) {
    chirograph::RunReceiver(options.receiver);
    return 0;
  }
  if (!options.echo.empty()) {
    chirograph::RunEcho(options.echo, options.echo_bytes);
    return 0;
  }
  return chirograph::Run(options, std::filesystem::canonical("/proc/self/exe").string());
}
