// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_DATABASE_READER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_DATABASE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/internal/rocksdb_database.h"
#include "service/log_store.h"

namespace chirograph {

// The log in a database that stays open. Thread-safe. Costs nothing to make.
class DatabaseReader final : public LogReader {
 public:
  // `database` must outlive it.
  explicit DatabaseReader(const RocksDbDatabase& database) : database_(database) {}

  absl::StatusOr<std::string> ReadCheckpoint() const override;
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override {
    return ReadAt(StoreColumn::kEntries, index);
  }
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override {
    return ReadAt(StoreColumn::kOpenings, index);
  }
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override {
    return ReadAt(StoreColumn::kContent, index);
  }
  absl::StatusOr<std::vector<StoredParts>> ReadEntries(const EntryRange& range) const override;
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override;
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override;

 private:
  absl::StatusOr<std::string> ReadAt(StoreColumn column, std::uint64_t index) const;

  const RocksDbDatabase& database_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_DATABASE_READER_H_
