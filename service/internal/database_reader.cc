// SPDX-License-Identifier: Apache-2.0
#include "service/internal/database_reader.h"

#include <fmt/format.h>
#include <rocksdb/iterator.h>

#include <memory>
#include <optional>
#include <utility>

#include "crypto/sha256.h"
#include "service/internal/entry_scan.h"

namespace chirograph {

absl::StatusOr<std::string> DatabaseReader::ReadCheckpoint() const {
  return database_.GetMeta(kMetaCheckpointKey);
}

absl::StatusOr<std::string> DatabaseReader::ReadAt(StoreColumn column, std::uint64_t index) const {
  absl::StatusOr<std::optional<std::string>> value =
      database_.Get(column, EncodeIndex(index), fmt::format("{}", index));
  if (!value.ok()) return value.status();
  if (!*value) {
    return absl::NotFoundError(
        fmt::format("there is no {}[{}] in {}", StoreColumnName(column), index, database_.path()));
  }
  return **std::move(value);
}

absl::StatusOr<std::vector<StoredParts>> DatabaseReader::ReadEntries(const EntryRange& range) const {
  const auto ask = [this](StoreColumn column) {
    return [this, column](std::uint64_t index) { return ReadAt(column, index); };
  };
  EntryScan entries(database_, StoreColumn::kEntries, ask(StoreColumn::kEntries));
  EntryScan openings(database_, StoreColumn::kOpenings, ask(StoreColumn::kOpenings));
  EntryScan contents(database_, StoreColumn::kContent, ask(StoreColumn::kContent));
  std::vector<StoredParts> found;
  std::size_t bytes = 0;
  for (std::uint64_t index = range.first_index; index < range.end_index; ++index) {
    StoredParts parts{.log_entry = entries.Read(index)};
    if (range.with_articles) {
      parts.opening = openings.Read(index);
      parts.content = contents.Read(index);
    }
    for (const auto* const part : {&parts.log_entry, &parts.opening, &parts.content}) {
      if (absl::IsUnavailable(part->status())) return part->status();
      if (part->ok()) bytes += (*part)->size();
    }
    if (bytes > range.max_bytes && !found.empty()) break;
    found.push_back(std::move(parts));
  }
  return found;
}

absl::StatusOr<std::vector<StoredPair>> DatabaseReader::ReadPairs(StoreColumn column, std::string_view from,
                                                                  std::size_t max_bytes) const {
  const std::unique_ptr<rocksdb::Iterator> at = database_.NewScan(column);
  std::vector<StoredPair> pairs;
  std::size_t bytes = 0;
  for (at->Seek(ToSlice(from)); at->Valid(); at->Next()) {
    bytes += at->key().size() + at->value().size();
    if (bytes > max_bytes && !pairs.empty()) return pairs;
    pairs.push_back({at->key().ToString(), at->value().ToString()});
  }
  // What comes next is told to who asks for it.
  if (!pairs.empty() || at->status().ok()) return pairs;
  return FromRocksDb(at->status(), fmt::format("{} in {}", StoreColumnName(column), database_.path()));
}

absl::StatusOr<std::string> DatabaseReader::ReadTile(TileId id, int width) const {
  if (id.level < 0 || id.level > kMaxTileLevel || width < 1 || width > kTileWidth) {
    return absl::InvalidArgumentError(
        fmt::format("there is no tile of level {} with {} hashes", id.level, width));
  }
  const std::string name = fmt::format("{}/{}", id.level, id.index);
  absl::StatusOr<std::optional<std::string>> tile =
      database_.Get(StoreColumn::kTiles, EncodeTileKey(id), name);
  if (!tile.ok()) return tile.status();
  const std::size_t bytes = *tile ? (*tile)->size() : 0;
  if (bytes < static_cast<std::size_t>(width) * kSha256Bytes || bytes % kSha256Bytes != 0 ||
      bytes > static_cast<std::size_t>(kTileWidth) * kSha256Bytes) {
    return absl::DataLossError(fmt::format("tiles[{}] in {} has {} bytes; expected {} hashes of {}{}", name,
                                           database_.path(), bytes, width, kSha256Bytes,
                                           *tile ? "" : " (there is none)"));
  }
  return **std::move(tile);
}

}  // namespace chirograph
