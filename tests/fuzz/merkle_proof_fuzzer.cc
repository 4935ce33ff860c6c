// SPDX-License-Identifier: Apache-2.0
//
// Proofs that somebody made up, against trees that are known: only the one true proof is taken.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {
namespace {

constexpr std::uint64_t kLargest = 300;  // with full tiles and a second level

// The tiles of a tree of kLargest leaves, the i-th of which is the entry "i".
class Log final : public TileReader {
 public:
  Log() {
    TileEdge edge;
    roots_.push_back(edge.RootHash());
    for (std::uint64_t i = 0; i < kLargest; ++i) {
      edge.Append(LeafHash(std::to_string(i)));
      roots_.push_back(edge.RootHash());
    }
    for (auto& [id, hashes] : edge.TakeChangedTiles()) tiles_[id] = std::move(hashes);
  }

  absl::StatusOr<std::string> ReadTile(TileId id, int /*width*/) const override { return tiles_.at(id); }
  const Digest& root(std::uint64_t size) const { return roots_[size]; }

 private:
  std::map<TileId, std::string> tiles_;
  std::vector<Digest> roots_;
};

// The first bytes of `input`, and drops them; zeros where there are none left.
std::string Take(std::string_view& input, std::size_t count) {
  std::string taken(input.substr(0, count));
  input.remove_prefix(taken.size());
  taken.resize(count);
  return taken;
}

std::uint64_t TakeSize(std::string_view& input) {
  const std::string taken = Take(input, 2);
  return (static_cast<unsigned char>(taken[0]) << 8 | static_cast<unsigned char>(taken[1])) % (kLargest + 2);
}

// The true proof with changes by what is left of the input: hashes changed, taken away or added.
std::vector<Digest> Change(std::vector<Digest> proof, std::string_view input) {
  while (!input.empty()) {
    const std::string step = Take(input, 3);
    const auto at = static_cast<unsigned char>(step[1]);
    switch (static_cast<unsigned char>(step[0]) % 4) {
      case 0:
        if (!proof.empty()) proof[at % proof.size()][at % 32] ^= static_cast<unsigned char>(step[2]);
        break;
      case 1:
        if (!proof.empty()) proof.erase(proof.begin() + at % proof.size());
        break;
      case 2:
        proof.insert(proof.begin() + at % (proof.size() + 1), LeafHash(step));
        break;
      default:
        if (!proof.empty()) std::swap(proof[at % proof.size()], proof.front());
    }
  }
  return proof;
}

}  // namespace

void FuzzOne(std::string_view input) {
  static const Log log;
  const std::uint64_t size = TakeSize(input);
  const std::uint64_t other = TakeSize(input);
  if (size > kLargest) return;

  // `other` is an index beyond the tree, or one in it.
  const absl::StatusOr<std::vector<Digest>> inclusion = ProveInclusion(other, size, log);
  CHIROGRAPH_FUZZ_CHECK(inclusion.ok() == (other < size));
  if (inclusion.ok()) {
    const Digest leaf = LeafHash(std::to_string(other));
    const std::vector<Digest> changed = Change(*inclusion, input);
    const ProofVerdict verdict = VerifyInclusion(leaf, other, size, changed, log.root(size));
    CHIROGRAPH_FUZZ_CHECK((verdict == ProofVerdict::kVerified) == (changed == *inclusion));
    CHIROGRAPH_FUZZ_CHECK((verdict == ProofVerdict::kWrongLength) == (changed.size() != inclusion->size()));
    // Nor is it another entry's.
    CHIROGRAPH_FUZZ_CHECK(VerifyInclusion(LeafHash("x"), other, size, *inclusion, log.root(size)) ==
                          ProofVerdict::kRootMismatch);
  } else {
    CHIROGRAPH_FUZZ_CHECK(VerifyInclusion(LeafHash("x"), other, size, {}, log.root(size)) ==
                          ProofVerdict::kIndexBeyondTree);
  }

  const absl::StatusOr<std::vector<Digest>> consistency = ProveConsistency(other, size, log);
  CHIROGRAPH_FUZZ_CHECK(consistency.ok() == (other <= size));
  if (!consistency.ok()) return;
  const std::vector<Digest> changed = Change(*consistency, input);
  const ProofVerdict verdict = VerifyConsistency(other, log.root(other), size, log.root(size), changed);
  CHIROGRAPH_FUZZ_CHECK((verdict == ProofVerdict::kVerified) == (changed == *consistency));
  // Nor from another tree.
  if (other != 0) {
    CHIROGRAPH_FUZZ_CHECK(VerifyConsistency(other, LeafHash("x"), size, log.root(size), *consistency) !=
                          ProofVerdict::kVerified);
  }
}

}  // namespace chirograph
