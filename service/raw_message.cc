// SPDX-License-Identifier: Apache-2.0
#include "service/raw_message.h"

#include <fmt/format.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>
#include <spdlog/spdlog.h>

#include <string>

#include "crypto/limits.h"
#include "proto/parsed_size.h"
#include "proto/rpc_error.h"

namespace chirograph {
namespace {

absl::Status CheckParsedSize(grpc::ByteBuffer bytes, const google::protobuf::Descriptor& type) {
  // Most messages cannot be too large, and need not be looked at.
  if (bytes.Length() <= limits::kMaxParsedMessageBytes / kMaxBytesParsedOfOne) return absl::OkStatus();
  grpc::ProtoBufferReader reader(&bytes);
  if (!reader.status().ok()) return UnreadableMessage(type.name());
  if (EstimateParsedSize(type, reader, limits::kMaxParsedMessageBytes) <= limits::kMaxParsedMessageBytes) {
    return absl::OkStatus();
  }
  return MakeError(v1::ERROR_REASON_REQUEST_INVALID,
                   fmt::format("the {} of {} bytes has so many fields that it would take over {} MiB of "
                               "memory; send fewer articles "
                               "in a message",
                               type.name(), bytes.Length(), limits::kMaxParsedMessageBytes >> 20));
}

}  // namespace

absl::Status UnreadableMessage(std::string_view message) {
  return MakeError(
      v1::ERROR_REASON_REQUEST_INVALID,
      fmt::format("what was sent is no {}: its bytes cannot be parsed, or have text that is not UTF-8, or "
                  "messages nested deeper than the 100 that protobuf takes",
                  message));
}

absl::Status ReadRawMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  if (absl::Status status = CheckParsedSize(bytes, *message->GetDescriptor()); !status.ok()) return status;
  grpc::ByteBuffer shared(bytes);  // which reading uses up
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return UnreadableMessage(message->GetDescriptor()->name());
}

void WriteRawMessage(const google::protobuf::Message& message, grpc::ByteBuffer* bytes) {
  bytes->Clear();
  bool owned = false;
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, bytes, &owned);
  // Only one of over 2 GiB cannot be written.
  if (!status.ok()) spdlog::error("an answer cannot be serialized: {}", status.error_message());
}

}  // namespace chirograph
