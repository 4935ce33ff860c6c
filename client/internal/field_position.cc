// SPDX-License-Identifier: Apache-2.0
#include "client/internal/field_position.h"

#include <algorithm>
#include <cstdint>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace chirograph::internal {

using google::protobuf::internal::WireFormatLite;

std::optional<std::vector<FieldPosition>> FindFields(std::string_view message) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(message.data()),
                                               static_cast<int>(message.size()));
  const auto at = [&input] { return static_cast<std::size_t>(input.CurrentPosition()); };
  std::vector<FieldPosition> fields;
  while (at() < message.size()) {
    FieldPosition field;
    field.begin = at();
    const std::uint32_t tag = input.ReadTag();
    if (tag == 0) return std::nullopt;
    field.number = WireFormatLite::GetTagFieldNumber(tag);
    field.value = at();
    std::uint64_t number = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        if (!input.ReadVarint64(&number)) return std::nullopt;
        break;
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        if (!input.ReadVarint64(&number) || number > message.size() - at()) return std::nullopt;
        field.value = at();
        input.Skip(static_cast<int>(number));
        break;
      default:
        return std::nullopt;
    }
    field.end = at();
    fields.push_back(field);
  }
  return fields;
}

std::optional<FieldPosition> FindField(std::string_view message, int number) {
  const std::optional<std::vector<FieldPosition>> fields = FindFields(message);
  if (!fields.has_value()) return std::nullopt;
  const auto last = std::find_if(fields->rbegin(), fields->rend(),
                                 [number](const FieldPosition& field) { return field.number == number; });
  return last == fields->rend() ? std::nullopt : std::optional<FieldPosition>(*last);
}

}  // namespace chirograph::internal
