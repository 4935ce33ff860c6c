// SPDX-License-Identifier: Apache-2.0
//
// LogService.StreamEntries. It prepares one message at a time, on a worker: the next one when gRPC has taken
// the last.
#ifndef CHIROGRAPH_SERVICE_STREAM_ENTRIES_H_
#define CHIROGRAPH_SERVICE_STREAM_ENTRIES_H_

#include <grpcpp/support/server_callback.h>

#include "chirograph/v1/log_service.pb.h"
#include "service/archive.h"

namespace chirograph {

// Handles the call. `archive` and its parts, and `context`, must outlive it.
grpc::ServerWriteReactor<v1::StreamEntriesResponse>* StartStreamEntries(
    const Archive& archive, grpc::CallbackServerContext* context, const v1::StreamEntriesRequest& request);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_STREAM_ENTRIES_H_
