// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/input_document.h"
#include "crypto/limits.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_input_document_test {
namespace {

using testing::HasSubstr;

TEST(CliInputDocumentTest, AnErrorKeepsItsPlace) {
  const InputError error = InputErrorOf(ErrorAt({3, 7}, "no"));
  EXPECT_EQ(error.message, "no");
  EXPECT_EQ(error.position, (SourcePosition{3, 7}));
  EXPECT_FALSE(InputErrorOf(absl::NotFoundError("gone")).position.has_value());
}

TEST(CliInputDocumentTest, APlaceIsSaidAsEditorsReadIt) {
  EXPECT_EQ(DescribeInput("a.md", {"no", SourcePosition{3, 7}}), "a.md:3:7: no");
  EXPECT_EQ(DescribeInput("-", {"no", SourcePosition{3, 7}}), "-:3:7: no");
}

TEST(CliInputDocumentTest, ThePathIsNamedExactlyOnce) {
  EXPECT_EQ(DescribeInput("a.md", {"no", std::nullopt}), "a.md: no");
  EXPECT_EQ(DescribeInput("a.md", {"a.md: no", std::nullopt}), "a.md: no");
  EXPECT_EQ(DescribeInput("a", {"a.md: no", std::nullopt}), "a: a.md: no");
}

TEST(CliInputDocumentTest, WhatHasNoPathHasNoneInItsError) {
  EXPECT_EQ(DescribeInput("-", {"no", std::nullopt}), "no");
  EXPECT_EQ(DescribeInput("", {"no", std::nullopt}), "no");
}

TEST(CliInputDocumentTest, ReadsAFileOrStandardInputByteForByte) {
  const TemporaryFolder folder;
  const std::string bytes("\xef\xbb\xbf a\r\n\0 b", 9);
  WriteBytes(folder / "a.md", bytes);
  FakeHost host;
  host.input = "typed";
  EXPECT_EQ(ReadInputDocument(folder / "a.md", host).value(), bytes);
  EXPECT_EQ(ReadInputDocument("-", host).value(), "typed");
}

TEST(CliInputDocumentTest, TheLargestDocumentIsReadAndOneByteMoreIsTooMany) {
  const TemporaryFolder folder;
  FakeHost host;
  std::string bytes(limits::kMaxSourceDocumentBytes, 'x');
  WriteBytes(folder / "a.md", bytes);
  host.input = bytes;
  EXPECT_TRUE(ReadInputDocument(folder / "a.md", host).ok());
  EXPECT_TRUE(ReadInputDocument("-", host).ok());
  bytes += 'x';
  WriteBytes(folder / "a.md", bytes);
  host.input = bytes;
  const absl::Status status = ReadInputDocument(folder / "a.md", host).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder / "a.md"));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadInputDocument("-", host).status()));
}

TEST(CliInputDocumentTest, AFileThatCannotBeReadIsNamed) {
  const TemporaryFolder folder;
  FakeHost host;
  const absl::Status none = ReadInputDocument(folder / "none.md", host).status();
  EXPECT_TRUE(absl::IsNotFound(none)) << none;
  EXPECT_THAT(std::string(none.message()), HasSubstr(folder / "none.md"));
  EXPECT_FALSE(ReadInputDocument(folder.path(), host).ok());
}

}  // namespace
}  // namespace chirograph::cli_input_document_test
