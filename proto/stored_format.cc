// SPDX-License-Identifier: Apache-2.0
#include "proto/stored_format.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <vector>

#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "crypto/utf8.h"
#include "proto/article_fields.h"
#include "proto/enum_conversion.h"

namespace chirograph {
namespace {

using google::protobuf::Message;
using google::protobuf::Timestamp;

// What is wrong with a message, or empty.
using Problem = std::string;

// Seconds at the ends of a Timestamp's range, years 0001 and 9999.
constexpr std::int64_t kMinMicros = -62135596800 * 1'000'000;
constexpr std::int64_t kMaxMicros = 253402300800 * 1'000'000 - 1;
// Of a field's tag and length.
constexpr std::size_t kMaxFieldHead = 6;

// In the message itself, not in what it has.
bool HasOwnUnknownFields(const Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

// One for each message that a stored one is made of: reflection could list them all, but at more than the
// price of writing the message.
bool HasUnknownFields(const Timestamp& time) { return HasOwnUnknownFields(time); }

bool HasUnknownFields(const v1::ArticleRecord& record) {
  return HasOwnUnknownFields(record) || HasUnknownFields(record.ingest_time());
}

bool HasUnknownFields(const v1::KeyEvent& event) {
  return HasOwnUnknownFields(event) || HasUnknownFields(event.not_before()) ||
         HasUnknownFields(event.not_after()) || HasUnknownFields(event.revoked_at()) ||
         HasUnknownFields(event.event_time());
}

bool HasUnknownFields(const v1::LogEntry& entry) {
  return HasOwnUnknownFields(entry) || HasUnknownFields(entry.article_record()) ||
         HasUnknownFields(entry.key_event());
}

bool HasUnknownFields(const v1::Opening& opening) { return HasOwnUnknownFields(opening); }

Problem CheckDigest(std::string_view name, const std::string& digest) {
  if (digest.size() == kSha256Bytes) return {};
  return fmt::format("{} has {} bytes, not {}", name, digest.size(), kSha256Bytes);
}

Problem CheckText(std::string_view name, const std::string& text) {
  return ValidUtf8Prefix(text) == text.size() ? Problem() : fmt::format("{} is not UTF-8", name);
}

template <class Enum>
Problem CheckEnum(std::string_view name, Enum value) {
  return FromProto(value) ? Problem() : fmt::format("{} is {}, which means nothing", name, int{value});
}

Problem CheckTime(std::string_view name, bool required, bool present, const Timestamp& time) {
  if (!present) return required ? fmt::format("{} is missing", name) : Problem();
  return IsValidTimestamp(time) ? Problem() : fmt::format("{} is out of range", name);
}

Problem CheckVersion(std::uint32_t version, std::uint32_t known) {
  if (version == known) return {};
  return fmt::format("version is {}, and this software knows {} alone; use the version that wrote it",
                     version, known);
}

Problem FirstOf(std::initializer_list<Problem> problems) {
  const auto* const found =
      std::find_if(problems.begin(), problems.end(), [](const Problem& problem) { return !problem.empty(); });
  return found == problems.end() ? Problem() : *found;
}

Problem CheckRecord(const v1::ArticleRecord& record) {
  return FirstOf({CheckDigest("opening_digest", record.opening_digest()),
                  CheckEnum("verdict_at_ingest", record.verdict_at_ingest()),
                  CheckEnum("reason_at_ingest", record.reason_at_ingest()),
                  CheckTime("ingest_time", true, record.has_ingest_time(), record.ingest_time())});
}

Problem CheckEvent(const v1::KeyEvent& event) {
  return FirstOf({CheckText("publisher_domain", event.publisher_domain()),
                  CheckText("key_id", event.key_id()), CheckEnum("algorithm", event.algorithm()),
                  CheckEnum("envelope", event.envelope()),
                  CheckTime("not_before", false, event.has_not_before(), event.not_before()),
                  CheckTime("not_after", false, event.has_not_after(), event.not_after()),
                  CheckTime("revoked_at", false, event.has_revoked_at(), event.revoked_at()),
                  CheckTime("event_time", true, event.has_event_time(), event.event_time())});
}

Problem Check(const v1::LogEntry& entry) {
  if (Problem problem = CheckVersion(entry.version(), kLogEntryVersion); !problem.empty()) return problem;
  if (HasUnknownFields(entry)) return "it has a field that this version does not know";
  switch (entry.kind_case()) {
    case v1::LogEntry::kArticleRecord:
      return CheckRecord(entry.article_record());
    case v1::LogEntry::kKeyEvent:
      return CheckEvent(entry.key_event());
    case v1::LogEntry::KIND_NOT_SET:
      break;
  }
  return "it has no kind";
}

Problem Check(const v1::Opening& opening) {
  if (Problem problem = CheckVersion(opening.version(), kOpeningVersion); !problem.empty()) return problem;
  if (HasUnknownFields(opening)) return "it has a field that this version does not know";
  if (opening.salt().size() != kSaltBytes) {
    return fmt::format("salt has {} bytes, not {}", opening.salt().size(), kSaltBytes);
  }
  return FirstOf(
      {CheckDigest("article_digest", opening.article_digest()),
       opening.has_source_digest() ? CheckDigest("source_digest", opening.source_digest()) : Problem(),
       opening.has_secured_digest() ? CheckDigest("secured_digest", opening.secured_digest()) : Problem(),
       CheckText("publisher_domain", opening.publisher_domain()), CheckText("url", opening.url()),
       CheckDigest("content_digest", opening.content_digest())});
}

Problem CheckSize(const v1::LogEntry& /*entry*/, std::size_t bytes) {
  if (bytes <= limits::kMaxLogEntryBytes) return {};
  return fmt::format("it has {} bytes, over the limit of {}", bytes, limits::kMaxLogEntryBytes);
}
Problem CheckSize(const v1::Opening& /*opening*/, std::size_t /*bytes*/) { return {}; }

std::string DeterministicBytes(const Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

template <class Stored>
absl::StatusOr<std::string> Serialize(std::string_view what, const Stored& message) {
  if (const Problem problem = Check(message); !problem.empty()) {
    return absl::InvalidArgumentError(fmt::format("cannot write the {}: {}", what, problem));
  }
  std::string bytes = DeterministicBytes(message);
  if (const Problem problem = CheckSize(message, bytes.size()); !problem.empty()) {
    return absl::InvalidArgumentError(fmt::format("cannot write the {}: {}", what, problem));
  }
  return bytes;
}

template <class Stored>
absl::StatusOr<Stored> Parse(std::string_view what, std::string_view bytes) {
  const auto refuse = [&](const Problem& problem) {
    return absl::DataLossError(fmt::format("the stored {} is damaged or not one: {}", what, problem));
  };
  Stored message;
  if (const Problem problem = CheckSize(message, bytes.size()); !problem.empty()) return refuse(problem);
  if (bytes.size() > INT32_MAX || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return refuse(fmt::format("its {} bytes are no {} message", bytes.size(), what));
  }
  if (const Problem problem = Check(message); !problem.empty()) return refuse(problem);
  if (DeterministicBytes(message) != bytes) return refuse("it serializes to other bytes");
  return message;
}

}  // namespace

absl::StatusOr<std::string> SerializeLogEntry(const v1::LogEntry& entry) {
  return Serialize("LogEntry", entry);
}

absl::StatusOr<v1::LogEntry> ParseLogEntry(std::string_view bytes) {
  return Parse<v1::LogEntry>("LogEntry", bytes);
}

absl::StatusOr<std::string> SerializeOpening(const v1::Opening& opening) {
  return Serialize("Opening", opening);
}

absl::StatusOr<v1::Opening> ParseOpening(std::string_view bytes) {
  return Parse<v1::Opening>("Opening", bytes);
}

std::string SerializeContent(const v1::Content& content) { return content.SerializeAsString(); }

std::string SerializeContent(const v1::Article& article, const std::string* source_document) {
  using google::protobuf::internal::WireFormatLite;
  constexpr auto kBytes = WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  const std::size_t article_bytes = article.ByteSizeLong();
  std::string bytes;
  bytes.reserve(article_bytes + (source_document == nullptr ? 0 : source_document->size()) +
                2 * kMaxFieldHead);
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.WriteTag(WireFormatLite::MakeTag(v1::Content::kArticleFieldNumber, kBytes));
  out.WriteVarint32(static_cast<std::uint32_t>(article_bytes));
  article.SerializeWithCachedSizes(&out);
  if (source_document != nullptr) {
    out.WriteTag(WireFormatLite::MakeTag(v1::Content::kSourceDocumentFieldNumber, kBytes));
    out.WriteVarint32(static_cast<std::uint32_t>(source_document->size()));
    out.WriteString(*source_document);
  }
  out.Trim();
  return bytes;
}

absl::StatusOr<v1::Content> ParseContent(std::string_view bytes) {
  v1::Content content;
  if (bytes.size() > INT32_MAX || !content.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(
        fmt::format("the stored Content is damaged: its {} bytes are no Content message", bytes.size()));
  }
  return content;
}

absl::Time LogEntryTime(const v1::LogEntry& entry) {
  return FromTimestamp(entry.has_key_event() ? entry.key_event().event_time()
                                             : entry.article_record().ingest_time());
}

Timestamp ToTimestamp(absl::Time time) {
  const std::int64_t micros = std::clamp(absl::ToUnixMicros(time), kMinMicros, kMaxMicros);
  const std::int64_t second_part = micros % 1'000'000;
  const std::int64_t past_second = second_part < 0 ? second_part + 1'000'000 : second_part;
  Timestamp timestamp;
  timestamp.set_seconds((micros - past_second) / 1'000'000);
  timestamp.set_nanos(static_cast<std::int32_t>(past_second * 1000));
  return timestamp;
}

absl::Time FromTimestamp(const Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace chirograph
