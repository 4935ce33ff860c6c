// SPDX-License-Identifier: Apache-2.0
//
// The measurements of a server that takes articles, and gives them back.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_INGEST_BENCH_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_INGEST_BENCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/benchmarks/bench_articles.h"
#include "tests/benchmarks/bench_server.h"
#include "tests/benchmarks/ingest_load.h"
#include "tests/benchmarks/report.h"

namespace chirograph {

// How much is measured.
struct BenchSizes {
  std::size_t floor_articles;
  int floor_rounds;
  std::size_t warm_up;
  std::size_t throughput;
  std::size_t latency;  // articles for each number in flight
  std::size_t documents;
  std::size_t calls;
  std::vector<std::size_t> growth;  // articles in the store, ascending
  std::size_t growth_sample;        // of these, the last ones, whose ingest is measured
  std::size_t checked;              // the one of growth with which audit and check are measured
};

// Measures a server with an archive of its own in a new folder below `folder`, and deletes that.
class IngestBench {
 public:
  IngestBench(const BenchPublisher& publisher, const std::string& folder, const std::string& program,
              const BenchSizes& sizes);

  // Ingest and reads of an archive of some size.
  void Measure(BenchReport* report);
  // Then the same figures while it grows; with BenchSizes.checked of them, what it costs to check all.
  void MeasureGrowth(BenchReport* report);

 private:
  // Ingest of some articles, and the CPU microseconds that the server took for each, with what it does for
  // them afterwards up to the next question.
  struct Ingested {
    IngestLoad load;
    double server_cpu_us = 0;
    double mean_bytes = 0;
  };
  Ingested Send(std::size_t count, std::size_t packing, std::size_t in_flight);
  Ingested Send(const std::vector<v1::IngestArticlesRequest>& messages, std::size_t in_flight);
  // Waits until the catalog has all.
  void CatchUp();
  void MeasureReads(ReadFigures* reads);
  GrowthFigures MeasureAt(std::size_t articles);
  void MeasureChecks(BenchReport* report);

  const BenchPublisher& publisher_;
  const std::string folder_;
  const std::string program_;
  const BenchSizes sizes_;
  BenchServer server_;
  std::uint64_t next_ = 1'000'000'000;  // no article of the floor's
  std::uint64_t archived_ = 0;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_INGEST_BENCH_H_
