// SPDX-License-Identifier: Apache-2.0
//
// Whether a stream's read came to a message. gRPC's reading fails alike where the client has closed its side
// and where what it sent is no such message.
#ifndef CHIROGRAPH_SERVICE_UNREAD_MESSAGE_H_
#define CHIROGRAPH_SERVICE_UNREAD_MESSAGE_H_

#include <google/protobuf/message.h>

namespace chirograph {

// Marks `message`, which a read is to fill: reading begins by clearing it.
void MarkUnread(google::protobuf::Message* message);

// Whether no read has touched it since it was marked.
bool IsUnread(const google::protobuf::Message& message);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_UNREAD_MESSAGE_H_
