// SPDX-License-Identifier: Apache-2.0
//
// The proofs, good and spoilt, of github.com/transparency-dev/merkle.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/merkle.h"

namespace chirograph::merkle_vectors_test {
namespace {

struct Vector {
  std::string name;
  nlohmann::json json;
  bool wanted = false;  // whether it must verify
};

std::vector<Vector> ReadVectors(const std::string& folder) {
  const std::filesystem::path root = std::filesystem::path(CHIROGRAPH_SHARED_DIR) / "vectors/merkle" / folder;
  std::vector<Vector> vectors;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root, error)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    Vector& vector = vectors.emplace_back();
    vector.name = std::filesystem::relative(entry.path(), root).string();
    vector.json = nlohmann::json::parse(file);
    vector.wanted = !vector.json.at("wantErr").get<bool>();
  }
  return vectors;
}

// Some vectors have hashes of other lengths ("don't care 1"), which our type cannot hold; they are there
// to be unlike the right ones, or like each other, and filled up with zeroes they are so too.
Digest Hash(const nlohmann::json& base64) {
  std::string bytes = Base64Decode(base64.get<std::string>()).value();
  bytes.resize(kSha256Bytes, '\0');
  return DigestFromBytes(bytes).value();
}

// A root and a leaf hash that are both of no bytes at all: nothing here can hold them, let alone find them
// equal.
bool NeedsEmptyHashes(const nlohmann::json& vector) {
  return vector.at("leafHash").get<std::string>().empty() && vector.at("root").get<std::string>().empty();
}

std::vector<Digest> Proof(const nlohmann::json& json) {
  std::vector<Digest> proof;
  if (json.is_null()) return proof;
  for (const nlohmann::json& hash : json) proof.push_back(Hash(hash));
  return proof;
}

TEST(MerkleVectorsTest, Inclusion) {
  const std::vector<Vector> vectors = ReadVectors("inclusion");
  if (vectors.empty()) GTEST_SKIP() << "no vectors/merkle/inclusion under " << CHIROGRAPH_SHARED_DIR;
  int used = 0;
  int verified = 0;
  for (const auto& [name, json, wanted] : vectors) {
    if (NeedsEmptyHashes(json)) continue;
    ++used;
    const ProofVerdict verdict = VerifyInclusion(
        Hash(json.at("leafHash")), json.at("leafIdx").get<std::uint64_t>(),
        json.at("treeSize").get<std::uint64_t>(), Proof(json.at("proof")), Hash(json.at("root")));
    EXPECT_EQ(verdict == ProofVerdict::kVerified, wanted) << name << ": " << ProofVerdictText(verdict);
    verified += verdict == ProofVerdict::kVerified;
  }
  EXPECT_EQ(vectors.size(), 98u);
  EXPECT_EQ(used, 97);
  EXPECT_EQ(verified, 6);
}

// A leaf of a subtree, taken by itself, is a leaf of a tree.
TEST(MerkleVectorsTest, SubtreeInclusion) {
  const std::vector<Vector> vectors = ReadVectors("subtreeinclusion");
  if (vectors.empty()) GTEST_SKIP() << "no vectors/merkle/subtreeinclusion under " << CHIROGRAPH_SHARED_DIR;
  int used = 0;
  int verified = 0;
  for (const auto& [name, json, wanted] : vectors) {
    const auto start = json.at("start").get<std::uint64_t>();
    const auto end = json.at("end").get<std::uint64_t>();
    const auto index = json.at("leafIdx").get<std::uint64_t>();
    // What has no place in a tree of end - start leaves is about subtrees that there cannot be: for those
    // this library has no function that could take them.
    if (end < start || index < start || NeedsEmptyHashes(json)) continue;
    ++used;
    const ProofVerdict verdict = VerifyInclusion(Hash(json.at("leafHash")), index - start, end - start,
                                                 Proof(json.at("proof")), Hash(json.at("root")));
    EXPECT_EQ(verdict == ProofVerdict::kVerified, wanted) << name << ": " << ProofVerdictText(verdict);
    verified += verdict == ProofVerdict::kVerified;
  }
  EXPECT_EQ(vectors.size(), 204u);
  EXPECT_EQ(used, 199);
  EXPECT_EQ(verified, 12);
}

TEST(MerkleVectorsTest, Consistency) {
  const std::vector<Vector> vectors = ReadVectors("consistency");
  if (vectors.empty()) GTEST_SKIP() << "no vectors/merkle/consistency under " << CHIROGRAPH_SHARED_DIR;
  int verified = 0;
  int beyond_rfc = 0;
  for (const auto& [name, json, wanted] : vectors) {
    const auto first_size = json.at("size1").get<std::uint64_t>();
    const auto second_size = json.at("size2").get<std::uint64_t>();
    const ProofVerdict verdict = VerifyConsistency(first_size, Hash(json.at("root1")), second_size,
                                                   Hash(json.at("root2")), Proof(json.at("proof")));
    // There every proof from the empty tree is an error, as RFC 9162 has none; here it is true of the right
    // root and no hashes.
    if (name == "additional/size1-is-zero-and-size2-is-not-zero.json") {
      EXPECT_EQ(verdict, ProofVerdict::kVerified);
      ++beyond_rfc;
      continue;
    }
    EXPECT_EQ(verdict == ProofVerdict::kVerified, wanted) << name << ": " << ProofVerdictText(verdict);
    verified += verdict == ProofVerdict::kVerified;
  }
  EXPECT_EQ(vectors.size(), 98u);
  EXPECT_EQ(verified, 6);
  EXPECT_EQ(beyond_rfc, 1);
}

// A subtree that begins at 0 and is not empty is a tree of its own. Its vectors are those of Consistency
// and some more; the rest, of empty subtrees and those in the middle of a tree, speak of proofs that this
// library neither makes nor takes.
TEST(MerkleVectorsTest, SubtreeConsistencyFromZero) {
  const std::vector<Vector> vectors = ReadVectors("subtreeconsistency");
  if (vectors.empty()) GTEST_SKIP() << "no vectors/merkle/subtreeconsistency under " << CHIROGRAPH_SHARED_DIR;
  int used = 0;
  int verified = 0;
  for (const auto& [name, json, wanted] : vectors) {
    if (json.at("start").get<std::uint64_t>() != 0 || json.at("end").get<std::uint64_t>() == 0) continue;
    ++used;
    const ProofVerdict verdict = VerifyConsistency(
        json.at("end").get<std::uint64_t>(), Hash(json.at("root1")), json.at("size").get<std::uint64_t>(),
        Hash(json.at("root2")), Proof(json.at("proof")));
    EXPECT_EQ(verdict == ProofVerdict::kVerified, wanted) << name << ": " << ProofVerdictText(verdict);
    verified += verdict == ProofVerdict::kVerified;
  }
  EXPECT_EQ(vectors.size(), 118u);
  EXPECT_EQ(used, 91);
  EXPECT_EQ(verified, 6);
}

}  // namespace
}  // namespace chirograph::merkle_vectors_test
