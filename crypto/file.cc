// SPDX-License-Identifier: Apache-2.0
#include "crypto/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/random.h"

namespace chirograph {
namespace {

constexpr mode_t kPublicMode = 0644;
constexpr mode_t kSecretMode = 0600;
constexpr mode_t kPublicFolderMode = 0755;
constexpr mode_t kSecretFolderMode = 0700;

// Closes what it opened.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status ErrnoError(const std::string& path, std::string_view what) {
  const int error = errno;
  const std::string message = fmt::format("{}: {}: {}", path, what, std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    default:
      return absl::UnavailableError(message);
  }
}

absl::StatusOr<std::string> ReadDescriptor(const std::string& path, int fd, std::size_t max_bytes) {
  std::string bytes;
  // One byte more than is allowed tells whether there is more.
  while (bytes.size() <= max_bytes) {
    constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
    const std::size_t before = bytes.size();
    bytes.resize(std::min(before + kChunkBytes, max_bytes + 1));
    ssize_t count = 0;
    do {
      count = read(fd, bytes.data() + before, bytes.size() - before);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return ErrnoError(path, "cannot be read");
    bytes.resize(before + static_cast<std::size_t>(count));
    if (count == 0) return bytes;
  }
  return absl::InvalidArgumentError(fmt::format("{}: is over {} bytes", path, max_bytes));
}

absl::StatusOr<std::string> ReadWith(const std::string& path, std::size_t max_bytes, bool refuse_shared) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return ErrnoError(path, "cannot be opened");
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return ErrnoError(path, "cannot be looked at");
  if (S_ISDIR(status.st_mode))
    return absl::InvalidArgumentError(fmt::format("{}: is a folder, not a file", path));
  if (refuse_shared && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::PermissionDeniedError(
        fmt::format("{}: is secret, and others can read it (mode {:04o}); type: chmod 600 {}  (or give "
                    "--allow-shared-key-file, for a mounted secret)",
                    path, static_cast<unsigned>(status.st_mode & 07777), path));
  }
  return ReadDescriptor(path, file.get(), max_bytes);
}

absl::Status WriteAll(const std::string& path, int fd, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t count = write(fd, contents.data(), contents.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return ErrnoError(path, "cannot be written");
    }
    contents.remove_prefix(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

enum class Durable { kNow, kLater };

// A file of its own beside `path` with these contents, durable if asked. A crash before it is renamed leaves
// it there, under a name that nothing reads.
absl::StatusOr<std::string> WriteTemporary(const std::string& path, std::string_view contents, mode_t mode,
                                           Durable durable = Durable::kNow) {
  const absl::StatusOr<std::string> suffix = RandomBytes(8);
  if (!suffix.ok()) return suffix.status();
  std::string temporary = fmt::format("{}.{}.tmp", path, HexEncode(*suffix));
  const FileDescriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kSecretMode));
  if (file.get() < 0) return ErrnoError(path, "cannot be written");
  absl::Status status = WriteAll(path, file.get(), contents);
  // By fchmod, for the umask is not ours to guess.
  if (status.ok() && fchmod(file.get(), mode) != 0)
    status = ErrnoError(path, "cannot be given its permissions");
  if (status.ok() && durable == Durable::kNow && fsync(file.get()) != 0) {
    status = ErrnoError(path, "cannot be synced");
  }
  if (status.ok()) return temporary;
  unlink(temporary.c_str());
  return status;
}

// Into what is there and is no file, such as a FIFO, a device or /dev/stdout: there is nothing to replace.
absl::Status WriteInto(const std::string& path, std::string_view contents) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (file.get() < 0) return ErrnoError(path, "cannot be opened");
  return WriteAll(path, file.get(), contents);
}

bool IsFolder(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Gives the file at `temporary` the name `path`, where there must be none; `temporary` goes in any case.
absl::Status MoveToNew(const std::string& temporary, const std::string& path) {
  // link, unlike rename, fails where there is a file already.
  absl::Status status = absl::OkStatus();
  if (link(temporary.c_str(), path.c_str()) != 0) {
    status = errno == EEXIST ? absl::AlreadyExistsError(fmt::format("{}: is there already", path))
                             : ErrnoError(path, "cannot be made");
  }
  unlink(temporary.c_str());
  return status;
}

// Makes durable all that was written to the disk that `folder` is on: one journal commit, where an fsync for
// each of many small files would be one each.
absl::Status SyncDiskOf(const std::string& folder) {
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || syncfs(fd.get()) != 0) return ErrnoError(folder, "its disk cannot be synced");
  return absl::OkStatus();
}

// Where a link leads, so that the file it names is replaced and not the link.
std::string TargetOf(const std::string& path) {
  std::error_code error;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
  return error ? path : resolved.string();
}

absl::Status IsAFolder(const std::string& path) {
  return absl::InvalidArgumentError(fmt::format("{}: is a folder, not a file", path));
}

mode_t ModeFor(const std::string& path, FileAccess access) {
  if (access == FileAccess::kSecret) return kSecretMode;
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : kPublicMode;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  return ReadWith(path, max_bytes, false);
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path, std::size_t max_bytes,
                                           bool allow_shared) {
  return ReadWith(path, max_bytes, !allow_shared);
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, FileAccess access) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return S_ISDIR(status.st_mode) ? IsAFolder(path) : WriteInto(path, contents);
  }
  const std::string target = TargetOf(path);
  absl::StatusOr<std::string> temporary = WriteTemporary(target, contents, ModeFor(target, access));
  if (!temporary.ok()) return temporary.status();
  // Where root replaces another's file it stays his; nobody else can give files away, or needs to.
  struct stat before = {};
  if (access == FileAccess::kPublic && stat(target.c_str(), &before) == 0 &&
      chown(temporary->c_str(), before.st_uid, before.st_gid) != 0 && errno != EPERM && errno != EINVAL) {
    absl::Status failed = ErrnoError(path, "cannot be given its owner");
    unlink(temporary->c_str());
    return failed;
  }
  if (rename(temporary->c_str(), target.c_str()) != 0) {
    absl::Status failed = ErrnoError(path, "cannot be replaced");
    unlink(temporary->c_str());
    return failed;
  }
  return SyncFolder(FolderOf(target));
}

absl::Status CheckWritable(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    if (S_ISDIR(status.st_mode)) return IsAFolder(path);
    return access(path.c_str(), W_OK) == 0 ? absl::OkStatus() : ErrnoError(path, "cannot be written");
  }
  const std::string target = TargetOf(path);
  const absl::StatusOr<std::string> temporary = WriteTemporary(target, "", kSecretMode, Durable::kLater);
  if (!temporary.ok()) return temporary.status();
  unlink(temporary->c_str());
  return absl::OkStatus();
}

absl::Status WriteNewFile(const std::string& path, std::string_view contents, FileAccess access) {
  const mode_t mode = access == FileAccess::kSecret ? kSecretMode : kPublicMode;
  absl::StatusOr<std::string> temporary = WriteTemporary(path, contents, mode);
  if (!temporary.ok()) return temporary.status();
  const absl::Status status = MoveToNew(*temporary, path);
  return status.ok() ? SyncFolder(FolderOf(path)) : status;
}

std::vector<absl::Status> WriteNewFiles(const std::vector<NewFile>& files, FileAccess access) {
  // One alone must not wait for what others write to the disk.
  if (files.size() == 1) return {WriteNewFile(files[0].path, files[0].contents, access)};
  const mode_t mode = access == FileAccess::kSecret ? kSecretMode : kPublicMode;
  std::vector<absl::Status> statuses(files.size());
  std::vector<std::string> temporaries(files.size());
  std::map<std::string, absl::Status> folders;
  for (std::size_t i = 0; i < files.size(); ++i) {
    absl::StatusOr<std::string> temporary =
        WriteTemporary(files[i].path, files[i].contents, mode, Durable::kLater);
    statuses[i] = temporary.status();
    if (!temporary.ok()) continue;
    temporaries[i] = *std::move(temporary);
    folders.emplace(FolderOf(files[i].path), absl::OkStatus());
  }
  // What is in them first: a name that survives a crash must not lead to an empty file.
  for (auto& [folder, status] : folders) status = SyncDiskOf(folder);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!statuses[i].ok()) continue;
    statuses[i] = folders[FolderOf(files[i].path)];
    if (statuses[i].ok()) {
      statuses[i] = MoveToNew(temporaries[i], files[i].path);
    } else {
      unlink(temporaries[i].c_str());
    }
  }
  for (auto& [folder, status] : folders) {
    if (status.ok()) status = SyncFolder(folder);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (statuses[i].ok()) statuses[i] = folders[FolderOf(files[i].path)];
  }
  return statuses;
}

absl::Status SyncFolder(const std::string& folder) {
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return ErrnoError(folder, "the folder cannot be synced");
  return absl::OkStatus();
}

absl::Status MakeNewFolder(const std::string& path, FileAccess access) {
  const mode_t mode = access == FileAccess::kSecret ? kSecretFolderMode : kPublicFolderMode;
  if (mkdir(path.c_str(), mode) != 0) return ErrnoError(path, "the folder cannot be made");
  return SyncFolder(FolderOf(path));
}

absl::Status MakeFolders(const std::string& path, FileAccess access) {
  if (IsFolder(path)) return absl::OkStatus();
  const std::string parent = FolderOf(path);
  if (parent != path && parent != ".") {
    absl::Status made = MakeFolders(parent, access);
    if (!made.ok()) return made;
  }
  absl::Status made = MakeNewFolder(path, access);
  if (!absl::IsAlreadyExists(made)) return made;
  if (!IsFolder(path)) return absl::AlreadyExistsError(fmt::format("{}: is not a folder", path));
  return SyncFolder(parent);  // another process made it, and may not be done with that
}

}  // namespace chirograph
