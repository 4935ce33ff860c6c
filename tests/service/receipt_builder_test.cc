// SPDX-License-Identifier: Apache-2.0
#include "service/receipt_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/rpc_error.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::receipt_builder_test {
namespace {

using What = HookedLogStore::What;

class ReceiptBuilderTest : public ::testing::Test {
 protected:
  // Entry 0 is a key's event, 1 to 5 are articles.
  ReceiptBuilderTest() : archive_(KeyringOf({&publisher_})) {
    for (int i = 1; i <= 5; ++i) {
      EXPECT_THAT(archive_.Ingest(publisher_.Article(i)), IsOk());
    }
  }
  const PublishedTree& Tree() {
    tree_ = archive_.sequencer().tree();
    return *tree_;
  }
  absl::StatusOr<v1::Receipt> Read(std::uint64_t index) {
    return ReadReceipt(archive_.store(), Tree(), index);
  }
  std::optional<v1::ErrorReason> ReasonAt(std::uint64_t index) { return ReasonOf(Read(index).status()); }

  const TestPublisher publisher_;
  TestArchive archive_;
  std::shared_ptr<const PublishedTree> tree_;
};

TEST_F(ReceiptBuilderTest, AReceiptHasAllThatProvesIt) {
  for (std::uint64_t index = 1; index <= 5; ++index) {
    const auto receipt = Read(index);
    ASSERT_THAT(receipt, IsOk());
    EXPECT_EQ(receipt->index(), index);
    EXPECT_EQ(receipt->checkpoint(), Tree().note);
    EXPECT_EQ(receipt->log_entry(), archive_.store().ReadEntry(index).value());
    EXPECT_EQ(receipt->opening(), archive_.store().ReadOpening(index).value());
    const VerifiedReceipt verified = VerifyReceipt(*receipt, archive_.log());
    EXPECT_EQ(verified.checkpoint.tree_size, 6u);
    EXPECT_EQ(verified.record.key_event_index(), 0u);
  }
}

TEST_F(ReceiptBuilderTest, ManyReceiptsOfOneMakerAreTheSameButForTheCheckpoint) {
  const PublishedTree& tree = Tree();
  ReceiptMaker receipts(archive_.store(), tree);
  for (const std::uint64_t index : {5, 1, 2, 3, 4, 1}) {
    absl::StatusOr<v1::Receipt> receipt = receipts.Read(index);
    ASSERT_THAT(receipt, IsOk());
    EXPECT_EQ(receipt->checkpoint(), "");
    receipt->set_checkpoint(tree.note);
    EXPECT_EQ(receipt->SerializeAsString(), Read(index)->SerializeAsString());
  }
  EXPECT_EQ(ReasonOf(receipts.Read(0).status()), v1::ERROR_REASON_NOT_AN_ARTICLE);
}

TEST_F(ReceiptBuilderTest, AMakerFindsAnEntryThatIsNotTheLeafBesideOneThatIs) {
  const PublishedTree& tree = Tree();
  ReceiptMaker receipts(archive_.store(), tree);
  ASSERT_THAT(receipts.Read(2), IsOk());
  archive_.store().Spoil(What::kEntry, 1, archive_.store().ReadEntry(2));
  archive_.store().Spoil(What::kOpening, 1, archive_.store().ReadOpening(2));
  const absl::Status status = receipts.Read(1).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, "index 1"));
  EXPECT_THAT(receipts.Read(3), IsOk());
}

TEST_F(ReceiptBuilderTest, AMakerBelievesNoTileThatDoesNotLeadToTheRoot) {
  absl::StatusOr<std::string> tile = archive_.store().ReadTile({0, 0}, 6);
  ASSERT_THAT(tile, IsOk());
  tile->back() ^= 1;
  archive_.store().Spoil(What::kTile, 0, tile);
  const PublishedTree& tree = Tree();
  ReceiptMaker receipts(archive_.store(), tree);
  // The last one's proof would lead to the root, without the hash that the tile has for it.
  for (const std::uint64_t index : {5, 4, 1}) {
    EXPECT_EQ(ReasonOf(receipts.Read(index).status()), v1::ERROR_REASON_STORE_DAMAGED) << index;
  }
}

TEST_F(ReceiptBuilderTest, AReceiptMayBeUnderAnOlderTree) {
  const std::shared_ptr<const PublishedTree> older = archive_.sequencer().tree();
  for (int i = 6; i <= 9; ++i) ASSERT_THAT(archive_.Ingest(publisher_.Article(i)), IsOk());
  const auto receipt = ReadReceipt(archive_.store(), *older, 3);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(VerifyReceipt(*receipt, archive_.log()).checkpoint.tree_size, 6u);
}

TEST_F(ReceiptBuilderTest, AKeyEventIsNoArticle) {
  const absl::Status status = Read(0).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_NOT_AN_ARTICLE);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(status));
  EXPECT_THAT(error.metadata, ::testing::ElementsAre(::testing::Pair("index", "0")));
}

TEST_F(ReceiptBuilderTest, AnEntryThatIsNotTheLeafIsDamage) {
  archive_.store().Spoil(What::kEntry, 2, archive_.store().ReadEntry(3));
  archive_.store().Spoil(What::kOpening, 2, archive_.store().ReadOpening(3));
  const absl::Status status = Read(2).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, "index 2"));
}

TEST_F(ReceiptBuilderTest, AnEntryThatCannotBeReadIsDamage) {
  archive_.store().Spoil(What::kEntry, 2, std::string("\xFF"));
  EXPECT_EQ(ReasonAt(2), v1::ERROR_REASON_STORE_DAMAGED);
  archive_.store().Spoil(What::kEntry, 2, absl::NotFoundError("there is no entries[2]"));
  EXPECT_EQ(ReasonAt(2), v1::ERROR_REASON_STORE_DAMAGED);
}

TEST_F(ReceiptBuilderTest, AnotherOpeningIsDamage) {
  archive_.store().Spoil(What::kOpening, 2, archive_.store().ReadOpening(3));
  EXPECT_THAT(Read(2), StatusIs(absl::StatusCode::kDataLoss, "opening at index 2"));
  archive_.store().Spoil(What::kOpening, 2, absl::NotFoundError("there is no openings[2]"));
  EXPECT_EQ(ReasonAt(2), v1::ERROR_REASON_STORE_DAMAGED);
}

TEST_F(ReceiptBuilderTest, ATileThatIsNotTheTreesIsDamage) {
  std::string tile = archive_.store().ReadTile({0, 0}, 6).value();
  tile[40] = static_cast<char>(tile[40] ^ 1);  // in the hash of leaf 1
  archive_.store().Spoil(What::kTile, 0, tile);
  for (const std::uint64_t index : {2, 3, 5}) EXPECT_EQ(ReasonAt(index), v1::ERROR_REASON_STORE_DAMAGED);
  archive_.store().Spoil(What::kTile, 0, absl::DataLossError("tiles[0/0] is short"));
  EXPECT_EQ(ReasonAt(1), v1::ERROR_REASON_STORE_DAMAGED);
}

TEST_F(ReceiptBuilderTest, ProvesInclusionInEveryOlderTree) {
  for (std::uint64_t size = 1; size <= 6; ++size) {
    const Digest root = TileEdge::Load(size, archive_.store()).value().RootHash();
    for (std::uint64_t index = 0; index < size; ++index) {
      const Digest leaf = LeafHash(archive_.store().ReadEntry(index).value());
      const auto proof = ProveVerifiedInclusionAt(archive_.store(), Tree(), index, size, leaf);
      ASSERT_THAT(proof, IsOk());
      EXPECT_EQ(VerifyInclusion(leaf, index, size, *proof, root), ProofVerdict::kVerified);
    }
  }
}

TEST_F(ReceiptBuilderTest, ProvesConsistencyOfEveryTwoSizes) {
  const auto root_at = [&](std::uint64_t size) {
    return size == 0 ? EmptyRootHash() : TileEdge::Load(size, archive_.store()).value().RootHash();
  };
  for (std::uint64_t second = 0; second <= 6; ++second) {
    for (std::uint64_t first = 0; first <= second; ++first) {
      const auto proof = ProveVerifiedConsistency(archive_.store(), Tree(), first, second);
      ASSERT_THAT(proof, IsOk());
      EXPECT_EQ(VerifyConsistency(first, root_at(first), second, root_at(second), *proof),
                ProofVerdict::kVerified);
    }
  }
}

TEST_F(ReceiptBuilderTest, NoProofAtAnOlderSizeIsMadeFromADamagedTile) {
  const Digest leaf = LeafHash(archive_.store().ReadEntry(2).value());
  std::string tile = archive_.store().ReadTile({0, 0}, 6).value();
  tile[40] = static_cast<char>(tile[40] ^ 1);  // in the hash of leaf 1
  archive_.store().Spoil(What::kTile, 0, tile);
  for (std::uint64_t size = 3; size <= 6; ++size) {
    EXPECT_EQ(ReasonOf(ProveVerifiedInclusionAt(archive_.store(), Tree(), 2, size, leaf).status()),
              v1::ERROR_REASON_STORE_DAMAGED);
    for (std::uint64_t first = 2; first < size; ++first) {
      EXPECT_EQ(ReasonOf(ProveVerifiedConsistency(archive_.store(), Tree(), first, size).status()),
                v1::ERROR_REASON_STORE_DAMAGED)
          << first << " to " << size;
    }
  }
}

TEST_F(ReceiptBuilderTest, AStoreThatCannotAnswerNowIsUnavailable) {
  for (const What what : {What::kEntry, What::kOpening}) {
    archive_.store().Mend();
    archive_.store().Spoil(what, 2, absl::UnavailableError("not now"));
    EXPECT_EQ(ReasonAt(2), v1::ERROR_REASON_STORE_UNAVAILABLE);
  }
  archive_.store().Mend();
  archive_.store().Spoil(What::kTile, 0, absl::UnavailableError("not now"));
  EXPECT_EQ(ReasonAt(2), v1::ERROR_REASON_STORE_UNAVAILABLE);
  for (const std::uint64_t size : {3, 6}) {
    EXPECT_EQ(ReasonOf(ProveVerifiedConsistency(archive_.store(), Tree(), 2, size).status()),
              v1::ERROR_REASON_STORE_UNAVAILABLE);
  }
}

}  // namespace
}  // namespace chirograph::receipt_builder_test
