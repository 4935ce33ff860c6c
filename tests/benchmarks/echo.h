// SPDX-License-Identifier: Apache-2.0
//
// A server that answers every call with as many bytes as it is told: what a call costs that needs no work.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_ECHO_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_ECHO_H_

#include <cstddef>
#include <string>

namespace chirograph {

// Serves until SIGTERM; writes its port to `port_file`. Each answer is a GetArticleResponse of about `bytes`.
void RunEcho(const std::string& port_file, std::size_t bytes);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_ECHO_H_
