// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_TIMESTAMP_TEXT_H_
#define CHIROGRAPH_PROTO_INTERNAL_TIMESTAMP_TEXT_H_

#include "google/protobuf/timestamp.pb.h"

namespace chirograph::internal {

// Characters of "2021-02-14T15:21:00.123456789Z", the longest form.
inline constexpr int kMaxTimestampChars = 30;

// As AppendTimestampText, into the kMaxTimestampChars bytes at `to`. Answers with the end of what it wrote.
char* WriteTimestampText(const google::protobuf::Timestamp& timestamp, char* to);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_TIMESTAMP_TEXT_H_
