// SPDX-License-Identifier: Apache-2.0
//
// Folders and locks of the client's state. Every message names the path.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_FOLDER_H_
#define CHIROGRAPH_CLIENT_INTERNAL_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph::internal {

// A file descriptor that is closed when this goes.
class UniqueFd {
 public:
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd();
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  UniqueFd& operator=(UniqueFd&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// The names in folder `path` but those that begin with a dot, sorted. Empty where there is no such folder.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path);

// Whether there is a file or folder at `path`.
bool PathExists(const std::string& path);

// Renames `from` to `to`, both in folders on one disk; durable.
absl::Status RenameDurably(const std::string& from, const std::string& to);

// Holds an exclusive lock on the file `path`, made if missing, until the result goes. Waits for other threads
// and processes alike.
absl::StatusOr<UniqueFd> LockFile(const std::string& path);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_FOLDER_H_
