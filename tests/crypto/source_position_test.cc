// SPDX-License-Identifier: Apache-2.0
#include "crypto/source_position.h"

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace chirograph::source_position_test {
namespace {

TEST(SourcePositionTest, TravelsWithTheStatus) {
  const absl::Status status = ErrorAt({12, 7}, "no such thing");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()), "no such thing");
  EXPECT_EQ(PositionOf(status), (SourcePosition{12, 7}));
  absl::Status copy = absl::OkStatus();
  copy = status;
  EXPECT_EQ(PositionOf(copy), (SourcePosition{12, 7}));
}

TEST(SourcePositionTest, CountsLinesAndCodePoints) {
  constexpr std::string_view kText = "a\r\n\tÄ😀x\n\n";
  EXPECT_EQ(PositionAt(kText, 0), (SourcePosition{1, 1}));
  EXPECT_EQ(PositionAt(kText, 2), (SourcePosition{1, 3}));
  EXPECT_EQ(PositionAt(kText, 3), (SourcePosition{2, 1}));
  EXPECT_EQ(PositionAt(kText, kText.find('x')), (SourcePosition{2, 4}));
  EXPECT_EQ(PositionAt(kText, kText.size() - 1, 7), (SourcePosition{9, 1}));
  EXPECT_EQ(PositionAt(kText, kText.size(), 7), (SourcePosition{10, 1}));
  EXPECT_EQ(PositionAt("", 0, 7), (SourcePosition{7, 1}));
}

TEST(SourcePositionTest, OtherStatusesHaveNone) {
  EXPECT_EQ(PositionOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(PositionOf(absl::NotFoundError("nothing here")), std::nullopt);
}

TEST(SourcePositionTest, PayloadsThatAreNoPositionAreIgnored) {
  for (const char* payload : {"", "7", "7:", ":7", "7:8:9", "a:b", "99999999999:1"}) {
    absl::Status status = absl::InvalidArgumentError("x");
    status.SetPayload("chirograph/source-position", absl::Cord(payload));
    EXPECT_EQ(PositionOf(status), std::nullopt) << payload;
  }
}

TEST(SourcePositionTest, DescribesLikeACompiler) {
  EXPECT_EQ(DescribeInFile("a/b.md", ErrorAt({3, 1}, "bad")), "a/b.md:3:1: bad");
  EXPECT_EQ(DescribeInFile("a/b.md", absl::InvalidArgumentError("bad")), "a/b.md: bad");
}

}  // namespace
}  // namespace chirograph::source_position_test
