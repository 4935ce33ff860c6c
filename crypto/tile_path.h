// SPDX-License-Identifier: Apache-2.0
//
// Paths of C2SP tlog-tiles, read. TilePath and EntryBundlePath (crypto/tile.h) write them.
#ifndef CHIROGRAPH_CRYPTO_TILE_PATH_H_
#define CHIROGRAPH_CRYPTO_TILE_PATH_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace chirograph {

// What a path names; whether some tree has it is another question.
struct TileName {
  std::optional<int> level;  // 0 to 63; absent: an entry bundle
  std::uint64_t index = 0;   // at most kMaxTreeSize
  int width = 0;             // 1 to 255, or kTileWidth where the path says none
  friend bool operator==(const TileName&, const TileName&) = default;
};

// What `path`, such as "tile/0/x001/234.p/12" or "tile/entries/000", names. InvalidArgument: it is not that
// one spelling which C2SP tlog-tiles has for each tile; the message says of which part.
absl::StatusOr<TileName> ParseTilePath(std::string_view path);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_TILE_PATH_H_
