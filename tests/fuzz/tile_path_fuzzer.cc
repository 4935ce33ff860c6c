// SPDX-License-Identifier: Apache-2.0
//
// Paths of tiles and entry bundles. What parses has one spelling.
#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "crypto/tile_path.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {

void FuzzOne(std::string_view input) {
  const absl::StatusOr<TileName> name = ParseTilePath(input);
  if (!name.ok()) {
    CHIROGRAPH_FUZZ_CHECK(name.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(name->index <= kMaxTreeSize);
  CHIROGRAPH_FUZZ_CHECK(name->width >= 1 && name->width <= kTileWidth);
  CHIROGRAPH_FUZZ_CHECK(!name->level || (*name->level >= 0 && *name->level <= 63));
  const std::string written = name->level ? TilePath({*name->level, name->index}, name->width)
                                          : EntryBundlePath(name->index, name->width);
  CHIROGRAPH_FUZZ_CHECK(written == input);
}

}  // namespace chirograph
