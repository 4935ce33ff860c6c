// SPDX-License-Identifier: Apache-2.0
#include "client/internal/tile_folder.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/limits.h"

namespace chirograph::internal {
namespace {

// A dot file, which web servers do not list, and copies may leave out.
constexpr std::string_view kTileFolderLockName = ".lock";

}  // namespace

absl::Status TileFolder::Open() {
  absl::Status made = MakeFolders(dir_, FileAccess::kPublic);
  if (!made.ok()) return made;
  absl::StatusOr<UniqueFd> lock = LockFile(PathOf(kTileFolderLockName));
  if (!lock.ok()) return lock.status();
  lock_.emplace(*std::move(lock));
  return absl::OkStatus();
}

std::string TileFolder::PathOf(std::string_view name) const { return fmt::format("{}/{}", dir_, name); }

absl::StatusOr<std::optional<std::string>> TileFolder::Read(std::string_view name,
                                                            std::size_t max_bytes) const {
  absl::StatusOr<std::string> bytes = ReadFile(PathOf(name), max_bytes);
  if (absl::IsNotFound(bytes.status())) return std::optional<std::string>();
  if (!bytes.ok()) return bytes.status();
  return std::optional<std::string>(*std::move(bytes));
}

absl::StatusOr<TileFolder::Standing> TileFolder::Add(const std::string& name, std::string bytes) {
  // One byte more than it should have is enough to see that it is another.
  const absl::StatusOr<std::optional<std::string>> present = Read(name, bytes.size());
  if (absl::IsInvalidArgument(present.status())) return Standing::kOther;
  if (!present.ok()) return present.status();
  if (present->has_value()) return **present == bytes ? Standing::kUnchanged : Standing::kOther;
  waiting_bytes_ += bytes.size();
  waiting_.push_back({PathOf(name), std::move(bytes)});
  return Standing::kMissing;
}

absl::StatusOr<std::uint64_t> TileFolder::WriteWaiting() {
  std::vector<NewFile> files = std::exchange(waiting_, {});
  waiting_bytes_ = 0;
  for (const NewFile& file : files) {
    absl::Status made = MakeFolders(file.path.substr(0, file.path.rfind('/')), FileAccess::kPublic);
    if (!made.ok()) return made;
  }
  if (files.empty()) return 0;
  for (const absl::Status& status : WriteNewFiles(files, FileAccess::kPublic)) {
    if (!status.ok()) return status;
  }
  return files.size();
}

absl::Status TileFolder::WriteCheckpoint(std::string_view note) {
  const absl::StatusOr<std::optional<std::string>> before = Read(kCheckpointName, limits::kMaxNoteBytes);
  if (before.ok() && before->has_value() && **before == note) return absl::OkStatus();
  return WriteFileAtomically(PathOf(kCheckpointName), note, FileAccess::kPublic);
}

}  // namespace chirograph::internal
