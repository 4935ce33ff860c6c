// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_BATCH_WRITER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_BATCH_WRITER_H_

#include <rocksdb/status.h>
#include <rocksdb/write_batch.h>

#include "absl/status/status.h"
#include "service/internal/rocksdb_database.h"
#include "service/log_store.h"

namespace chirograph {

// Makes one WriteBatch of a LogBatch, in memory that it uses again for the next one: touching fresh pages
// would cost more than filling them. Not thread-safe.
class BatchWriter {
 public:
  // Puts `batch` into the buffer. InvalidArgument, naming the entry or tile, where it breaks the contract
  // of log_store.h: it is a defect of the caller, and nothing was written. Errors of `database`, of which
  // it reads the tiles that are to grow.
  absl::Status Fill(const LogBatch& batch, const RocksDbDatabase& database);

  // Writes what Fill put there.
  rocksdb::Status Write(RocksDbDatabase& database);

 private:
  absl::Status AddEntry(std::uint64_t index, const NewEntry& entry, const RocksDbDatabase& database);
  absl::Status AddTile(TileId id, const std::string& hashes, std::uint64_t tree_size,
                       const RocksDbDatabase& database);
  void Put(const RocksDbDatabase& database, StoreColumn column, std::string_view key, std::string_view value);

  rocksdb::WriteBatch buffer_;
  rocksdb::Status status_;  // of the first Put that failed
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_BATCH_WRITER_H_
