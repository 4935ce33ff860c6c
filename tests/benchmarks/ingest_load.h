// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_INGEST_LOAD_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_INGEST_LOAD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"

namespace chirograph {

struct IngestLoad {
  double seconds = 0;
  double client_cpu_seconds = 0;  // of this process, while it lasted
  std::size_t articles = 0;
  std::vector<double> ack_ms;  // sorted; from when its message was handed to gRPC until its receipt was read
};

// Sends `messages`, whose tags are 0, 1 and so on, over one stream to `address`, with at most `in_flight`
// articles unanswered at a time (at least one message). Ends the benchmark where one is not archived.
IngestLoad RunIngestLoad(const std::string& address, const std::vector<v1::IngestArticlesRequest>& messages,
                         std::size_t in_flight);

// Of sorted values; `share` from 0 to 1.
double Quantile(const std::vector<double>& sorted, double share);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_INGEST_LOAD_H_
