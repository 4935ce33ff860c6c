// SPDX-License-Identifier: Apache-2.0
//
// VerificationService.VerifyArticles. One message is read, answered and written before the next: a client
// that does not read costs one message of each, and no thread.
#ifndef CHIROGRAPH_SERVICE_VERIFY_STREAM_H_
#define CHIROGRAPH_SERVICE_VERIFY_STREAM_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "service/archive.h"

namespace chirograph {

// Starts the handling of one call. `archive` and its parts must outlive the call.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartVerifyStream(const Archive& archive);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_VERIFY_STREAM_H_
