// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_GRPC_STATUS_H_
#define CHIROGRAPH_SERVICE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace chirograph {

// `status` as it is sent, with google.rpc.Status in grpc-status-details-bin (see rpc_error.h). One without an
// ErrorReason is a defect of ours: it is written to the diagnostics, and the client gets INTERNAL.
grpc::Status ToGrpcStatus(const absl::Status& status);

// What a call ends with whose client wants no more of it.
grpc::Status CancelledByClient();

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_GRPC_STATUS_H_
