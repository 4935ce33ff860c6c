// SPDX-License-Identifier: Apache-2.0
//
// Where a protobuf field's bytes lie in a message: for somebody who looks at the bytes without protobuf.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_FIELD_POSITION_H_
#define CHIROGRAPH_CLIENT_INTERNAL_FIELD_POSITION_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace chirograph::internal {

// One field of a message, in bytes from the message's beginning.
struct FieldPosition {
  int number = 0;
  std::size_t begin = 0;  // of its tag
  std::size_t value = 0;  // of a varint, or of what is behind the length
  std::size_t end = 0;
};

// The fields of `message` in its order, the fields within fields not looked at. Nothing: it is no protobuf
// message, or has a field that is neither a varint nor of a length.
std::optional<std::vector<FieldPosition>> FindFields(std::string_view message);

// The last field of `message` with that number, which is the one that counts. Nothing: there is none, or as
// FindFields.
std::optional<FieldPosition> FindField(std::string_view message, int number);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_FIELD_POSITION_H_
