// SPDX-License-Identifier: Apache-2.0
#include "service/unread_message.h"

#include <google/protobuf/unknown_field_set.h>

namespace chirograph {
namespace {

// A field that no message of ours has.
constexpr int kUnreadMark = 1 << 20;

}  // namespace

void MarkUnread(google::protobuf::Message* message) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(kUnreadMark, 1);
}

bool IsUnread(const google::protobuf::Message& message) {
  const google::protobuf::UnknownFieldSet& unknown = message.GetReflection()->GetUnknownFields(message);
  return unknown.field_count() == 1 && unknown.field(0).number() == kUnreadMark;
}

}  // namespace chirograph
