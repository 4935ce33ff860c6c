// SPDX-License-Identifier: Apache-2.0
//
// RFC 6962 section 2.1 written down as it stands there, recursively and slowly, to hold the code against.
// Nothing here uses crypto/merkle.h or crypto/tile.h but for the tiles' interface.
#ifndef CHIROGRAPH_TESTS_CRYPTO_MERKLE_REFERENCE_H_
#define CHIROGRAPH_TESTS_CRYPTO_MERKLE_REFERENCE_H_

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "fmt/core.h"

namespace chirograph {

// The largest power of two smaller than n; n > 1.
inline std::uint64_t SplitPoint(std::uint64_t n) { return std::bit_floor(n - 1); }

// Trees over the first leaves of one endless list of entries, "entry 0", "entry 1", ...
class ReferenceLog {
 public:
  explicit ReferenceLog(std::uint64_t leaves) {
    for (std::uint64_t i = 0; i < leaves; ++i) {
      leaves_.push_back(Sha256({std::string_view("\0", 1), Entry(i)}));
    }
  }

  static std::string Entry(std::uint64_t index) { return fmt::format("entry {}", index); }
  const Digest& leaf(std::uint64_t index) const { return leaves_[index]; }

  // MTH(D[begin:end]).
  Digest Root(std::uint64_t begin, std::uint64_t end) const {
    if (begin == end) return Sha256("");
    if (end - begin == 1) return leaves_[begin];
    const std::uint64_t key = begin << 32 | end;
    if (const auto found = roots_.find(key); found != roots_.end()) return found->second;
    const std::uint64_t k = SplitPoint(end - begin);
    const Digest left = Root(begin, begin + k);
    const Digest right = Root(begin + k, end);
    return roots_[key] = Sha256({"\x01", AsBytes(left), AsBytes(right)});
  }
  Digest Root(std::uint64_t tree_size) const { return Root(0, tree_size); }

  // PATH(m, D[begin:end]), m counted from begin.
  std::vector<Digest> Path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) const {
    if (end - begin == 1) return {};
    const std::uint64_t k = SplitPoint(end - begin);
    std::vector<Digest> path = m < k ? Path(m, begin, begin + k) : Path(m - k, begin + k, end);
    path.push_back(m < k ? Root(begin + k, end) : Root(begin, begin + k));
    return path;
  }

  // SUBPROOF(m, D[begin:end], whole).
  std::vector<Digest> Subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool whole) const {
    if (m == end - begin) return whole ? std::vector<Digest>() : std::vector<Digest>{Root(begin, end)};
    const std::uint64_t k = SplitPoint(end - begin);
    std::vector<Digest> proof =
        m <= k ? Subproof(m, begin, begin + k, whole) : Subproof(m - k, begin + k, end, false);
    proof.push_back(m <= k ? Root(begin + k, end) : Root(begin, begin + k));
    return proof;
  }

 private:
  std::vector<Digest> leaves_;
  mutable std::unordered_map<std::uint64_t, Digest> roots_;
};

// On which sides the siblings stand from leaf m of n leaves up: proofs of equal sides compute the same.
inline std::string PathSides(std::uint64_t m, std::uint64_t n) {
  if (n == 1) return "";
  const std::uint64_t k = SplitPoint(n);
  return m < k ? PathSides(m, k) + 'r' : PathSides(m - k, n - k) + 'l';
}

// The same for a consistency proof from m to n leaves, 0 < m < n.
inline std::string SubproofSides(std::uint64_t m, std::uint64_t n, bool whole = true) {
  if (m == n) return whole ? "whole " : "part ";
  const std::uint64_t k = SplitPoint(n);
  return m <= k ? SubproofSides(m, k, whole) + 'r' : SubproofSides(m - k, n - k, false) + 'l';
}

// The tiles of a ReferenceLog's tree of one size, each hash computed as C2SP tlog-tiles defines it:
// MTH(D[(n*256+i)*256^l : (n*256+i+1)*256^l]). Counts what is read.
class ReferenceTiles : public TileReader {
 public:
  ReferenceTiles(const ReferenceLog& log, std::uint64_t tree_size) {
    std::uint64_t span = 1;
    for (int level = 0; span <= tree_size; ++level, span *= 256) {
      for (std::uint64_t i = 0; (i + 1) * span <= tree_size; ++i) {
        tiles[{level, i / 256}] += AsBytes(log.Root(i * span, (i + 1) * span));
      }
    }
  }

  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    ++reads[id];
    asked_width[id] = width;
    const auto found = tiles.find(id);
    if (found == tiles.end()) return absl::DataLossError(fmt::format("no tile {}/{}", id.level, id.index));
    return found->second;
  }

  std::map<TileId, std::string> tiles;
  mutable std::map<TileId, int> reads;
  mutable std::map<TileId, int> asked_width;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CRYPTO_MERKLE_REFERENCE_H_
