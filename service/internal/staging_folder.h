// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_STAGING_FOLDER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_STAGING_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

// A folder that is filled as "TARGET.new" and gets its name once it is whole, so that a crash leaves
// either all of it or nothing under that name. What an earlier crash left is cleared away. Not
// thread-safe.
class StagingFolder {
 public:
  // An empty folder beside `target`, which must not exist or be an empty folder. AlreadyExists: there is
  // something at `target`. Unavailable: another process is making it, or the disk could not.
  static absl::StatusOr<StagingFolder> Create(const std::string& target);

  StagingFolder(StagingFolder&& other) noexcept;
  StagingFolder& operator=(StagingFolder&& other) = delete;
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  // Removes the folder unless it was published.
  ~StagingFolder();

  const std::string& path() const { return path_; }

  // Gives it its name, durably; its files must be synced already. AlreadyExists: somebody else was faster.
  // Unavailable: the disk could not.
  absl::Status Publish();

 private:
  StagingFolder(std::string target, std::string path) : target_(std::move(target)), path_(std::move(path)) {}
  absl::Status LockAndClear();

  std::string target_;
  std::string path_;
  int lock_ = -1;  // the folder itself, held by flock: the system drops it with the process
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_STAGING_FOLDER_H_
