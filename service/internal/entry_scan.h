// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_ENTRY_SCAN_H_
#define CHIROGRAPH_SERVICE_INTERNAL_ENTRY_SCAN_H_

#include <rocksdb/iterator.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/internal/rocksdb_database.h"

namespace chirograph {

// One column, keyed by index, read in order. A block that cannot be read ends a scan of RocksDB's, but hides
// no more than its own entries here: from there on each is asked for by itself. Not thread-safe.
class EntryScan {
 public:
  using ReadOne = std::function<absl::StatusOr<std::string>(std::uint64_t index)>;

  // `database` must outlive it. `read_one` reads a value, and says why it cannot.
  EntryScan(const RocksDbDatabase& database, StoreColumn column, ReadOne read_one);

  // The value at `index`, which must be over the one before. Errors as `read_one` has them.
  absl::StatusOr<std::string> Read(std::uint64_t index);

 private:
  // Whether the scan stands at `index`.
  bool AdvanceTo(std::uint64_t index);

  const RocksDbDatabase& database_;
  const StoreColumn column_;
  const ReadOne read_one_;
  std::unique_ptr<rocksdb::Iterator> scan_;  // null: not begun
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_ENTRY_SCAN_H_
