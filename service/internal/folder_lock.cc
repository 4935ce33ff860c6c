// SPDX-License-Identifier: Apache-2.0
#include "service/internal/folder_lock.h"

#include "service/internal/rocksdb_database.h"

namespace chirograph {

absl::StatusOr<std::unique_ptr<FolderLock>> FolderLock::Take(const std::string& path, rocksdb::Env* env) {
  rocksdb::FileLock* lock = nullptr;
  if (const rocksdb::Status status = env->LockFile(path + "/LOCK", &lock); !status.ok()) {
    return FromRocksDb(status, path);
  }
  return std::unique_ptr<FolderLock>(new FolderLock(env, lock));
}

}  // namespace chirograph
