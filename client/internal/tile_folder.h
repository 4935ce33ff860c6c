// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_TILE_FOLDER_H_
#define CHIROGRAPH_CLIENT_INTERNAL_TILE_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/internal/folder.h"
#include "crypto/file.h"

namespace chirograph::internal {

// The checkpoint's name in a folder of tiles.
inline constexpr std::string_view kCheckpointName = "checkpoint";

// A folder of C2SP tlog-tiles that is being filled, while a web server may serve it: each file appears whole,
// and none is replaced but the checkpoint. Files have the names of the protocol's paths: "tile/0/000". Every
// message names the file. Not thread-safe.
class TileFolder {
 public:
  explicit TileFolder(std::string dir) : dir_(std::move(dir)) {}

  // Makes the folder where there is none, and waits until nobody else fills it; nobody else can then, as long
  // as this lives. Errors as MakeFolders and LockFile.
  absl::Status Open();

  std::string PathOf(std::string_view name) const;

  // The file of that name; nothing where there is none. Errors as ReadFile: InvalidArgument over `max_bytes`.
  absl::StatusOr<std::optional<std::string>> Read(std::string_view name, std::size_t max_bytes) const;

  enum class Standing {
    kMissing,    // it waits now, to be written by WriteWaiting
    kUnchanged,  // it is there, with these bytes
    kOther,      // a file with other bytes is there
  };
  // What the file of that name, which should have these bytes, is. Errors as ReadFile.
  absl::StatusOr<Standing> Add(const std::string& name, std::string bytes);

  // Of all that waits.
  std::size_t waiting_bytes() const { return waiting_bytes_; }

  // Writes what waits; all of it is durable when this returns OK, with the number of files that were not
  // there yet. Errors as MakeFolders and WriteNewFile, the first of them: the others were written all the
  // same.
  absl::StatusOr<std::uint64_t> WriteWaiting();

  // Replaces the checkpoint, unless it is the same. Errors as WriteFileAtomically.
  absl::Status WriteCheckpoint(std::string_view note);

 private:
  const std::string dir_;
  std::optional<UniqueFd> lock_;
  std::vector<NewFile> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_TILE_FOLDER_H_
