// SPDX-License-Identifier: Apache-2.0
//
// Messages as gRPC has them, where the server parses them itself: so that it says what is wrong with one that
// cannot be read, and never makes gigabytes of megabytes.
#ifndef CHIROGRAPH_SERVICE_RAW_MESSAGE_H_
#define CHIROGRAPH_SERVICE_RAW_MESSAGE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <string_view>

#include "absl/status/status.h"

namespace chirograph {

// INVALID_ARGUMENT, REQUEST_INVALID: what was sent is no `message` (its name).
absl::Status UnreadableMessage(std::string_view message);

// Parses `bytes` into `message`. REQUEST_INVALID: it is no such message, or would take more than
// limits::kMaxParsedMessageBytes of memory; `message` is then empty or a part.
absl::Status ReadRawMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// Puts the bytes of `message`, which is under 2 GiB, in place of `bytes`.
void WriteRawMessage(const google::protobuf::Message& message, grpc::ByteBuffer* bytes);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_RAW_MESSAGE_H_
