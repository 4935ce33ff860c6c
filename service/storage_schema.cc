// SPDX-License-Identifier: Apache-2.0
#include "service/storage_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace chirograph {
namespace {

void AppendIndex(std::uint64_t index, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(index >> shift & 0xff));
}

// All of `text` as a decimal number.
template <typename Number>
std::optional<Number> ParseDecimal(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed_to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || parsed_to != end) return std::nullopt;
  return number;
}

}  // namespace

std::string_view StoreColumnName(StoreColumn column) {
  switch (column) {
    case StoreColumn::kMeta:
      return "meta";
    case StoreColumn::kEntries:
      return "entries";
    case StoreColumn::kOpenings:
      return "openings";
    case StoreColumn::kContent:
      return "content";
    case StoreColumn::kTiles:
      return "tiles";
    case StoreColumn::kSubmissions:
      return "submissions";
    case StoreColumn::kArticles:
      return "articles";
    case StoreColumn::kSources:
      return "sources";
    case StoreColumn::kKeyEvents:
      return "key_events";
  }
  return "unknown";
}

bool IsFoundByDigest(StoreColumn column) {
  return column == StoreColumn::kSubmissions || column == StoreColumn::kArticles ||
         column == StoreColumn::kSources;
}

std::optional<std::uint32_t> ParseStoreVersion(std::string_view value) {
  if (value.size() > 1 && value.front() == '0') return std::nullopt;
  return ParseDecimal<std::uint32_t>(value);
}

std::string FormatCommittedMark(std::uint64_t tree_size) { return fmt::format("{:020}\n", tree_size); }

std::optional<std::uint64_t> ParseCommittedMark(std::string_view bytes) {
  if (bytes.size() != kCommittedMarkBytes || bytes.back() != '\n') return std::nullopt;
  return ParseDecimal<std::uint64_t>(bytes.substr(0, kCommittedMarkBytes - 1));
}

std::string EncodeIndex(std::uint64_t index) {
  std::string key;
  AppendIndex(index, &key);
  return key;
}

std::optional<std::uint64_t> DecodeIndex(std::string_view bytes) {
  if (bytes.size() != kIndexBytes) return std::nullopt;
  std::uint64_t index = 0;
  for (const char byte : bytes) index = index << 8 | static_cast<unsigned char>(byte);
  return index;
}

std::string EncodeTileKey(TileId id) {
  std::string key(1, static_cast<char>(id.level));
  AppendIndex(id.index, &key);
  return key;
}

std::string EncodeSubmissionKey(const SubmissionId& id) {
  constexpr std::string_view kAbsent("\0", 1);
  constexpr std::string_view kPresent("\1", 1);
  const auto presence = [&](const std::optional<Digest>& digest) { return digest ? kPresent : kAbsent; };
  const auto bytes = [](const std::optional<Digest>& digest) {
    return digest ? AsBytes(*digest) : std::string_view();
  };
  const Digest identity = Sha256({presence(id.secured_digest), bytes(id.secured_digest),
                                  presence(id.source_digest), bytes(id.source_digest)});
  std::string key(AsBytes(id.article_digest));
  key += AsBytes(identity).substr(0, kSubmissionTagBytes);
  return key;
}

std::string EncodeDigestKey(const Digest& digest, std::uint64_t index) {
  std::string key(AsBytes(digest));
  AppendIndex(index, &key);
  return key;
}

std::optional<DigestKey> DecodeDigestKey(std::string_view bytes) {
  if (bytes.size() != kSha256Bytes + kIndexBytes) return std::nullopt;
  return DigestKey{*DigestFromBytes(bytes.substr(0, kSha256Bytes)), *DecodeIndex(bytes.substr(kSha256Bytes))};
}

std::string EncodeKeyName(const KeyName& name) {
  std::string key = name.publisher_domain;
  key.push_back('\0');
  key += name.key_id;
  return key;
}

std::optional<KeyName> DecodeKeyName(std::string_view bytes) {
  const std::size_t separator = bytes.find('\0');
  if (separator == std::string_view::npos || separator == 0 || separator + 1 == bytes.size()) {
    return std::nullopt;
  }
  if (bytes.find('\0', separator + 1) != std::string_view::npos) return std::nullopt;
  return KeyName{std::string(bytes.substr(0, separator)), std::string(bytes.substr(separator + 1))};
}

}  // namespace chirograph
