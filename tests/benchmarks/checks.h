// SPDX-License-Identifier: Apache-2.0
//
// What it costs to recompute a whole archive: the stranger's audit, and the operator's check.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_CHECKS_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_CHECKS_H_

#include <cstdint>
#include <string>

#include "tests/benchmarks/bench_server.h"
#include "tests/benchmarks/floor.h"

namespace chirograph {

// One run over everything, on all processors.
struct CheckFigures {
  std::uint64_t articles = 0;
  double articles_per_s = 0;
  double cpu_us = 0;         // of the program that checks, for one article
  double server_cpu_us = 0;  // of the server that it fetches from, likewise; the check asks none
};

// CPU microseconds of what checking one article cannot avoid: verifying its RSA signature, and hashing.
double CheckFloorUs(const Floor& floor);

// `chirograph audit --full` of a server with `articles`, with state of its own below `folder`. A finding ends
// the benchmark, as does another number of articles.
CheckFigures MeasureAudit(const BenchServer& server, const std::string& keyring, const std::string& folder,
                          std::uint64_t articles);

// `chirographd check` of the same archive, likewise. Its server must be stopped.
CheckFigures MeasureCheck(const BenchServer& server, const std::string& keyring, const std::string& folder,
                          std::uint64_t articles);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_CHECKS_H_
