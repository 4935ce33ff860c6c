// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_COMMITTED_MARK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_COMMITTED_MARK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

// A lower bound on the number of acknowledged entries, in a file of its own (kCommittedMarkFile). RocksDB
// cannot tell a write-ahead log that lost its end from one whose last write never finished; this can. It
// is overwritten in place after each commit and not synced: a crash of the machine may leave it at an
// older bound, never at one that is too high. Not thread-safe.
class CommittedMark {
 public:
  // Puts a mark of 0 into `folder`, durably. AlreadyExists, PermissionDenied, Unavailable.
  static absl::Status Create(const std::string& folder);

  // Opens the mark in `folder`. DataLoss: it is missing or not of its format. Unavailable: the disk could
  // not.
  static absl::StatusOr<CommittedMark> Open(const std::string& folder);

  // The bound in `folder`, for who only reads. Errors as Open.
  static absl::StatusOr<std::uint64_t> Read(const std::string& folder);

  CommittedMark(CommittedMark&& other) noexcept;
  CommittedMark& operator=(CommittedMark&& other) noexcept;
  CommittedMark(const CommittedMark&) = delete;
  CommittedMark& operator=(const CommittedMark&) = delete;
  ~CommittedMark();

  // The bound when it was opened.
  std::uint64_t tree_size() const { return tree_size_; }

  // Writes a new bound. Where the disk refuses, the old one stays, which is as true as before.
  void Raise(std::uint64_t tree_size);

 private:
  static absl::StatusOr<CommittedMark> OpenWith(const std::string& folder, int flags);
  CommittedMark(int file, std::uint64_t tree_size) : file_(file), tree_size_(tree_size) {}
  int file_ = -1;
  std::uint64_t tree_size_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_COMMITTED_MARK_H_
