// SPDX-License-Identifier: Apache-2.0
//
// What a message will take in memory, from its bytes. A field of two bytes may take a hundred once it is
// parsed, and protobuf parses whatever it is given.
#ifndef CHIROGRAPH_PROTO_PARSED_SIZE_H_
#define CHIROGRAPH_PROTO_PARSED_SIZE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <cstddef>

namespace chirograph {

// No message of ours takes more than so many bytes of memory for a byte on the wire.
inline constexpr std::size_t kMaxBytesParsedOfOne = 128;

// Bytes that a message of `type`, a generated one, made of `bytes` takes in memory, estimated from above:
// each message, text and unknown field as if it were kept by itself. Reads until it knows that it is more
// than `enough`, or can read no more: what is no message takes what its beginning does. Pure; takes time in
// proportion to the fields.
std::size_t EstimateParsedSize(const google::protobuf::Descriptor& type,
                               google::protobuf::io::ZeroCopyInputStream& bytes, std::size_t enough);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_PARSED_SIZE_H_
