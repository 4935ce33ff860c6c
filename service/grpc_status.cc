// SPDX-License-Identifier: Apache-2.0
#include "service/grpc_status.h"

#include <spdlog/spdlog.h>

#include <string>

#include "proto/rpc_error.h"

namespace chirograph {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (!ReasonOf(status))
    spdlog::error("a call failed for no reason that a client knows: {}", status.ToString());
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString());
}

grpc::Status CancelledByClient() { return {grpc::StatusCode::CANCELLED, "the client ended the call"}; }

}  // namespace chirograph
