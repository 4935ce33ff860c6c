// SPDX-License-Identifier: Apache-2.0
//
// What a call is answered whose request cannot be read. gRPC says UNIMPLEMENTED without a word, as if there
// were no such method.
#ifndef CHIROGRAPH_SERVICE_UNREADABLE_REQUEST_H_
#define CHIROGRAPH_SERVICE_UNREADABLE_REQUEST_H_

#include <grpcpp/server_builder.h>

namespace chirograph {

// Makes the server of `builder` answer a chirograph.v1 call whose request's bytes are no such message with
// INVALID_ARGUMENT, REQUEST_INVALID. Methods that take articles say so themselves (raw_message.h).
void AnswerUnreadableRequests(grpc::ServerBuilder& builder);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_UNREADABLE_REQUEST_H_
