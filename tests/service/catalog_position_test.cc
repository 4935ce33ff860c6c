// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_position.h"

#include <gtest/gtest.h>

#include <string>

namespace chirograph::catalog_position_test {
namespace {

TEST(CatalogPositionTest, ComesBack) {
  for (const bool behind : {false, true}) {
    const auto position = DecodePosition(EncodePosition({.at = "12345678", .behind = behind}));
    ASSERT_TRUE(position);
    EXPECT_EQ(position->at, "12345678");
    EXPECT_EQ(position->behind, behind);
  }
}

TEST(CatalogPositionTest, WhatIsNoneIsNone) {
  EXPECT_FALSE(DecodePosition(""));
  EXPECT_FALSE(
      DecodePosition("\2"
                     "12345678"));
}

TEST(NeighbourTest, IsTheNextStringOfAsManyBytes) {
  EXPECT_EQ(Neighbour("ab", false), "ac");
  EXPECT_EQ(Neighbour("ab", true), "aa");
  EXPECT_EQ(Neighbour("a\xff", false), std::string("b\0", 2));
  EXPECT_EQ(Neighbour(std::string("b\0", 2), true), "a\xff");
  EXPECT_EQ(Neighbour("\x7f", false), "\x80");
  EXPECT_EQ(Neighbour("\xff\xff", false), std::nullopt);
  EXPECT_EQ(Neighbour(std::string(2, '\0'), true), std::nullopt);
}

}  // namespace
}  // namespace chirograph::catalog_position_test
