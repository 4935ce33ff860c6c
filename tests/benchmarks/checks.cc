// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/checks.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"

namespace chirograph {
namespace {

// The last line of `output` that has `key`, of JSON lines.
nlohmann::json Summary(const std::string& output, const char* key) {
  nlohmann::json summary;
  std::ifstream file(output);
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.contains(key)) summary = json[key];
  }
  if (!summary.is_object()) Die(fmt::format("{} has no {}", output, key));
  return summary;
}

CheckFigures Run(std::vector<std::string> command, const std::string& output, const char* key,
                 std::uint64_t articles) {
  CheckFigures figures{.articles = articles};
  const double start = NowSeconds();
  const double cpu_seconds = ChildProgram(std::move(command), output).Await();
  const double seconds = NowSeconds() - start;
  const nlohmann::json summary = Summary(output, key);
  if (summary["articles"] != articles || summary["findings"] != 0) {
    Die(fmt::format("not {} articles without a finding: {}", articles, summary.dump()));
  }
  figures.articles_per_s = static_cast<double>(articles) / seconds;
  figures.cpu_us = cpu_seconds * 1e6 / static_cast<double>(articles);
  return figures;
}

}  // namespace

double CheckFloorUs(const Floor& floor) {
  double cpu_us = 0;
  for (const FloorStep& step : floor.steps) {
    if (step.is_checking) cpu_us += step.cpu_us;
  }
  return cpu_us;
}

CheckFigures MeasureAudit(const BenchServer& server, const std::string& keyring, const std::string& folder,
                          std::uint64_t articles) {
  const double server_cpu_before = server.CpuSeconds();
  CheckFigures figures =
      Run({CHIROGRAPH_BINARY, "--server", server.address(), "--state-dir", folder + "/audit-state",
           "--trust-first-use", "--keyring", keyring, "--json", "audit", "--full"},
          folder + "/audit.json", "audit", articles);
  figures.server_cpu_us = (server.CpuSeconds() - server_cpu_before) * 1e6 / static_cast<double>(articles);
  return figures;
}

CheckFigures MeasureCheck(const BenchServer& server, const std::string& keyring, const std::string& folder,
                          std::uint64_t articles) {
  return Run(
      {CHIROGRAPHD_BINARY, "check", "--data-dir", server.archive_path(), "--keyring", keyring, "--json"},
      folder + "/check.json", "check", articles);
}

}  // namespace chirograph
