// SPDX-License-Identifier: Apache-2.0
#include "service/internal/tree_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/merkle.h"
#include "proto/finding.h"

namespace chirograph {
namespace {

constexpr int kTileHeight = 8;
constexpr std::uint64_t kTileMask = kTileWidth - 1;

// The hash over `hashes`, 2^n of them; nothing where one is absent.
std::optional<Digest> HashOf(std::span<const std::optional<Digest>> hashes) {
  CompactRange range;
  for (const std::optional<Digest>& hash : hashes) {
    if (!hash) return std::nullopt;
    range.Append(*hash);
  }
  return range.RootHash();
}

std::vector<std::optional<Digest>> Prefer(const std::vector<std::optional<Digest>>& first,
                                          const std::vector<std::optional<Digest>>& second) {
  std::vector<std::optional<Digest>> hashes = first;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (!hashes[i]) hashes[i] = second[i];
  }
  return hashes;
}

std::uint64_t FirstIndexUnder(TileId id, std::size_t position) {
  return (id.index * kTileWidth + position) << (kTileHeight * id.level);
}

std::string Name(const Digest& hash) { return "hash " + ToHex(hash); }

}  // namespace

TreeCheck::TreeCheck(const TileReader& tiles, std::uint64_t tree_size, const Options& options)
    : tiles_(tiles), tree_size_(tree_size), options_(options), next_index_(options_.first_index) {}

void TreeCheck::Append(const std::optional<Digest>& leaf_hash) {
  const bool is_on = !options_.left_out.has(CheckPart::kLeaves);
  Put(0, next_index_++, is_on ? leaf_hash : std::nullopt);
}

// A tile is open as soon as one of its hashes is known, and closed with its last.
void TreeCheck::Put(int level, std::uint64_t position, const std::optional<Digest>& hash) {
  Open(level, position / kTileWidth);
  levels_[static_cast<std::size_t>(level)].below[position & kTileMask] = hash;
  if ((position & kTileMask) == kTileMask) CloseFull(level);
}

void TreeCheck::Open(int level, std::uint64_t tile) {
  Level& open = levels_[static_cast<std::size_t>(level)];
  if (open.tile == tile) return;
  const TileId id{level, tile};
  const int width = TileWidthAt(id, tree_size_);
  open.tile = tile;
  open.stored.assign(static_cast<std::size_t>(width), std::nullopt);
  open.below = open.stored;
  if (width == 0) return;
  const absl::StatusOr<std::string> bytes = tiles_.ReadTile(id, width);
  if (!bytes.ok()) {
    return Report(CheckPart::kTiles, v1::FINDING_CODE_TILE_MISSING, id, 0, fmt::format("{} hashes", width),
                  std::string(bytes.status().message()));
  }
  if (options_.is_at_rest && bytes->size() != static_cast<std::size_t>(width) * kSha256Bytes) {
    Report(CheckPart::kTiles, v1::FINDING_CODE_TILE_MISMATCH, id, 0, fmt::format("{} hashes", width),
           fmt::format("{}", bytes->size() / kSha256Bytes));
  }
  for (std::size_t i = 0; i < open.stored.size(); ++i) {
    open.stored[i] = DigestFromBytes(std::string_view(*bytes).substr(i * kSha256Bytes, kSha256Bytes));
  }
}

TreeCheck::Reading TreeCheck::Read(int level) const {
  const Level& open = levels_[static_cast<std::size_t>(level)];
  Reading reading{.id = {level, *open.tile},
                  .stored = Prefer(open.stored, open.below),
                  .below = Prefer(open.below, open.stored),
                  .differing = {}};
  for (std::size_t i = 0; i < open.stored.size(); ++i) {
    if (reading.stored[i] != reading.below[i]) reading.differing.push_back(i);
  }
  return reading;
}

// What the tile above has for the full tile.
std::optional<Digest> TreeCheck::StoredAbove(int level, std::uint64_t tile) {
  if (level == kMaxTileLevel) return std::nullopt;
  Open(level + 1, tile / kTileWidth);
  return levels_[static_cast<std::size_t>(level) + 1].stored[tile & kTileMask];
}

void TreeCheck::CloseFull(int level) {
  const Reading reading = Read(level);
  const std::optional<Digest> above = StoredAbove(level, reading.id.index);
  std::optional<Digest> hash = HashOf(reading.stored);
  if (!reading.differing.empty()) {
    const std::optional<Digest> hash_below = HashOf(reading.below);
    if (hash != above && hash_below == above) {
      ReportTile(reading);
      hash = hash_below;
    } else {
      // Where neither is what the tile above has, there is more than one fault, and that tile is judged too.
      ReportBelow(reading);
    }
  }
  levels_[static_cast<std::size_t>(level)].tile.reset();
  if (level == kMaxTileLevel) return;
  Put(level + 1, reading.id.index, options_.left_out.has(CheckPart::kTiles) ? std::nullopt : hash);
}

void TreeCheck::Finish() {
  // A full tile that the range ends in.
  for (int level = 0; level < kMaxTileLevel; ++level) {
    const Level& open = levels_[static_cast<std::size_t>(level)];
    if (open.tile && TileWidthAt({level, *open.tile}, tree_size_) == kTileWidth) CloseFull(level);
  }
  if (tree_size_ > 0) CloseEdge();
}

void TreeCheck::CloseEdge() {
  std::vector<Reading> edge;
  for (int level = kMaxTileLevel; level >= 0; --level) {
    const std::uint64_t tile = tree_size_ >> (kTileHeight * level) >> kTileHeight;
    if (TileWidthAt({level, tile}, tree_size_) == 0) continue;
    Open(level, tile);
    edge.push_back(Read(level));
  }
  if (TryEdge(edge)) return;
  for (const Reading& reading : edge) ReportBelow(reading);
  if (!options_.root_hash || options_.left_out.has(CheckPart::kRoot)) return;
  const std::optional<Digest> root = EdgeRoot(edge, 0);
  v1::Finding finding;
  finding.set_code(v1::FINDING_CODE_ROOT_MISMATCH);
  finding.set_expected(fmt::format("root {} of tree size {}", ToHex(*options_.root_hash), tree_size_));
  finding.set_found(root ? "root " + ToHex(*root) : "tiles that are not all there");
  findings_.push_back(std::move(finding));
}

// Takes each tile as it is stored or as what lies below has it, until the root comes out. There are 8 tiles
// at most. Without a root, what differs is not told apart.
bool TreeCheck::TryEdge(const std::vector<Reading>& edge) {
  if (!options_.root_hash) return false;
  for (std::uint64_t below_in = 0; below_in < std::uint64_t{1} << edge.size(); ++below_in) {
    bool is_new = true;
    for (std::size_t i = 0; i < edge.size(); ++i) {
      if ((below_in >> i & 1) != 0 && edge[i].differing.empty()) is_new = false;
    }
    if (!is_new || EdgeRoot(edge, below_in) != options_.root_hash) continue;
    for (std::size_t i = 0; i < edge.size(); ++i) {
      if ((below_in >> i & 1) != 0) {
        ReportTile(edge[i]);
      } else {
        ReportBelow(edge[i]);
      }
    }
    return true;
  }
  return false;
}

std::optional<Digest> TreeCheck::EdgeRoot(const std::vector<Reading>& edge, std::uint64_t below_in) const {
  std::vector<Digest> roots;
  for (std::size_t i = 0; i < edge.size(); ++i) {
    CompactRange range;
    for (const std::optional<Digest>& hash : (below_in >> i & 1) != 0 ? edge[i].below : edge[i].stored) {
      if (!hash) return std::nullopt;
      range.Append(*hash);
    }
    roots.insert(roots.end(), range.subtree_roots().begin(), range.subtree_roots().end());
  }
  const absl::StatusOr<CompactRange> tree = CompactRange::Create(tree_size_, std::move(roots));
  if (!tree.ok()) return std::nullopt;
  return tree->RootHash();
}

void TreeCheck::ReportTile(const Reading& reading) {
  for (const std::size_t i : reading.differing) {
    Report(CheckPart::kTiles, v1::FINDING_CODE_TILE_MISMATCH, reading.id, i, Name(*reading.below[i]),
           Name(*reading.stored[i]));
  }
}

void TreeCheck::ReportBelow(const Reading& reading) {
  for (const std::size_t i : reading.differing) {
    const std::string expected = Name(*reading.stored[i]);
    const std::string found = Name(*reading.below[i]);
    if (reading.id.level == 0) {
      findings_.push_back(MakeFinding(v1::FINDING_CODE_ENTRY_MISMATCH, FirstIndexUnder(reading.id, i),
                                      "leaf " + expected, "leaf " + found));
      continue;
    }
    const TileId child{reading.id.level - 1, reading.id.index * kTileWidth + i};
    Report(CheckPart::kTiles, v1::FINDING_CODE_TILE_MISMATCH, child, 0, expected, found);
  }
}

void TreeCheck::Report(CheckPart part, v1::FindingCode code, TileId id, std::size_t position,
                       const std::string& expected, const std::string& found) {
  if (options_.left_out.has(part)) return;
  v1::Finding finding = MakeFinding(code, FirstIndexUnder(id, position), expected, found);
  finding.set_subject(PathOf(id));
  findings_.push_back(std::move(finding));
}

std::vector<v1::Finding> TreeCheck::TakeFindings() { return std::exchange(findings_, {}); }

}  // namespace chirograph
