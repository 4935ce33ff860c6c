// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOGGER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOGGER_H_

#include <rocksdb/env.h>

#include <memory>

namespace chirograph {

// Sends RocksDB's warnings and errors to the diagnostics, and drops the rest. RocksDB's own LOG file is not
// an option: Debian builds RocksDB with assertions, and one of them ends the process at the second line that
// a full disk refuses. Thread-safe.
std::shared_ptr<rocksdb::Logger> NewRocksDbLogger();

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_LOGGER_H_
