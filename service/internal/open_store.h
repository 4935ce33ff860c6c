// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_OPEN_STORE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_OPEN_STORE_H_

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/internal/committed_mark.h"
#include "service/internal/rocksdb_database.h"
#include "service/rocksdb_log_store.h"

namespace chirograph {

// A store between one opening and the next: the database, the mark beside it, and where the log ends.
struct OpenStore {
  std::unique_ptr<RocksDbDatabase> database;
  CommittedMark mark;
  std::uint64_t tree_size = 0;
};

// Opens what is in `path` and checks that it is the log of `identity` and ends no earlier than its mark.
// Errors as RocksDbLogStore::Open.
absl::StatusOr<OpenStore> OpenStoreFolder(const std::string& path, const StoreIdentity& identity,
                                          rocksdb::Env* env);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_OPEN_STORE_H_
