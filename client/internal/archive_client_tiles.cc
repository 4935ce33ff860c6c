// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClientImpl::ExportTiles.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "client/internal/archive_client_impl.h"
#include "client/internal/tile_export.h"
#include "client/internal/tile_folder.h"
#include "crypto/limits.h"
#include "crypto/status_message.h"

namespace chirograph::internal {

std::optional<Failure> ArchiveClientImpl::JudgeTileFolder(const TileFolder& folder) {
  const absl::StatusOr<std::optional<std::string>> note = folder.Read(kCheckpointName, limits::kMaxNoteBytes);
  if (!note.ok()) return CouldNot(note.status());
  if (!note->has_value()) return std::nullopt;
  const std::string path = folder.PathOf(kCheckpointName);
  const absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(**note, log_.key);
  if (!checkpoint.ok()) {
    return CouldNot(absl::FailedPreconditionError(
        fmt::format("{}: is no checkpoint of the log {}: {}; if the folder is another log's, choose another "
                    "folder, and if the file is damaged, move it away",
                    path, log_.key.name(), MessageOf(checkpoint.status()))));
  }
  // Whoever reads the folder relies on it: a log that has gone back from it contradicts itself.
  const Answer<TrackedCheckpoint> tracked = tracker_.Observe(**note, path);
  return tracked.ok() ? std::nullopt : std::optional(tracked.failure());
}

Answer<TileExportSummary> ArchiveClientImpl::ExportTiles(const std::string& dir,
                                                         const TileExportCallbacks& callbacks) {
  TileFolder folder(dir);
  if (const absl::Status opened = folder.Open(); !opened.ok()) return CouldNot(opened);
  if (std::optional<Failure> failure = JudgeTileFolder(folder)) return *std::move(failure);
  Answer<TrackedCheckpoint> latest = tracker_.FetchLatest();
  if (!latest.ok()) return std::move(latest).failure();
  const StreamServices services = Services();
  TileExport tiles(services, folder, callbacks, [this](std::uint64_t first_size, std::uint64_t second_size) {
    return queries_.FetchConsistencyProof(first_size, second_size);
  });
  return tiles.Run(latest->received);
}

}  // namespace chirograph::internal
