// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_TREE_CHECK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_TREE_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chirograph/v1/finding.pb.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "proto/check_part.h"

namespace chirograph {

// Holds entries against the level-0 tiles, and each tile against the one above, up to the signed root. Where
// a tile and what lies below it say different things, the tile above it says which of them is wrong, and at
// the right edge the root does. Holds one tile of each level: some 150 KiB. Not thread-safe.
class TreeCheck {
 public:
  struct Options {
    std::uint64_t first_index = 0;    // where the entries begin that are given
    std::optional<Digest> root_hash;  // absent: no checkpoint tells
    bool is_at_rest = false;          // nobody appends: a tile has no more hashes than it must
    CheckParts left_out;
  };

  // The tree of `tree_size` entries in `tiles`, which must outlive this.
  TreeCheck(const TileReader& tiles, std::uint64_t tree_size, const Options& options);

  // The leaf hash of the next entry; absent where it is missing.
  void Append(const std::optional<Digest>& leaf_hash);
  // What lies behind the last entry is taken as the tiles have it, and all is held against the root.
  void Finish();

  // What was found since the last call; a tile's findings come when the last of its entries came.
  std::vector<v1::Finding> TakeFindings();

 private:
  static constexpr std::size_t kLevels = kMaxTileLevel + 1;
  using Hashes = std::vector<std::optional<Digest>>;

  struct Level {
    std::optional<std::uint64_t> tile;  // that is open
    Hashes stored;                      // as the tile has them; all absent where it cannot be read
    Hashes below;                       // what lies below has; absent: nobody looked
  };
  // What one tile would be, taken one way or the other where they differ.
  struct Reading {
    TileId id;
    Hashes stored;
    Hashes below;
    std::vector<std::size_t> differing;
  };

  // Opens the tile, and closes the one that was open.
  void Open(int level, std::uint64_t tile);
  void Put(int level, std::uint64_t position, const std::optional<Digest>& hash);
  void CloseFull(int level);
  void CloseEdge();
  Reading Read(int level) const;
  bool TryEdge(const std::vector<Reading>& edge);
  std::optional<Digest> EdgeRoot(const std::vector<Reading>& edge, std::uint64_t below_in) const;
  std::optional<Digest> StoredAbove(int level, std::uint64_t tile);

  void ReportTile(const Reading& reading);
  void ReportBelow(const Reading& reading);
  void Report(CheckPart part, v1::FindingCode code, TileId id, std::size_t position,
              const std::string& expected, const std::string& found);
  std::string PathOf(TileId id) const { return TilePath(id, TileWidthAt(id, tree_size_)); }

  const TileReader& tiles_;
  const std::uint64_t tree_size_;
  const Options options_;
  std::uint64_t next_index_;
  std::array<Level, kLevels> levels_;
  std::vector<v1::Finding> findings_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_TREE_CHECK_H_
