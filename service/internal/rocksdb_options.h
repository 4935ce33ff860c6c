// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_OPTIONS_H_
#define CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_OPTIONS_H_

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include <cstddef>
#include <vector>

namespace chirograph {

inline constexpr std::size_t kMiB = std::size_t{1} << 20;

// Of a Bloom filter; 10 let one key in a hundred pass that is not there.
inline constexpr double kFilterBitsPerKey = 10;

// How the embedded store uses RocksDB: checks on, memory bounded (under 300 MiB together), nothing that
// needs tuning.
rocksdb::DBOptions StoreDbOptions(rocksdb::Env* env);

// RocksDB's "default", then kAllStoreColumns in their order. They share one new block cache.
std::vector<rocksdb::ColumnFamilyDescriptor> StoreColumnDescriptors();

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_ROCKSDB_OPTIONS_H_
