// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "crypto/tile.h"

namespace chirograph::tile_path_test {
namespace {

using ::testing::HasSubstr;

// The message of an error, which must be InvalidArgument.
std::string ErrorIn(std::string_view path) {
  const absl::Status status = ParseTilePath(path).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
  return std::string(status.message());
}

TEST(ParseTilePathTest, ReadsWhatIsWritten) {
  for (const int level : {0, 1, 7, 63}) {
    for (const std::uint64_t index :
         {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{999}, std::uint64_t{1000}, std::uint64_t{1001},
          std::uint64_t{1234067}, std::uint64_t{1000000}, kMaxTreeSize >> 8, kMaxTreeSize}) {
      for (const int width : {1, 9, 10, 255, 256}) {
        const auto tile = ParseTilePath(TilePath({level, index}, width));
        ASSERT_TRUE(tile.ok()) << tile.status();
        EXPECT_EQ(*tile, (TileName{level, index, width}));
        const auto bundle = ParseTilePath(EntryBundlePath(index, width));
        ASSERT_TRUE(bundle.ok()) << bundle.status();
        EXPECT_EQ(*bundle, (TileName{std::nullopt, index, width}));
      }
    }
  }
}

TEST(ParseTilePathTest, IsNotATile) {
  for (const char* path : {"", "/", "tile", "/tile/0/000", "tiles/0/000", "Tile/0/000", "checkpoint", "tile ",
                           "content/0/000", "x/tile/0/000"}) {
    EXPECT_THAT(ErrorIn(path), HasSubstr("not a tile's path")) << path;
  }
}

TEST(ParseTilePathTest, TheLevelIsANumberUpTo63WithoutLeadingZeros) {
  for (const char* path :
       {"tile//000", "tile/00/000", "tile/01/000", "tile/64/000", "tile/100/000", "tile/-1/000",
        "tile/+1/000", "tile/1x/000", "tile/ 1/000", "tile/0x1/000", "tile/99999999999999999999/000",
        "tile/data/000", "tile/Entries/000", "tile/entries ", "tile/-0/000", "tile/1.p/1/000"}) {
    EXPECT_THAT(ErrorIn(path), HasSubstr("its level, 0 to 63, or entries")) << path;
  }
}

TEST(ParseTilePathTest, TheNumberHasOneSpelling) {
  for (const std::string tile : {"tile/0/", "tile/entries/"}) {
    for (const char* number :
         {"",          "0",         "00",           "0000",          "1",        "12",
          "1234",      "x001",      "x000/001",     "x000/x001/000", "x001/1",   "x001/x234",
          "x01/234",   "001/234",   "x001/234/567", "x0001/234",     "X001/234", "xx01/234",
          "x001//234", "/000",      "000/",         "00a",           "-01",      "+01",
          " 01",       "000 ",      "x001/ 34",     "000.P/1",       "000.p",    "000p/1",
          "..",        "%30%30%30", "x001/234.",    "000/000",       "0 0",      "x/000"}) {
      EXPECT_THAT(ErrorIn(tile + number), HasSubstr("groups of three digits")) << tile << number;
    }
  }
  EXPECT_THAT(ErrorIn("tile/0"), HasSubstr("groups of three digits"));
  EXPECT_THAT(ErrorIn("tile/entries"), HasSubstr("groups of three digits"));
}

TEST(ParseTilePathTest, ANumberIsAtMostTheLargestTreeSize) {
  // 2^63-1, the next, 2^64 and what a counter of 64 bits would wrap around at.
  EXPECT_EQ(ParseTilePath("tile/0/x009/x223/x372/x036/x854/x775/807")->index, kMaxTreeSize);
  for (const char* number :
       {"x009/x223/x372/x036/x854/x775/808", "x018/x446/x744/x073/x709/x551/616",
        "x001/x000/x000/x000/x000/x000/x000/000", "x999/x999/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_THAT(ErrorIn(std::string("tile/0/") + number), HasSubstr("groups of three digits")) << number;
  }
}

TEST(ParseTilePathTest, AWidthIs1To255WithoutLeadingZeros) {
  for (const char* width : {"", "0", "00", "01", "256", "1000", "-1", "+1", " 1", "1 ", "1/", "1/2", "1.p/2",
                            "x1", "99999999999999999999", "1a"}) {
    EXPECT_THAT(ErrorIn(std::string("tile/0/000.p/") + width), HasSubstr("width of a partial tile, 1 to 255"))
        << width;
  }
}

// One character anywhere: what is still read is written the same way again.
TEST(ParseTilePathTest, WhatIsReadIsWrittenTheSameWay) {
  for (const std::string path : {"tile/0/x001/234.p/12", "tile/entries/x010/x000/007", "tile/12/000.p/255"}) {
    for (std::size_t at = 0; at <= path.size(); ++at) {
      for (int c = 0; c < 256; ++c) {
        for (const std::size_t replaced : {0, 1}) {
          std::string other = path;
          other.replace(at, at < path.size() ? replaced : 0, 1, static_cast<char>(c));
          const auto name = ParseTilePath(other);
          if (!name.ok()) continue;
          EXPECT_EQ(name->level ? TilePath({*name->level, name->index}, name->width)
                                : EntryBundlePath(name->index, name->width),
                    other);
        }
      }
    }
  }
}

}  // namespace
}  // namespace chirograph::tile_path_test
