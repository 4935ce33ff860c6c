// SPDX-License-Identifier: Apache-2.0
//
// A log as a folder of files that any web server can serve: C2SP tlog-tiles.
#ifndef CHIROGRAPH_CLIENT_TILE_EXPORT_H_
#define CHIROGRAPH_CLIENT_TILE_EXPORT_H_

#include <cstdint>
#include <functional>

#include "crypto/checkpoint.h"

namespace chirograph {

// Both may be empty. Called on the thread that asked.
struct TileExportCallbacks {
  // The first `next_index` of `tree_size` entries were hashed.
  std::function<void(std::uint64_t next_index, std::uint64_t tree_size)> on_progress;
  // Asked a few times a second: true ends it, which goes on from there next time.
  std::function<bool()> should_stop;
};

struct TileExportSummary {
  Checkpoint checkpoint;  // that the tree was compared with
  // The folder has all of it; otherwise it was stopped, and has the checkpoint that it had before.
  bool is_complete = false;
  std::uint64_t next_index = 0;  // how many entries were hashed
  std::uint64_t fetched = 0;     // how many of them the archive was asked for
  std::uint64_t written = 0;     // files, but for the checkpoint
  std::uint64_t unchanged = 0;   // those that were there, and are what the log signed
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_TILE_EXPORT_H_
