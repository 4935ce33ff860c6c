// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOG_STORE_ENV_H_
#define CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOG_STORE_ENV_H_

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/log_store.h"
#include "service/rocksdb_log_store.h"

namespace chirograph {

// RocksDbLogStore::Open with RocksDB's files in the hands of `env`, which must outlive the store: for
// tests in which the disk fails.
absl::StatusOr<std::unique_ptr<LogStore>> OpenRocksDbLogStore(const std::string& path,
                                                              const StoreIdentity& identity,
                                                              rocksdb::Env* env);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOG_STORE_ENV_H_
