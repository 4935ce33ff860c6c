// SPDX-License-Identifier: Apache-2.0
#include "crypto/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/encoding.h"
#include "tests/crypto/merkle_reference.h"

namespace chirograph::merkle_test {
namespace {

constexpr std::uint64_t kSizes = 300;

Digest Spoilt(Digest digest) {
  digest[17] ^= 0x40;
  return digest;
}

// The proof with each thing wrong that can be wrong in it alone: a bit of each hash, one hash less, one more.
std::vector<std::vector<Digest>> SpoiltProofs(const std::vector<Digest>& proof) {
  std::vector<std::vector<Digest>> spoilt;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    spoilt.push_back(proof);
    spoilt.back()[i] = Spoilt(proof[i]);
    spoilt.push_back(proof);
    spoilt.back().erase(spoilt.back().begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (std::size_t i = 0; i <= proof.size(); ++i) {
    spoilt.push_back(proof);
    spoilt.back().insert(spoilt.back().begin() + static_cast<std::ptrdiff_t>(i), Digest{});
  }
  return spoilt;
}

// `number` with each of its bits wrong alone, one more, one less, and 0.
std::vector<std::uint64_t> SpoiltNumbers(std::uint64_t number) {
  std::vector<std::uint64_t> spoilt = {number + 1, number - 1};
  for (int bit = 0; bit < 64; ++bit) spoilt.push_back(number ^ std::uint64_t{1} << bit);
  if (number != 0) spoilt.push_back(0);
  return spoilt;
}

// Sides() of what SpoiltNumbers makes of at most kSizes; a size past these has a way up longer than any here.
constexpr std::uint64_t kSpoiltSizes = 1024;

using SidesTable = std::vector<std::vector<std::string>>;

// `sides` of (i, size), of each i to kSizes and size from i + 1 to below kSpoiltSizes; empty where i < begin.
template <class Sides>
SidesTable AllSides(std::uint64_t begin, Sides sides) {
  SidesTable table(kSizes + 1, std::vector<std::string>(kSpoiltSizes));
  for (std::uint64_t i = begin; i <= kSizes; ++i) {
    for (std::uint64_t size = i + 1; size < kSpoiltSizes; ++size) table[i][size] = sides(i, size);
  }
  return table;
}

// The entries and roots of Certificate Transparency's own tests, as the RFC's authors chose them.
TEST(MerkleTest, MatchesTheRootsOfCertificateTransparency) {
  const char* const entries[] = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                               "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  EXPECT_EQ(ToHex(EmptyRootHash()), roots[0]);
  CompactRange range;
  EXPECT_EQ(ToHex(range.RootHash()), roots[0]);
  for (std::size_t i = 0; i < std::size(entries); ++i) {
    range.Append(LeafHash(HexDecode(entries[i]).value()));
    EXPECT_EQ(ToHex(range.RootHash()), roots[i + 1]);
    EXPECT_EQ(range.tree_size(), i + 1);
  }
}

TEST(CompactRangeTest, AppendingGivesTheRootsOfTheReference) {
  const ReferenceLog log(kSizes);
  CompactRange range;
  for (std::uint64_t size = 0; size <= kSizes; ++size) {
    EXPECT_EQ(range.RootHash(), log.Root(size)) << size;
    const absl::StatusOr<CompactRange> again = CompactRange::Create(
        size, std::vector<Digest>(range.subtree_roots().begin(), range.subtree_roots().end()));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->RootHash(), log.Root(size));
    EXPECT_EQ(again->tree_size(), size);
    if (size < kSizes) range.Append(LeafHash(ReferenceLog::Entry(size)));
  }
}

TEST(CompactRangeTest, RefusesAnotherNumberOfSubtrees) {
  EXPECT_TRUE(CompactRange::Create(0, {}).ok());
  EXPECT_TRUE(CompactRange::Create(5, {Digest{}, Digest{}}).ok());
  EXPECT_EQ(CompactRange::Create(0, {Digest{}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CompactRange::Create(5, {Digest{}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CompactRange::Create(7, {Digest{}, Digest{}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(CompactRangeTest, RefusesATreeOver2To63Minus1) {
  EXPECT_TRUE(CompactRange::Create(kMaxTreeSize, std::vector<Digest>(63)).ok());
  EXPECT_EQ(CompactRange::Create(kMaxTreeSize + 1, {Digest{}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(InclusionTest, EveryIndexOfEverySizeVerifies) {
  const ReferenceLog log(kSizes);
  int proofs = 0;
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> proof = log.Path(index, 0, size);
      EXPECT_EQ(VerifyInclusion(log.leaf(index), index, size, proof, log.Root(size)), ProofVerdict::kVerified)
          << index << " of " << size;
      ++proofs;
    }
  }
  EXPECT_EQ(proofs, kSizes * (kSizes + 1) / 2);
}

TEST(InclusionTest, NothingSpoiltVerifies) {
  const ReferenceLog log(kSizes);
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    const Digest root = log.Root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const Digest leaf = log.leaf(index);
      const std::vector<Digest> proof = log.Path(index, 0, size);
      ASSERT_EQ(VerifyInclusion(Spoilt(leaf), index, size, proof, root), ProofVerdict::kRootMismatch);
      ASSERT_EQ(VerifyInclusion(leaf, index, size, proof, Spoilt(root)), ProofVerdict::kRootMismatch);
      for (const std::vector<Digest>& spoilt : SpoiltProofs(proof)) {
        ASSERT_EQ(VerifyInclusion(leaf, index, size, spoilt, root),
                  spoilt.size() == proof.size() ? ProofVerdict::kRootMismatch : ProofVerdict::kWrongLength)
            << index << " of " << size;
      }
    }
  }
}

TEST(InclusionTest, NoSpoiltIndexVerifies) {
  const ReferenceLog log(kSizes);
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    const Digest root = log.Root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> proof = log.Path(index, 0, size);
      for (const std::uint64_t other : SpoiltNumbers(index)) {
        const ProofVerdict verdict = VerifyInclusion(log.leaf(index), other, size, proof, root);
        ASSERT_NE(verdict, ProofVerdict::kVerified) << other << " for " << index << " of " << size;
        ASSERT_EQ(verdict == ProofVerdict::kIndexBeyondTree, other >= size);
      }
    }
  }
}

// See AnotherSizeVerifiesOnlyWhereTheWayUpIsTheSame.
TEST(InclusionTest, ASpoiltSizeVerifiesOnlyWhereTheWayUpIsTheSame) {
  const ReferenceLog log(kSizes);
  const SidesTable sides =
      AllSides(0, [](std::uint64_t index, std::uint64_t size) { return PathSides(index, size); });
  int same = 0;
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    const Digest root = log.Root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> proof = log.Path(index, 0, size);
      for (const std::uint64_t other : SpoiltNumbers(size)) {
        const bool fits = other > index && other < kSpoiltSizes && sides[index][other] == sides[index][size];
        same += fits;
        ASSERT_EQ(VerifyInclusion(log.leaf(index), index, other, proof, root) == ProofVerdict::kVerified,
                  fits)
            << index << " of " << size << " taken for " << other;
      }
    }
  }
  EXPECT_GT(same, 0);
}

TEST(InclusionTest, NoOtherIndexVerifies) {
  const ReferenceLog log(80);
  for (std::uint64_t size = 1; size <= 80; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> proof = log.Path(index, 0, size);
      for (std::uint64_t other = 0; other < size; ++other) {
        if (other == index) continue;
        ASSERT_NE(VerifyInclusion(log.leaf(index), other, size, proof, log.Root(size)),
                  ProofVerdict::kVerified)
            << other << " for " << index << " of " << size;
      }
    }
  }
}

// A proof does not hold the tree size: it also fits those sizes at which the way up is the same. What the
// checkpoint says is what counts; every other size must be refused.
TEST(InclusionTest, AnotherSizeVerifiesOnlyWhereTheWayUpIsTheSame) {
  const ReferenceLog log(80);
  int same = 0;
  for (std::uint64_t size = 1; size <= 80; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::vector<Digest> proof = log.Path(index, 0, size);
      for (std::uint64_t other = index + 1; other <= 160; ++other) {
        const bool fits = PathSides(index, other) == PathSides(index, size);
        same += fits && other != size;
        ASSERT_EQ(
            VerifyInclusion(log.leaf(index), index, other, proof, log.Root(size)) == ProofVerdict::kVerified,
            fits)
            << index << " of " << size << " taken for " << other;
      }
    }
  }
  EXPECT_GT(same, 0);
}

TEST(InclusionTest, RefusesAnIndexBeyondTheTree) {
  const ReferenceLog log(8);
  for (std::uint64_t size = 0; size <= 8; ++size) {
    for (const std::uint64_t index : {size, size + 1, kMaxTreeSize, UINT64_MAX}) {
      EXPECT_EQ(VerifyInclusion(log.leaf(0), index, size, {}, log.Root(size)),
                ProofVerdict::kIndexBeyondTree);
    }
  }
}

// Trees that nobody can build whole: a way up of made-up siblings, folded by the sides that the reference
// gives.
TEST(InclusionTest, VerifiesInTheLargestTrees) {
  const std::uint64_t huge = std::uint64_t{1} << 62;
  for (const std::uint64_t size : {kMaxTreeSize, kMaxTreeSize - 1, huge, huge + 1, huge - 1}) {
    for (const std::uint64_t index :
         {std::uint64_t{0}, std::uint64_t{1}, size / 2, size / 3, size - 2, size - 1}) {
      Digest hash = LeafHash("leaf");
      std::vector<Digest> proof;
      for (const char side : PathSides(index, size)) {
        proof.push_back(Sha256(std::to_string(proof.size())));
        hash = side == 'l' ? NodeHash(proof.back(), hash) : NodeHash(hash, proof.back());
      }
      EXPECT_EQ(VerifyInclusion(LeafHash("leaf"), index, size, proof, hash), ProofVerdict::kVerified);
      EXPECT_EQ(VerifyInclusion(LeafHash("leaf"), index, size, proof, Spoilt(hash)),
                ProofVerdict::kRootMismatch);
      proof.pop_back();
      EXPECT_EQ(VerifyInclusion(LeafHash("leaf"), index, size, proof, hash), ProofVerdict::kWrongLength);
    }
  }
}

TEST(ConsistencyTest, EveryPairOfSizesVerifies) {
  const ReferenceLog log(kSizes);
  int proofs = 0;
  for (std::uint64_t second = 0; second <= kSizes; ++second) {
    for (std::uint64_t first = 0; first <= second; ++first) {
      const std::vector<Digest> proof =
          first == 0 ? std::vector<Digest>() : log.Subproof(first, 0, second, true);
      EXPECT_EQ(VerifyConsistency(first, log.Root(first), second, log.Root(second), proof),
                ProofVerdict::kVerified)
          << first << " to " << second;
      ++proofs;
    }
  }
  EXPECT_EQ(proofs, (kSizes + 1) * (kSizes + 2) / 2);
}

TEST(ConsistencyTest, NothingSpoiltVerifies) {
  const ReferenceLog log(kSizes);
  for (std::uint64_t second = 1; second <= kSizes; ++second) {
    const Digest second_root = log.Root(second);
    for (std::uint64_t first = 1; first <= second; ++first) {
      const Digest first_root = log.Root(first);
      const std::vector<Digest> proof = log.Subproof(first, 0, second, true);
      ASSERT_EQ(VerifyConsistency(first, Spoilt(first_root), second, second_root, proof),
                ProofVerdict::kRootMismatch);
      ASSERT_EQ(VerifyConsistency(first, first_root, second, Spoilt(second_root), proof),
                ProofVerdict::kRootMismatch);
      for (const std::vector<Digest>& spoilt : SpoiltProofs(proof)) {
        ASSERT_EQ(VerifyConsistency(first, first_root, second, second_root, spoilt),
                  spoilt.size() == proof.size() ? ProofVerdict::kRootMismatch : ProofVerdict::kWrongLength)
            << first << " to " << second;
      }
    }
  }
}

TEST(ConsistencyTest, SpoiltSizesVerifyOnlyWhereTheWayUpIsTheSame) {
  const ReferenceLog log(kSizes);
  const SidesTable sides =
      AllSides(1, [](std::uint64_t first, std::uint64_t second) { return SubproofSides(first, second); });
  int same = 0;
  for (std::uint64_t second = 1; second <= kSizes; ++second) {
    const Digest second_root = log.Root(second);
    for (std::uint64_t first = 1; first <= second; ++first) {
      const Digest first_root = log.Root(first);
      const std::vector<Digest> proof = log.Subproof(first, 0, second, true);
      const auto expect = [&](std::uint64_t m, std::uint64_t n) {
        const bool fits =
            first < second && m > 0 && m < n && n < kSpoiltSizes && sides[m][n] == sides[first][second];
        same += fits;
        ASSERT_EQ(VerifyConsistency(m, first_root, n, second_root, proof) == ProofVerdict::kVerified, fits)
            << first << " to " << second << " taken for " << m << " to " << n;
      };
      for (const std::uint64_t other : SpoiltNumbers(first)) ASSERT_NO_FATAL_FAILURE(expect(other, second));
      for (const std::uint64_t other : SpoiltNumbers(second)) ASSERT_NO_FATAL_FAILURE(expect(first, other));
    }
  }
  EXPECT_GT(same, 0);
}

TEST(ConsistencyTest, FromTheEmptyTreeNoSpoiltSizeVerifies) {
  const ReferenceLog log(kSizes);
  for (std::uint64_t second = 1; second <= kSizes; ++second) {
    for (const std::uint64_t other : SpoiltNumbers(0)) {
      ASSERT_NE(VerifyConsistency(other, EmptyRootHash(), second, log.Root(second), {}),
                ProofVerdict::kVerified)
          << "0 to " << second << " taken for " << other;
    }
    // Of any other size the root is not in the proof: there is nothing to check.
    ASSERT_EQ(VerifyConsistency(0, EmptyRootHash(), 0, log.Root(second), {}), ProofVerdict::kRootMismatch);
  }
}

TEST(ConsistencyTest, OtherSizesVerifyOnlyWhereTheWayUpIsTheSame) {
  const ReferenceLog log(40);
  for (std::uint64_t second = 2; second <= 40; ++second) {
    for (std::uint64_t first = 1; first < second; ++first) {
      const std::vector<Digest> proof = log.Subproof(first, 0, second, true);
      const std::string sides = SubproofSides(first, second);
      for (std::uint64_t n = 0; n <= 48; ++n) {
        for (std::uint64_t m = 0; m <= 48; ++m) {
          const bool fits = m > 0 && m < n && SubproofSides(m, n) == sides;
          ASSERT_EQ(
              VerifyConsistency(m, log.Root(first), n, log.Root(second), proof) == ProofVerdict::kVerified,
              fits)
              << first << " to " << second << " taken for " << m << " to " << n;
        }
      }
    }
  }
}

TEST(ConsistencyTest, RefusesAShrinkingTree) {
  const ReferenceLog log(9);
  EXPECT_EQ(VerifyConsistency(9, log.Root(9), 8, log.Root(8), {}), ProofVerdict::kIndexBeyondTree);
  EXPECT_EQ(VerifyConsistency(1, log.Root(1), 0, log.Root(0), {}), ProofVerdict::kIndexBeyondTree);
}

TEST(ConsistencyTest, EqualSizesCallForEqualRootsAndNoHashes) {
  const ReferenceLog log(9);
  EXPECT_EQ(VerifyConsistency(9, log.Root(9), 9, log.Root(9), {}), ProofVerdict::kVerified);
  EXPECT_EQ(VerifyConsistency(9, log.Root(9), 9, log.Root(8), {}), ProofVerdict::kRootMismatch);
  const std::vector<Digest> one = {log.Root(9)};
  EXPECT_EQ(VerifyConsistency(9, log.Root(9), 9, log.Root(9), one), ProofVerdict::kWrongLength);
}

TEST(ConsistencyTest, TheEmptyTreeIsAPrefixOfEveryTree) {
  const ReferenceLog log(9);
  EXPECT_EQ(VerifyConsistency(0, EmptyRootHash(), 9, log.Root(9), {}), ProofVerdict::kVerified);
  EXPECT_EQ(VerifyConsistency(0, EmptyRootHash(), 0, EmptyRootHash(), {}), ProofVerdict::kVerified);
  EXPECT_EQ(VerifyConsistency(0, log.Root(1), 9, log.Root(9), {}), ProofVerdict::kRootMismatch);
  EXPECT_EQ(VerifyConsistency(0, log.Root(1), 0, log.Root(1), {}), ProofVerdict::kRootMismatch);
  EXPECT_EQ(VerifyConsistency(0, EmptyRootHash(), 0, log.Root(1), {}), ProofVerdict::kRootMismatch);
  const std::vector<Digest> one = {log.Root(9)};
  EXPECT_EQ(VerifyConsistency(0, EmptyRootHash(), 9, log.Root(9), one), ProofVerdict::kWrongLength);
}

TEST(ConsistencyTest, VerifiesInTheLargestTrees) {
  const std::uint64_t huge = std::uint64_t{1} << 62;
  for (const std::uint64_t second : {kMaxTreeSize, huge + 1, huge}) {
    for (const std::uint64_t first : {std::uint64_t{1}, std::uint64_t{3}, huge / 2, second / 3, second - 1}) {
      const std::string sides = SubproofSides(first, second);
      std::vector<Digest> proof;
      Digest first_root = Sha256("seed");
      Digest second_root = first_root;
      if (sides.starts_with("part")) proof.push_back(first_root);
      for (const char side : sides.substr(sides.find(' ') + 1)) {
        proof.push_back(Sha256(std::to_string(proof.size())));
        if (side == 'l') first_root = NodeHash(proof.back(), first_root);
        second_root = side == 'l' ? NodeHash(proof.back(), second_root) : NodeHash(second_root, proof.back());
      }
      EXPECT_EQ(VerifyConsistency(first, first_root, second, second_root, proof), ProofVerdict::kVerified);
      EXPECT_EQ(VerifyConsistency(first, Spoilt(first_root), second, second_root, proof),
                ProofVerdict::kRootMismatch);
      EXPECT_EQ(VerifyConsistency(first, first_root, second, Spoilt(second_root), proof),
                ProofVerdict::kRootMismatch);
      proof.push_back(Digest{});
      EXPECT_EQ(VerifyConsistency(first, first_root, second, second_root, proof), ProofVerdict::kWrongLength);
    }
  }
}

TEST(ProofVerdictTest, EachHasATextOfItsOwn) {
  EXPECT_EQ(ProofVerdictText(ProofVerdict::kVerified), "verified");
  EXPECT_EQ(ProofVerdictText(ProofVerdict::kRootMismatch), "the proof leads to another root hash");
  EXPECT_THAT(std::string(ProofVerdictText(ProofVerdict::kIndexBeyondTree)), testing::HasSubstr("beyond"));
  EXPECT_THAT(std::string(ProofVerdictText(ProofVerdict::kWrongLength)), testing::HasSubstr("hashes"));
}

}  // namespace
}  // namespace chirograph::merkle_test
