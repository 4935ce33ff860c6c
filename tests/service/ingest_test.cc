// SPDX-License-Identifier: Apache-2.0
#include "service/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "proto/rpc_error.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::ingest_test {
namespace {

using What = HookedLogStore::What;

class IngestTest : public ::testing::Test {
 protected:
  IngestTest() : archive_(KeyringOf({&publisher_})) {}

  // The receipt for what `sequenced` says, checked; or why there is none.
  absl::StatusOr<v1::Receipt> Receipt(Sequenced sequenced) {
    EXPECT_THAT(sequenced, IsOk());
    ReceiptMaker receipts(archive_.store(), *sequenced->tree);
    absl::StatusOr<v1::Receipt> receipt = MakeIngestReceipt(receipts, sequenced->placement);
    if (!receipt.ok()) return receipt.status();
    receipt->set_checkpoint(sequenced->tree->note);
    VerifyReceipt(*receipt, archive_.log());
    return receipt;
  }

  const TestPublisher publisher_;
  TestArchive archive_;
};

TEST_F(IngestTest, AReceiptIsMadeWithoutReadingWhatWasJustArchived) {
  archive_.store().Spoil(What::kEntry, 1, absl::DataLossError("gone"));
  const auto receipt = Receipt(archive_.Ingest(publisher_.Article(1)));
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(receipt->index(), 1u);
}

TEST_F(IngestTest, WhatWasArchivedBeforeIsRead) {
  ASSERT_THAT(archive_.Ingest(publisher_.Article(1)), IsOk());
  EXPECT_THAT(Receipt(archive_.Ingest(publisher_.Article(1))), IsOk());
  archive_.store().Spoil(What::kEntry, 1, absl::DataLossError("gone"));
  EXPECT_EQ(ReasonOf(Receipt(archive_.Ingest(publisher_.Article(1))).status()),
            v1::ERROR_REASON_STORE_DAMAGED);
}

TEST_F(IngestTest, AStoreThatCannotBeReadNowDoesNotUnmakeTheArticle) {
  archive_.store().Spoil(What::kTile, 0, absl::UnavailableError("being opened again"));
  const absl::Status status = Receipt(archive_.Ingest(publisher_.Article(1))).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_COMMIT_UNCERTAIN);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, "archived at index 1"));
}

}  // namespace
}  // namespace chirograph::ingest_test
