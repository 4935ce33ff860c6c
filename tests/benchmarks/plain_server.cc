// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/plain_server.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <memory>

#include "crypto/file.h"
#include "tests/benchmarks/bench_error.h"

namespace chirograph {

void RunPlainServer(grpc::Service* service, const std::string& port_file) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) Die("a server to compare with cannot listen");
  OrDie(WriteFileAtomically(port_file, fmt::format("{}\n", port), FileAccess::kPublic));
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown();
}

}  // namespace chirograph
