// SPDX-License-Identifier: Apache-2.0
#include "service/internal/staging_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "crypto/file.h"

namespace chirograph {
namespace {

absl::Status Failed(const std::string& path, int error) {
  return absl::UnavailableError(fmt::format("{}: {}", path, std::strerror(error)));
}

absl::Status Occupied(const std::string& path) {
  return absl::AlreadyExistsError(fmt::format("{} exists already and is not an empty folder", path));
}

// Whether there is something at `path` that must not be replaced.
bool IsOccupied(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(path, error);
  if (!std::filesystem::exists(status)) return false;
  return !std::filesystem::is_directory(status) || !std::filesystem::is_empty(path, error);
}

}  // namespace

absl::StatusOr<StagingFolder> StagingFolder::Create(const std::string& target) {
  std::string trimmed = target;
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  if (IsOccupied(trimmed)) return Occupied(trimmed);
  StagingFolder folder(trimmed, trimmed + ".new");
  if (absl::Status status = folder.LockAndClear(); !status.ok()) return status;
  return folder;
}

absl::Status StagingFolder::LockAndClear() {
  if (mkdir(path_.c_str(), 0777) != 0 && errno != EEXIST) return Failed(path_, errno);
  const int folder = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Failed(path_, errno);
  struct stat locked = {};
  struct stat named = {};
  // Whoever had the lock may have published or removed the folder before this process got it.
  if (flock(folder, LOCK_EX | LOCK_NB) != 0 || fstat(folder, &locked) != 0 ||
      stat(path_.c_str(), &named) != 0 || locked.st_dev != named.st_dev || locked.st_ino != named.st_ino) {
    close(folder);
    return absl::UnavailableError(
        fmt::format("another process is making {}; look again when it is done", target_));
  }
  lock_ = folder;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path_, error), end; !error && entry != end;
       entry.increment(error)) {
    std::filesystem::remove_all(entry->path(), error);
    if (error) break;
  }
  return error ? Failed(path_, error.value()) : absl::OkStatus();
}

StagingFolder::StagingFolder(StagingFolder&& other) noexcept
    : target_(std::move(other.target_)),
      path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)) {}

StagingFolder::~StagingFolder() {
  if (lock_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  close(lock_);
}

absl::Status StagingFolder::Publish() {
  if (absl::Status status = SyncFolder(path_); !status.ok()) return status;
  if (std::rename(path_.c_str(), target_.c_str()) != 0) {
    const int error = errno;
    return error == ENOTEMPTY || error == EEXIST || error == ENOTDIR ? Occupied(target_)
                                                                     : Failed(target_, error);
  }
  close(std::exchange(lock_, -1));
  const std::filesystem::path parent = std::filesystem::path(target_).parent_path();
  return SyncFolder(parent.empty() ? "." : parent.string());
}

}  // namespace chirograph
