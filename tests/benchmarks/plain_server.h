// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_PLAIN_SERVER_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_PLAIN_SERVER_H_

#include <grpcpp/impl/service_type.h>

#include <string>

namespace chirograph {

// Serves all calls by `service` on a port of loopback, which it writes to `port_file`, until SIGTERM.
void RunPlainServer(grpc::Service* service, const std::string& port_file);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_PLAIN_SERVER_H_
