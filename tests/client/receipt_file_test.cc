// SPDX-License-Identifier: Apache-2.0
#include "client/receipt_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "crypto/tlog_proof.h"
#include "tests/client/test_log.h"

namespace chirograph::receipt_file_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ReceiptFileTest : public ::testing::Test {
 protected:
  ReceiptFileTest() {
    for (int i = 0; i < 5; ++i) log_.AddDocument(MakeDocument("t", "news.example"));
  }
  TestLog log_;
};

TEST_F(ReceiptFileTest, GivesBackEachReceipt) {
  for (std::uint64_t size = 1; size <= log_.tree_size(); ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const v1::Receipt receipt = log_.Receipt(index, size);
      const absl::StatusOr<std::string> file = FormatReceiptFile(receipt);
      ASSERT_TRUE(file.ok()) << file.status();
      EXPECT_THAT(*file, StartsWith("c2sp.org/tlog-proof@v1\n"));
      const absl::StatusOr<v1::Receipt> parsed = ParseReceiptFile(*file);
      ASSERT_TRUE(parsed.ok()) << parsed.status();
      EXPECT_EQ(parsed->SerializeAsString(), receipt.SerializeAsString());
    }
  }
}

TEST_F(ReceiptFileTest, IsATlogProofForOtherPrograms) {
  const v1::Receipt receipt = log_.Receipt(2);
  const absl::StatusOr<TlogProof> proof = ParseTlogProof(*FormatReceiptFile(receipt));
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->index, 2u);
  EXPECT_EQ(proof->checkpoint, receipt.checkpoint());
  ASSERT_EQ(proof->inclusion_proof.size(), static_cast<std::size_t>(receipt.inclusion_proof_size()));
  EXPECT_EQ(AsBytes(proof->inclusion_proof[0]), receipt.inclusion_proof(0));
}

TEST_F(ReceiptFileTest, WritesNoReceiptThatLacksSomething) {
  v1::Receipt receipt = log_.Receipt(2);
  receipt.clear_log_entry();
  EXPECT_EQ(FormatReceiptFile(receipt).status().code(), absl::StatusCode::kInvalidArgument);
  receipt = log_.Receipt(2);
  receipt.clear_opening();
  EXPECT_EQ(FormatReceiptFile(receipt).status().code(), absl::StatusCode::kInvalidArgument);
  receipt = log_.Receipt(2);
  receipt.clear_checkpoint();
  EXPECT_EQ(FormatReceiptFile(receipt).status().code(), absl::StatusCode::kInvalidArgument);
  receipt = log_.Receipt(2);
  receipt.mutable_inclusion_proof(1)->pop_back();
  EXPECT_THAT(std::string(FormatReceiptFile(receipt).status().message()), HasSubstr("hash 1"));
  receipt = log_.Receipt(2);
  receipt.set_index(~std::uint64_t{0});
  EXPECT_EQ(FormatReceiptFile(receipt).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ReceiptFileTest, RefusesWhatIsNoTlogProof) {
  EXPECT_EQ(ParseReceiptFile("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseReceiptFile("nonsense\n").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ReceiptFileTest, RefusesAProofOfAnotherProgram) {
  TlogProof proof = *ParseTlogProof(*FormatReceiptFile(log_.Receipt(2)));
  proof.extra.reset();
  EXPECT_THAT(std::string(ParseReceiptFile(FormatTlogProof(proof)).status().message()),
              HasSubstr("no extra line"));
  for (const std::string& extra : {std::string(), std::string("\xff\xff\xff"), std::string("\x0a\x01x")}) {
    proof.extra = extra;
    EXPECT_THAT(std::string(ParseReceiptFile(FormatTlogProof(proof)).status().message()),
                HasSubstr("extra line"));
  }
}

}  // namespace
}  // namespace chirograph::receipt_file_test
