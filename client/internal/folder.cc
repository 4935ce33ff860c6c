// SPDX-License-Identifier: Apache-2.0
#include "client/internal/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "crypto/file.h"

namespace chirograph::internal {
namespace {

absl::Status ErrorFor(std::string_view what, const std::string& path, int error) {
  const std::string message =
      fmt::format("{}: cannot {}: {}", path, what, std::generic_category().message(error));
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case ENOTDIR:
      return absl::FailedPreconditionError(message);
    case ENOENT:
      return absl::NotFoundError(message);
    default:
      return absl::UnavailableError(message);
  }
}

std::string ParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(path, error);
  if (error.value() == ENOENT) return names;
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    std::string name = entries->path().filename().string();
    if (name.front() != '.') names.push_back(std::move(name));
  }
  if (error) return ErrorFor("list the folder", path, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

bool PathExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) {
    return ErrorFor(fmt::format("rename to {}", to), from, errno);
  }
  const absl::Status synced = SyncFolder(ParentOf(to));
  if (!synced.ok()) return synced;
  return SyncFolder(ParentOf(from));
}

absl::StatusOr<UniqueFd> LockFile(const std::string& path) {
  UniqueFd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.get() < 0) return ErrorFor("open the lock file", path, errno);
  while (flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrorFor("lock", path, errno);
  }
  return file;
}

}  // namespace chirograph::internal
