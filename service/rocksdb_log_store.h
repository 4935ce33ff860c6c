// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_ROCKSDB_LOG_STORE_H_
#define CHIROGRAPH_SERVICE_ROCKSDB_LOG_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/log_store.h"

namespace chirograph {

// Which log a store holds; pinned when it is made.
struct StoreIdentity {
  std::string origin;
  std::string verifier_key;  // C2SP vkey
};

// The embedded store: one RocksDB in one folder (docs/storage-format.md). One synced WriteBatch is a
// commit.
class RocksDbLogStore {
 public:
  // Makes a store in `path`, which must not exist or be empty, with `empty_checkpoint`: the signed note for
  // size 0. Durable when it returns OK. AlreadyExists: there is something in `path`. Unavailable: the disk
  // could not.
  static absl::Status Create(const std::string& path, const StoreIdentity& identity,
                             const std::string& empty_checkpoint);

  // Opens the store in `path`; never makes one. NotFound: there is none. FailedPrecondition: another process
  // has it open; it was written by a newer version; it belongs to another origin or log key (the message
  // says which and what to do). DataLoss: damaged. Unavailable: the disk could not.
  static absl::StatusOr<std::unique_ptr<LogStore>> Open(const std::string& path,
                                                        const StoreIdentity& identity);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ROCKSDB_LOG_STORE_H_
