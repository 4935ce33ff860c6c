// SPDX-License-Identifier: Apache-2.0
//
// The `chirograph` program.
#include <google/protobuf/stubs/logging.h>
#include <stdlib.h>  // setenv

#include <string>
#include <vector>

#include "client/cli/command_line.h"
#include "client/cli/host.h"

int main(int argc, char** argv) {
  // What gRPC and protobuf would write to standard error the commands say in their own words; who wants both
  // says so.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  google::protobuf::SetLogHandler(nullptr);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto host = chirograph::MakeProcessHost();
  return static_cast<int>(chirograph::RunCommandLine(arguments, *host));
}
