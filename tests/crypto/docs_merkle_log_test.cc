// SPDX-License-Identifier: Apache-2.0
//
// The worked example in docs/merkle-log.md, whose values golang.org/x/mod made.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/checkpoint.h"
#include "crypto/encoding.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tlog_proof.h"
#include "tests/doc_example.h"

namespace chirograph::docs_merkle_log_test {
namespace {

constexpr char kPage[] = "merkle-log.md";

std::vector<Digest> Base64Hashes(const std::string& name) {
  std::vector<Digest> hashes;
  for (const std::string& line : DocLines(kPage, name)) {
    hashes.push_back(DigestFromBytes(Base64Decode(line).value_or("")).value_or(Digest{}));
  }
  return hashes;
}

Checkpoint OpenExample() {
  auto log = NoteVerifier::Parse(DocLine(kPage, "verifier-key"));
  EXPECT_TRUE(log.ok()) << log.status();
  auto checkpoint = OpenCheckpoint(DocBlock(kPage, "checkpoint"), *log);
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
  return checkpoint.value_or(Checkpoint{});
}

TEST(DocsMerkleLog, LeafAndRootHashesAreThePages) {
  const std::vector<std::string> leaves = DocLines(kPage, "leaf-hashes");
  const std::vector<std::string> roots = DocLines(kPage, "root-hashes");
  ASSERT_EQ(leaves.size(), 3U);
  ASSERT_EQ(roots.size(), 2U);
  CompactRange range;
  for (const char* entry : {"a", "b", "c"}) {
    EXPECT_EQ(ToHex(LeafHash(entry)), leaves[range.tree_size()]);
    range.Append(LeafHash(entry));
    if (range.tree_size() == 2) {
      EXPECT_EQ(ToHex(range.RootHash()), roots[0]);
    }
  }
  EXPECT_EQ(ToHex(range.RootHash()), roots[1]);
  EXPECT_EQ(range.RootHash(), OpenExample().root_hash);
  EXPECT_EQ(range.tree_size(), OpenExample().tree_size);
}

TEST(DocsMerkleLog, InclusionProofLeadsToTheCheckpoint) {
  const Checkpoint checkpoint = OpenExample();
  EXPECT_EQ(VerifyInclusion(LeafHash("b"), 1, checkpoint.tree_size, Base64Hashes("inclusion-proof"),
                            checkpoint.root_hash),
            ProofVerdict::kVerified);
}

TEST(DocsMerkleLog, ConsistencyProofLeadsFromTwoToThree) {
  const Checkpoint checkpoint = OpenExample();
  const Digest second = NodeHash(LeafHash("a"), LeafHash("b"));
  EXPECT_EQ(VerifyConsistency(2, second, 3, checkpoint.root_hash, Base64Hashes("consistency-proof")),
            ProofVerdict::kVerified);
}

TEST(DocsMerkleLog, ProofFileIsTheProofAndTheCheckpoint) {
  auto proof = ParseTlogProof(DocBlock(kPage, "tlog-proof"));
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->index, 1U);
  EXPECT_FALSE(proof->extra.has_value());
  EXPECT_EQ(proof->inclusion_proof, Base64Hashes("inclusion-proof"));
  EXPECT_EQ(proof->checkpoint, DocBlock(kPage, "checkpoint"));
  EXPECT_EQ(FormatTlogProof(*proof), DocBlock(kPage, "tlog-proof"));
}

}  // namespace
}  // namespace chirograph::docs_merkle_log_test
