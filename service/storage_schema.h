// SPDX-License-Identifier: Apache-2.0
//
// The layout of the embedded store, with its codec (docs/storage-format.md). Every value here is on disk:
// to change one is a new kStoreVersion and a migration. All numbers in keys and values are big-endian, so
// that keys sort as what they name.
#ifndef CHIROGRAPH_SERVICE_STORAGE_SCHEMA_H_
#define CHIROGRAPH_SERVICE_STORAGE_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "service/log_store.h"

namespace chirograph {

// Version that this code writes, and the only one that it reads. On disk.
inline constexpr std::uint32_t kStoreVersion = 1;

// The column families. RocksDB's own "default" stays empty.
enum class StoreColumn {
  kMeta,
  kEntries,
  kOpenings,
  kContent,
  kTiles,
  kSubmissions,
  kArticles,
  kSources,
  kKeyEvents,
};
inline constexpr std::array kAllStoreColumns = {
    StoreColumn::kMeta,     StoreColumn::kEntries, StoreColumn::kOpenings,
    StoreColumn::kContent,  StoreColumn::kTiles,   StoreColumn::kSubmissions,
    StoreColumn::kArticles, StoreColumn::kSources, StoreColumn::kKeyEvents};

// "meta", "entries", "openings", "content", "tiles", "submissions", "articles", "sources", "key_events". On
// disk.
std::string_view StoreColumnName(StoreColumn column);

// An index in a key or value: unsigned, big-endian.
inline constexpr std::size_t kIndexBytes = 8;

// Whether keys of `column` begin with a digest of 32 bytes, by which they are looked up together.
bool IsFoundByDigest(StoreColumn column);

// Keys of meta. On disk. Their values: kStoreVersion in decimal; the origin; the C2SP verifier key; the
// signed note of the last commit.
inline constexpr std::string_view kMetaVersionKey = "format_version";
inline constexpr std::string_view kMetaOriginKey = "origin";
inline constexpr std::string_view kMetaVerifierKeyKey = "verifier_key";
inline constexpr std::string_view kMetaCheckpointKey = "checkpoint";

// The number in a value of kMetaVersionKey: decimal digits without leading zeroes, below 2^32.
std::optional<std::uint32_t> ParseStoreVersion(std::string_view value);

// File beside RocksDB's own that says how many entries were acknowledged at least. On disk: its name, and
// its content, 20 decimal digits and a line feed.
inline constexpr std::string_view kCommittedMarkFile = "COMMITTED";
inline constexpr std::size_t kCommittedMarkBytes = 21;
std::string FormatCommittedMark(std::uint64_t tree_size);
std::optional<std::uint64_t> ParseCommittedMark(std::string_view bytes);

// Keys of entries, openings and content, and values of submissions and key_events: 8 bytes.
std::string EncodeIndex(std::uint64_t index);
std::optional<std::uint64_t> DecodeIndex(std::string_view bytes);

// Keys of tiles: level (1 byte), index (8 bytes). The value is the tile's hashes, 32 bytes each.
std::string EncodeTileKey(TileId id);

// Keys of submissions: article_digest (32 bytes), tag (16 bytes). The value is EncodeIndex.
//
// The tag is the first 16 bytes of SHA-256(optional(secured_digest) || optional(source_digest)), where
// optional(x) is 0x01 || x, or 0x00 where there is none. It is not compared with the full digests
// when it matches: two submissions of one article with the same tag take 2^64 hashes to make, only who
// makes both of them is answered with the wrong one of his two, and the receipt shows it to him.
inline constexpr std::size_t kSubmissionTagBytes = 16;
std::string EncodeSubmissionKey(const SubmissionId& id);

// Keys of articles and sources: article_digest or source_digest (32 bytes), index (8 bytes). The value is
// empty. How often an article was submitted is for strangers to choose: the first of them is found at once.
std::string EncodeDigestKey(const Digest& digest, std::uint64_t index);
struct DigestKey {
  Digest digest = {};
  std::uint64_t index = 0;
};
std::optional<DigestKey> DecodeDigestKey(std::string_view bytes);

// Keys of key_events: publisher domain, 0x00, key id; neither has a 0x00 in it, so that the order is that
// of KeyName. The value is EncodeIndex of the last KeyEvent.
std::string EncodeKeyName(const KeyName& name);
std::optional<KeyName> DecodeKeyName(std::string_view bytes);

// Bytes at the beginning of keys that are looked up together where IsFoundByDigest.
inline constexpr std::size_t kDigestPrefixBytes = kSha256Bytes;

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_STORAGE_SCHEMA_H_
