// SPDX-License-Identifier: Apache-2.0
#include "proto/parsed_size.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace chirograph {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

// Of anything on the heap: what malloc adds, and the pointer to it.
constexpr std::size_t kAllocationBytes = 24;
constexpr std::size_t kTextBytes = sizeof(std::string) + kAllocationBytes;
// protobuf's own bound, beyond which it refuses the message.
constexpr int kMaxDepth = 100;

// An entry of a map is no message in memory, but a node and its place in a table; key and value count by
// themselves.
constexpr std::size_t kMapEntryBytes = 64;

const google::protobuf::Message& PrototypeOf(const Descriptor& type) {
  return *google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
}

class Meter {
 public:
  Meter(google::protobuf::io::CodedInputStream& in, std::size_t enough) : in_(in), enough_(enough) {}

  std::size_t total() const { return total_; }

  // Adds a message of `type`, with the fields up to the limit in force. False: no more is to be read.
  bool AddMessage(const Descriptor& type, int depth) {
    total_ += SizeOf(type) + kAllocationBytes;
    while (total_ <= enough_) {
      const std::uint32_t tag = in_.ReadTag();
      if (tag == 0) return true;
      if (!AddField(type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag)), tag, depth)) return false;
    }
    return false;
  }

 private:
  bool AddField(const FieldDescriptor* field, std::uint32_t tag, int depth) {
    if (field == nullptr) total_ += kTextBytes;
    std::uint64_t number = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        return in_.ReadVarint64(&number);
      case WireFormatLite::WIRETYPE_FIXED64:
        return in_.Skip(sizeof(std::uint64_t));
      case WireFormatLite::WIRETYPE_FIXED32:
        return in_.Skip(sizeof(std::uint32_t));
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        return AddDelimited(field, depth);
      default:
        return true;  // a group's fields are taken for its message's, which the parser will see
    }
  }

  bool AddDelimited(const FieldDescriptor* field, int depth) {
    std::uint32_t length = 0;
    if (!in_.ReadVarint32(&length) || length > kMaxLength) return false;
    const int size = static_cast<int>(length);
    const Descriptor* const type = field == nullptr ? nullptr : field->message_type();
    if (type == nullptr || depth == kMaxDepth) {
      total_ += kTextBytes + length;
      return in_.Skip(size);
    }
    const auto limit = in_.PushLimit(size);
    const bool goes_on = AddMessage(*type, depth + 1);
    // What is left is no field: the parser will say so.
    const bool is_whole = goes_on && in_.BytesUntilLimit() == 0;
    in_.PopLimit(limit);
    return is_whole;
  }

  std::size_t SizeOf(const Descriptor& type) {
    std::size_t& size = sizes_[&type];
    if (size == 0) size = type.options().map_entry() ? kMapEntryBytes : PrototypeOf(type).SpaceUsedLong();
    return size;
  }

  static constexpr std::uint32_t kMaxLength = 1U << 30;

  google::protobuf::io::CodedInputStream& in_;
  const std::size_t enough_;
  std::size_t total_ = 0;
  std::unordered_map<const Descriptor*, std::size_t> sizes_;
};

}  // namespace

std::size_t EstimateParsedSize(const Descriptor& type, google::protobuf::io::ZeroCopyInputStream& bytes,
                               std::size_t enough) {
  google::protobuf::io::CodedInputStream in(&bytes);
  Meter meter(in, enough);
  meter.AddMessage(type, 0);
  return meter.total();
}

}  // namespace chirograph
