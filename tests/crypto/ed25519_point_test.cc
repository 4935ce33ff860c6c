// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/ed25519_point.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/encoding.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::internal {
namespace {

bool IsPoint(const std::string& hex) { return IsEd25519Point(HexDecode(hex).value()).value(); }

TEST(Ed25519PointTest, TakesTheBasePointAndTheNeutralElement) {
  EXPECT_TRUE(IsPoint("5866666666666666666666666666666666666666666666666666666666666666"));
  EXPECT_TRUE(IsPoint("58666666666666666666666666666666666666666666666666666666666666e6"));  // -x
  EXPECT_TRUE(IsPoint("0100000000000000000000000000000000000000000000000000000000000000"));
  EXPECT_TRUE(IsPoint("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));  // y = -1
}

TEST(Ed25519PointTest, TakesWhatOpenSslMakes) {
  for (int i = 0; i < 100; ++i) {
    const std::string spki = SpkiOf(MakePlainKey("ED25519"));
    EXPECT_TRUE(IsEd25519Point(spki.substr(12)).value());
  }
}

TEST(Ed25519PointTest, RefusesZeroWithAMinusSign) {
  EXPECT_FALSE(IsPoint("0100000000000000000000000000000000000000000000000000000000000080"));
  EXPECT_FALSE(IsPoint("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"));
}

TEST(Ed25519PointTest, RefusesYOfPAndMore) {
  EXPECT_FALSE(IsPoint("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));  // p, as 0
  EXPECT_FALSE(IsPoint("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));  // p + 1, as 1
  EXPECT_FALSE(IsPoint("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"));
}

TEST(Ed25519PointTest, RefusesYWithoutAnX) {
  EXPECT_FALSE(IsPoint("0200000000000000000000000000000000000000000000000000000000000000"));
}

// Every second y has an x. The numbers are the same in each run.
TEST(Ed25519PointTest, TakesAboutHalfOfAllNumbers) {
  int points = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string y(32, '\0');
    for (std::size_t at = 0; at < 31; ++at)
      y[at] = static_cast<char>(i * 151 + static_cast<int>(at * at * 37) + i / 256);
    points += IsEd25519Point(y).value() ? 1 : 0;
  }
  EXPECT_GT(points, 400);
  EXPECT_LT(points, 600);
}

TEST(Ed25519PointTest, RefusesOtherLengths) {
  EXPECT_FALSE(IsEd25519Point("").value());
  EXPECT_FALSE(IsEd25519Point(std::string(31, '\0')).value());
  EXPECT_FALSE(IsEd25519Point('\x01' + std::string(32, '\0')).value());
}

}  // namespace
}  // namespace chirograph::internal
