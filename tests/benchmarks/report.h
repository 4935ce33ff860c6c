// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_REPORT_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/benchmarks/checks.h"
#include "tests/benchmarks/floor.h"
#include "tests/benchmarks/reads.h"

namespace chirograph {

struct AckFigures {
  std::size_t in_flight = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

struct IngestFigures {
  std::size_t articles = 0;
  double articles_per_s = 0;
  double server_cpu_us = 0;  // for one article, as are the next
  double client_cpu_us = 0;
  double mean_bytes = 0;  // of an article on the wire
  std::vector<AckFigures> acks;
  double documents_per_s = 0;  // the same as source documents
  double document_server_cpu_us = 0;
};

struct ReadFigures {
  CallFigures get;
  CallFigures echo;  // calls that need no work, with answers as large
  CallFigures proof;
  ListFigures list;
  ListFigures scan;  // of the same contents, without all else
};

// With so many articles in the store.
struct GrowthFigures {
  std::uint64_t articles = 0;
  double ingest_cpu_us = 0;
  double get_p50_us = 0;
  double proof_us = 0;
  double open_ms = 0;
  double rss_mib = 0;
  double disk_bytes_per_article = 0;
  double sent_bytes_per_article = 0;
};

struct BenchReport {
  std::string machine;
  std::string commit;
  std::string date;
  bool quick = false;
  Floor floor;
  IngestFigures ingest;
  ReadFigures reads;
  std::vector<GrowthFigures> growth;
  std::optional<CheckFigures> check;  // these two only where growth was measured
  std::optional<CheckFigures> audit;
};

// For a person, in lines.
std::string ReportTable(const BenchReport& report);
// The keys that docs/performance.md names.
nlohmann::ordered_json ReportJson(const BenchReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_REPORT_H_
