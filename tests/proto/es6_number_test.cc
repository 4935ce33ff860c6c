// SPDX-License-Identifier: Apache-2.0
#include "proto/es6_number.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <random>
#include <string>

#include "tests/proto/test_seed.h"

namespace chirograph::es6_number_test {
namespace {

std::string Es6(double number) {
  std::string out;
  AppendEs6Number(number, &out);
  return out;
}

TEST(Es6NumberTest, AppendsToWhatIsThere) {
  std::string out = "[1,";
  AppendEs6Number(2.5, &out);
  EXPECT_EQ(out, "[1,2.5");
}

TEST(Es6NumberTest, WritesZeroWithoutSign) {
  EXPECT_EQ(Es6(0.0), "0");
  EXPECT_EQ(Es6(-0.0), "0");
}

TEST(Es6NumberTest, ChangesNotationWhereEcmaScriptDoes) {
  EXPECT_EQ(Es6(1e20), "100000000000000000000");
  EXPECT_EQ(Es6(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(Es6(1e21), "1e+21");
  EXPECT_EQ(Es6(-1.5e21), "-1.5e+21");
  EXPECT_EQ(Es6(1e-6), "0.000001");
  EXPECT_EQ(Es6(1.2345678901234567e-6), "0.0000012345678901234567");
  EXPECT_EQ(Es6(1e-7), "1e-7");
  EXPECT_EQ(Es6(-1.25e-7), "-1.25e-7");
}

TEST(Es6NumberTest, WritesTheEdgesOfADouble) {
  EXPECT_EQ(Es6(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(Es6(std::numeric_limits<double>::min()), "2.2250738585072014e-308");
  EXPECT_EQ(Es6(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(Es6(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(Es6(-9007199254740992.0), "-9007199254740992");
  EXPECT_EQ(Es6(9007199254740994.0), "9007199254740994");
}

TEST(Es6NumberTest, AgreesWithTwentyThousandVectors) {
  std::ifstream file(CHIROGRAPH_TEST_DATA_DIR "/jcs/es6-numbers.csv");
  ASSERT_TRUE(file) << "tests/data/jcs/es6-numbers.csv is missing";
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const std::size_t comma = line.find(',');
    ASSERT_NE(comma, std::string::npos) << line;
    std::uint64_t bits = 0;
    std::from_chars(line.data(), line.data() + comma, bits, 16);
    ASSERT_EQ(Es6(std::bit_cast<double>(bits)), line.substr(comma + 1)) << line;
  }
  EXPECT_GE(count, 20000);
}

TEST(Es6NumberTest, RandomDoublesReadBackAsTheSame) {
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 200000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = Es6(number);
    ASSERT_LE(text.size(), 25u) << text;
    double back = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(result.ptr, text.data() + text.size()) << text;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(number)) << text;
  }
}

}  // namespace
}  // namespace chirograph::es6_number_test
