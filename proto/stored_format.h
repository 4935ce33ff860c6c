// SPDX-License-Identifier: Apache-2.0
//
// The codec of LogEntry, Opening and Content (docs/storage-format.md). Their bytes are made once and
// from then on hashed and compared as bytes.
#ifndef CHIROGRAPH_PROTO_STORED_FORMAT_H_
#define CHIROGRAPH_PROTO_STORED_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/log_entry.pb.h"

namespace chirograph {

// Versions that this code writes and reads. On disk.
inline constexpr std::uint32_t kLogEntryVersion = 1;
inline constexpr std::uint32_t kOpeningVersion = 1;
// Bytes of Opening.salt.
inline constexpr std::size_t kSaltBytes = 32;

// The bytes of `entry`, in protobuf's deterministic serialization.
// InvalidArgument: it is not what ParseLogEntry takes (a defect of the caller).
absl::StatusOr<std::string> SerializeLogEntry(const v1::LogEntry& entry);

// The entry that `bytes` are. DataLoss, saying what was found: over 4,096 bytes; not a LogEntry; another
// version; no kind or an unknown field; a digest that is not 32 bytes, an enum out of range or a time
// that is missing or out of range; text that is not UTF-8; or bytes that serialize to other bytes.
absl::StatusOr<v1::LogEntry> ParseLogEntry(std::string_view bytes);

// As for LogEntry, but without its limit of size.
absl::StatusOr<std::string> SerializeOpening(const v1::Opening& opening);
absl::StatusOr<v1::Opening> ParseOpening(std::string_view bytes);

// Content's bytes are not canonical (Struct is a map), so ParseContent compares nothing. DataLoss: they
// are not a Content.
std::string SerializeContent(const v1::Content& content);
// The same of the Content with this article and, where it is not null, this source document, without a copy
// of either but the one that is returned.
std::string SerializeContent(const v1::Article& article, const std::string* source_document);
absl::StatusOr<v1::Content> ParseContent(std::string_view bytes);

// The time of an entry of either kind.
absl::Time LogEntryTime(const v1::LogEntry& entry);

// Between absl::Time and Timestamp. ToTimestamp cuts to microseconds, which is all that is logged.
google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_STORED_FORMAT_H_
