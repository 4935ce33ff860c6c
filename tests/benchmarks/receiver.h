// SPDX-License-Identifier: Apache-2.0
//
// A server that takes messages of a stream and does nothing with them: what gRPC alone costs.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_RECEIVER_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_RECEIVER_H_

#include <string>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"

namespace chirograph {

// Serves until SIGTERM; writes its port to `port_file`.
void RunReceiver(const std::string& port_file);

// Sends `messages`, `rounds` times over, to a receiver that `program` is started as. CPU microseconds of the
// receiver for one submission.
double MeasureReceiving(const std::string& program, const std::string& folder,
                        const std::vector<v1::IngestArticlesRequest>& messages, int rounds);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_RECEIVER_H_
