// SPDX-License-Identifier: Apache-2.0
//
// Whole files, with a bound, and folders. The only code here that touches a disk; nothing in it is
// cryptography, but both keyrings and clients need it.
#ifndef CHIROGRAPH_CRYPTO_FILE_H_
#define CHIROGRAPH_CRYPTO_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

// The bytes of the regular file (or pipe) at `path`. Every message names the path.
// NotFound; PermissionDenied; InvalidArgument: a folder, or over `max_bytes` (both in the message);
// Unavailable: the disk could not.
absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t max_bytes);

// As ReadFile, for a file that must stay secret. Also PermissionDenied, with the chmod to type, where
// group or others can read it, unless `allow_shared`.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path, std::size_t max_bytes, bool allow_shared);

enum class FileAccess { kPublic /* 0644 */, kSecret /* 0600 */ };

// Puts `contents` at `path`, whole or not at all, also over a crash: a temporary file beside it, fsync,
// rename, fsync of the folder. Replaces what was there, keeping an existing file's permissions, and
// where it may its owner, where access is kPublic. What is there and is no file (a FIFO, a device,
// /dev/stdout) is written into instead, and stays what it is. InvalidArgument: a folder; NotFound: no such
// folder; PermissionDenied; Unavailable: disk full or failing.
absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, FileAccess access);

// Whether WriteFileAtomically could write to `path` now, for who will only want to much later. Leaves nothing
// there, and what was there as it was. Errors as WriteFileAtomically.
absl::Status CheckWritable(const std::string& path);

// As WriteFileAtomically, but AlreadyExists where there is a file at `path` already; never replaces one.
absl::Status WriteNewFile(const std::string& path, std::string_view contents, FileAccess access);

// A file to be made.
struct NewFile {
  std::string path;
  std::string contents;
};

// As WriteNewFile for each of `files`, for the price of a few syncs together; an answer a file, in their
// order. All that is reported as OK is durable when this returns.
std::vector<absl::Status> WriteNewFiles(const std::vector<NewFile>& files, FileAccess access);

// Makes durable which files are in `folder`. NotFound; PermissionDenied; Unavailable.
absl::Status SyncFolder(const std::string& folder);

// Makes the folder `path`, whose parent exists: with mode 0700 where `access` is kSecret, else 0755 less the
// umask. Durable. AlreadyExists: there is something; NotFound: no parent; PermissionDenied; Unavailable.
absl::Status MakeNewFolder(const std::string& path, FileAccess access);

// As above, with those above it that are missing; OK where the folder exists, also where another process
// makes it at the same time. AlreadyExists: something there is no folder.
absl::Status MakeFolders(const std::string& path, FileAccess access);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_FILE_H_
