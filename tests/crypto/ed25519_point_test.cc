// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/ed25519_point.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/encoding.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::internal::ed25519_point_test {
namespace {

Ed25519Point Check(std::string_view bytes) { return CheckEd25519Point(bytes).value(); }
Ed25519Point CheckHex(const std::string& hex) { return Check(HexDecode(hex).value()); }

TEST(Ed25519PointTest, TakesTheBasePoint) {
  EXPECT_EQ(CheckHex("5866666666666666666666666666666666666666666666666666666666666666"),
            Ed25519Point::kGood);
  EXPECT_EQ(CheckHex("58666666666666666666666666666666666666666666666666666666666666e6"),
            Ed25519Point::kGood);  // -x
}

// All eight, and no encoding but these is canonical. Of the two y of order 8 each is the other's negative.
TEST(Ed25519PointTest, RefusesThePointsOfSmallOrder) {
  for (const char* const hex : {
           "0100000000000000000000000000000000000000000000000000000000000000",  // order 1
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // 2
           "0000000000000000000000000000000000000000000000000000000000000000",  // 4
           "0000000000000000000000000000000000000000000000000000000000000080",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // 8
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       }) {
    EXPECT_EQ(CheckHex(hex), Ed25519Point::kSmallOrder) << hex;
  }
}

TEST(Ed25519PointTest, TakesWhatOpenSslMakes) {
  for (int i = 0; i < 100; ++i) {
    const std::string spki = SpkiOf(MakePlainKey("ED25519"));
    EXPECT_EQ(Check(std::string_view(spki).substr(12)), Ed25519Point::kGood);
  }
}

TEST(Ed25519PointTest, RefusesZeroWithAMinusSign) {
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("0100000000000000000000000000000000000000000000000000000000000080"));
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"));
}

TEST(Ed25519PointTest, RefusesYOfPAndMore) {
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));  // p, as 0
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));  // p + 1, as 1
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"));
}

TEST(Ed25519PointTest, RefusesYWithoutAnX) {
  EXPECT_EQ(Ed25519Point::kNotAPoint,
            CheckHex("0200000000000000000000000000000000000000000000000000000000000000"));
}

// Every second y has an x. The numbers are the same in each run.
TEST(Ed25519PointTest, TakesAboutHalfOfAllNumbers) {
  int points = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string y(32, '\0');
    for (std::size_t at = 0; at < 31; ++at)
      y[at] = static_cast<char>(i * 151 + static_cast<int>(at * at * 37) + i / 256);
    points += Check(y) == Ed25519Point::kGood ? 1 : 0;
  }
  EXPECT_GT(points, 400);
  EXPECT_LT(points, 600);
}

TEST(Ed25519PointTest, RefusesOtherLengths) {
  EXPECT_EQ(Check(""), Ed25519Point::kNotAPoint);
  EXPECT_EQ(Check(std::string(31, '\0')), Ed25519Point::kNotAPoint);
  EXPECT_EQ(Check('\x01' + std::string(32, '\0')), Ed25519Point::kNotAPoint);
}

}  // namespace
}  // namespace chirograph::internal::ed25519_point_test
