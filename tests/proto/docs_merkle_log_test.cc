// SPDX-License-Identifier: Apache-2.0
//
// The worked example in docs/merkle-log.md that has an `extra`; tests/crypto has the others.
#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/receipt.pb.h"
#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tlog_proof.h"
#include "tests/doc_example.h"

namespace chirograph::docs_merkle_log_test {
namespace {

constexpr char kPage[] = "merkle-log.md";

TEST(DocsMerkleLog, TheFileWithExtraIsMadeOfItsParts) {
  auto proof = ParseTlogProof(DocBlock(kPage, "tlog-proof"));
  ASSERT_TRUE(proof.ok()) << proof.status();
  v1::TlogProofExtra extra;
  extra.set_log_entry("b");
  extra.set_opening("o");
  proof->extra = extra.SerializeAsString();
  EXPECT_EQ(FormatTlogProof(*proof), DocBlock(kPage, "tlog-proof-extra"));
}

TEST(DocsMerkleLog, TheLogEntryInExtraLeadsToTheCheckpoint) {
  const auto log = NoteVerifier::Parse(DocLine(kPage, "verifier-key"));
  ASSERT_TRUE(log.ok()) << log.status();
  const auto proof = ParseTlogProof(DocBlock(kPage, "tlog-proof-extra"));
  ASSERT_TRUE(proof.ok()) << proof.status();
  v1::TlogProofExtra extra;
  ASSERT_TRUE(extra.ParseFromString(proof->extra.value_or("")));
  EXPECT_EQ(extra.opening(), "o");
  const auto checkpoint = OpenCheckpoint(proof->checkpoint, *log);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(VerifyInclusion(LeafHash(extra.log_entry()), proof->index, checkpoint->tree_size,
                            proof->inclusion_proof, checkpoint->root_hash),
            ProofVerdict::kVerified);
}

}  // namespace
}  // namespace chirograph::docs_merkle_log_test
