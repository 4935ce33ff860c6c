// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_FOLDER_LOCK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_FOLDER_LOCK_H_

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace chirograph {

// RocksDB's lock on a folder, which its own way of opening to read does not take. While it is held no other
// process opens the database there.
class FolderLock {
 public:
  // `env` must outlive it. FailedPrecondition: another process, or this one, has the database open.
  // DataLoss: there is no such folder. Unavailable: the disk could not.
  static absl::StatusOr<std::unique_ptr<FolderLock>> Take(const std::string& path, rocksdb::Env* env);

  ~FolderLock() { env_->UnlockFile(lock_).PermitUncheckedError(); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  FolderLock(rocksdb::Env* env, rocksdb::FileLock* lock) : env_(env), lock_(lock) {}

  rocksdb::Env* const env_;
  rocksdb::FileLock* const lock_;  // UnlockFile deletes it
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_FOLDER_LOCK_H_
