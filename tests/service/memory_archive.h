// SPDX-License-Identifier: Apache-2.0
//
// All that an archive stores, in memory: a test changes it key by key, and says what cannot be read.
#ifndef CHIROGRAPH_TESTS_SERVICE_MEMORY_ARCHIVE_H_
#define CHIROGRAPH_TESTS_SERVICE_MEMORY_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/catalog_reader.h"
#include "service/log_store.h"
#include "service/storage_schema.h"

namespace chirograph {

// Keys in order, as RocksDB reads them.
class MemoryTable {
 public:
  std::map<std::string, std::string, std::less<>> pairs;

  // From here on, keys that begin with `prefix` are read with `error`.
  void Spoil(std::string prefix, absl::Status error) { spoilt_ = {std::move(prefix), std::move(error)}; }

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const {
    if (IsSpoilt(key)) return spoilt_->second;
    const auto found = pairs.find(key);
    return found == pairs.end() ? std::nullopt : std::optional(found->second);
  }
  absl::StatusOr<std::optional<StoredPair>> ReadAtOrBefore(std::string_view key) const {
    auto found = pairs.upper_bound(key);
    if (found == pairs.begin()) return std::nullopt;
    --found;
    if (IsSpoilt(found->first)) return spoilt_->second;
    return StoredPair{found->first, found->second};
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(std::string_view from, std::size_t max_bytes) const {
    std::vector<StoredPair> read;
    std::size_t bytes = 0;
    for (auto at = pairs.lower_bound(from); at != pairs.end(); ++at) {
      if (IsSpoilt(at->first) && read.empty()) return spoilt_->second;
      bytes += at->first.size() + at->second.size();
      if (IsSpoilt(at->first) || (bytes > max_bytes && !read.empty())) break;
      read.push_back({at->first, at->second});
    }
    return read;
  }

 private:
  bool IsSpoilt(std::string_view key) const { return spoilt_ && key.starts_with(spoilt_->first); }

  std::optional<std::pair<std::string, absl::Status>> spoilt_;
};

class MemoryLog final : public LogReader {
 public:
  MemoryTable& operator[](StoreColumn column) { return columns_[column]; }

  absl::StatusOr<std::string> ReadCheckpoint() const override {
    return Read(StoreColumn::kMeta, kMetaCheckpointKey);
  }
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override {
    return Read(StoreColumn::kEntries, EncodeIndex(index));
  }
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override {
    return Read(StoreColumn::kOpenings, EncodeIndex(index));
  }
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override {
    return Read(StoreColumn::kContent, EncodeIndex(index));
  }
  absl::StatusOr<std::string> ReadTile(TileId id, int) const override {
    absl::StatusOr<std::string> tile = Read(StoreColumn::kTiles, EncodeTileKey(id));
    return absl::IsNotFound(tile.status()) ? absl::DataLossError("no such tile") : tile;
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override {
    const auto found = columns_.find(column);
    return found == columns_.end() ? std::vector<StoredPair>() : found->second.ReadPairs(from, max_bytes);
  }

 private:
  absl::StatusOr<std::string> Read(StoreColumn column, std::string_view key) const {
    const auto found = columns_.find(column);
    if (found == columns_.end()) return absl::NotFoundError("no such key");
    const absl::StatusOr<std::optional<std::string>> value = found->second.Get(key);
    if (!value.ok()) return value.status();
    return *value ? absl::StatusOr<std::string>(**value) : absl::NotFoundError("no such key");
  }

  std::map<StoreColumn, MemoryTable> columns_;
};

class MemoryCatalog final : public CatalogReader {
 public:
  MemoryTable table;

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const override {
    return table.Get(key);
  }
  absl::StatusOr<std::optional<StoredPair>> ReadAtOrBefore(std::string_view key) const override {
    return table.ReadAtOrBefore(key);
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(std::string_view from,
                                                    std::size_t max_bytes) const override {
    return table.ReadPairs(from, max_bytes);
  }
};

struct MemoryArchive {
  std::uint64_t tree_size = 0;
  MemoryLog log;
  MemoryCatalog catalog;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_MEMORY_ARCHIVE_H_
