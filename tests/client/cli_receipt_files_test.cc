// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "client/cli/receipt_files.h"
#include "client/receipt_file.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_receipt_files_test {
namespace {

using testing::HasSubstr;

TEST(CliReceiptFilesTest, AreFoundInFoldersBelowAndByTheirEndingAlone) {
  const TemporaryFolder folder;
  TestLog log;
  log.AddDocument(MakeDocument("a", ""));
  log.AddDocument(MakeDocument("b", ""));
  std::filesystem::create_directories(folder / "x/y");
  WriteBytes(folder / "x/y/1.tlog-proof", FormatReceiptFile(log.Receipt(1)).value());
  WriteBytes(folder / "0.tlog-proof", FormatReceiptFile(log.Receipt(0)).value());
  WriteBytes(folder / "notes.txt", "no receipt");
  const auto receipts = ReadReceiptFiles(folder / "");
  ASSERT_TRUE(receipts.ok()) << receipts.status();
  ASSERT_EQ(receipts->size(), 2u);
  EXPECT_EQ((*receipts)[0].name, folder / "0.tlog-proof");
  EXPECT_EQ((*receipts)[0].receipt->index(), 0u);
  EXPECT_EQ((*receipts)[1].name, folder / "x/y/1.tlog-proof");
  EXPECT_EQ((*receipts)[1].receipt->index(), 1u);
}

TEST(CliReceiptFilesTest, AnEmptyFolderHasNone) {
  const TemporaryFolder folder;
  EXPECT_TRUE(ReadReceiptFiles(folder / "")->empty());
}

TEST(CliReceiptFilesTest, WhatIsNoneIsNamed) {
  const TemporaryFolder folder;
  EXPECT_TRUE(absl::IsNotFound(ReadReceiptFiles(folder / "nowhere").status()));
  WriteBytes(folder / "a.tlog-proof", "no receipt");
  EXPECT_TRUE(absl::IsInvalidArgument(ReadReceiptFiles(folder / "a.tlog-proof").status()));  // no folder
}

TEST(CliReceiptFilesTest, AFileThatIsNoneHidesNoOther) {
  const TemporaryFolder folder;
  TestLog log;
  log.AddDocument(MakeDocument("a", ""));
  WriteBytes(folder / "a.tlog-proof", "no receipt");
  std::filesystem::create_directory(folder / "b.tlog-proof");
  WriteBytes(folder / "c.tlog-proof", FormatReceiptFile(log.Receipt(0)).value());
  const auto receipts = ReadReceiptFiles(folder / "");
  ASSERT_TRUE(receipts.ok()) << receipts.status();
  ASSERT_EQ(receipts->size(), 3u);
  EXPECT_TRUE(absl::IsInvalidArgument((*receipts)[0].receipt.status()));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_THAT(std::string((*receipts)[i].receipt.status().message()), HasSubstr((*receipts)[i].name));
  }
  EXPECT_TRUE((*receipts)[2].receipt.ok());
}

}  // namespace
}  // namespace chirograph::cli_receipt_files_test
