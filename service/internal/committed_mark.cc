// SPDX-License-Identifier: Apache-2.0
#include "service/internal/committed_mark.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "crypto/file.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

std::string MarkPath(const std::string& folder) { return fmt::format("{}/{}", folder, kCommittedMarkFile); }

}  // namespace

absl::Status CommittedMark::Create(const std::string& folder) {
  return WriteNewFile(MarkPath(folder), FormatCommittedMark(0), FileAccess::kPublic);
}

absl::StatusOr<CommittedMark> CommittedMark::Open(const std::string& folder) {
  return OpenWith(folder, O_RDWR);
}

absl::StatusOr<std::uint64_t> CommittedMark::Read(const std::string& folder) {
  const absl::StatusOr<CommittedMark> mark = OpenWith(folder, O_RDONLY);
  if (!mark.ok()) return mark.status();
  return mark->tree_size();
}

absl::StatusOr<CommittedMark> CommittedMark::OpenWith(const std::string& folder, int flags) {
  const std::string path = MarkPath(folder);
  CommittedMark mark(open(path.c_str(), flags | O_CLOEXEC), 0);
  if (mark.file_ < 0) {
    const std::string error = fmt::format("{}: {}", path, std::strerror(errno));
    if (errno != ENOENT) return absl::UnavailableError(error);
    return absl::DataLossError(fmt::format(
        "{}; it says how many entries were acknowledged. Restore the whole folder from a backup that has it, "
        "or, if you know that nothing is missing, write the file: 20 digits of the tree size and a line feed",
        error));
  }
  std::array<char, kCommittedMarkBytes + 1> bytes;
  const ssize_t count = pread(mark.file_, bytes.data(), bytes.size(), 0);
  if (count < 0) return absl::UnavailableError(fmt::format("{}: {}", path, std::strerror(errno)));
  const std::optional<std::uint64_t> tree_size =
      ParseCommittedMark(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
  if (!tree_size) {
    return absl::DataLossError(
        fmt::format("{}: expected 20 digits and a line feed, found something else; restore the folder from a "
                    "backup",
                    path));
  }
  mark.tree_size_ = *tree_size;
  return mark;
}

CommittedMark::CommittedMark(CommittedMark&& other) noexcept
    : file_(std::exchange(other.file_, -1)), tree_size_(other.tree_size_) {}

CommittedMark& CommittedMark::operator=(CommittedMark&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(tree_size_, other.tree_size_);
  return *this;
}

CommittedMark::~CommittedMark() {
  if (file_ >= 0) close(file_);
}

void CommittedMark::Raise(std::uint64_t tree_size) {
  const std::string bytes = FormatCommittedMark(tree_size);
  if (pwrite(file_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) {
    tree_size_ = tree_size;
  }
}

}  // namespace chirograph
