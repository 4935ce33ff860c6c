// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_scalar.h"

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace chirograph::internal::yaml_scalar_test {
namespace {

// The value, or the kind of what has none here.
std::string Resolve(std::string_view text) {
  const PlainScalar scalar = ResolvePlainScalar(text);
  switch (scalar.type) {
    case ScalarType::kNull:
      return "null";
    case ScalarType::kBoolean:
      return scalar.boolean ? "true" : "false";
    case ScalarType::kNumber:
      return fmt::format("{}", scalar.number);
    case ScalarType::kString:
      return "string";
    case ScalarType::kBigInteger:
      return "big";
    case ScalarType::kNotFinite:
      return "not finite";
  }
  return "no such type";
}

TEST(YamlScalarTest, NullHasFourSpellingsAndNone) {
  for (const std::string_view text : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(Resolve(text), "null");
  for (const std::string_view text : {"nULL", "~~", "nul", "nullable"}) EXPECT_EQ(Resolve(text), "string");
}

TEST(YamlScalarTest, BooleansHaveThreeSpellingsEach) {
  for (const std::string_view text : {"true", "True", "TRUE"}) EXPECT_EQ(Resolve(text), "true");
  for (const std::string_view text : {"false", "False", "FALSE"}) EXPECT_EQ(Resolve(text), "false");
  for (const std::string_view text : {"tRUE", "yes", "No", "on", "y"}) EXPECT_EQ(Resolve(text), "string");
}

TEST(YamlScalarTest, IntegersAreDecimalOctalOrHexadecimal) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"},
      {"7", "7"},
      {"007", "7"},
      {"08", "8"},
      {"+4", "4"},
      {"-4", "-4"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"0xff", "255"},
      {"00000000000000000000000000000000000000009", "9"},
      {"0x00000000000000000000000000000000000001", "1"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Resolve(text), expected) << text;
}

TEST(YamlScalarTest, IntegersEndAtTwoToThe53MinusOne) {
  for (const std::string_view text : {"9007199254740991", "0x1fffffffffffff", "0o377777777777777777"}) {
    EXPECT_EQ(Resolve(text), "9007199254740991") << text;
  }
  EXPECT_EQ(Resolve("-9007199254740991"), "-9007199254740991");
  for (const std::string_view text :
       {"9007199254740992", "-9007199254740992", "+9007199254740993", "0x20000000000000",
        "0o400000000000000000", "18446744073709551615", "18446744073709551616",
        "99999999999999999999999999999999999", "0xFFFFFFFFFFFFFFFFFFFF"}) {
    EXPECT_EQ(Resolve(text), "big") << text;
  }
  EXPECT_EQ(Resolve("1" + std::string(100'000, '0')), "big");
}

TEST(YamlScalarTest, FloatsHaveAPointOrAnExponent) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"1.5", "1.5"},
      {"1.", "1"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+.5e3", "500"},
      {"1.e2", "100"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"1e-2", "0.01"},
      {"9007199254740993.0", "9007199254740992"},
      {"0.00000000000000000000000000000000001e310", "1e+275"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Resolve(text), expected) << text;
}

// Half way to 2^1024 lies 1.7976931348623158079...e308.
TEST(YamlScalarTest, AFloatThatRoundsPastTheLargestDoubleIsNotFinite) {
  EXPECT_EQ(Resolve("1.7976931348623157e308"), "1.7976931348623157e+308");
  EXPECT_EQ(Resolve("1.7976931348623158079e308"), "1.7976931348623157e+308");
  for (const std::string_view text : {"1.797693134862315808e308", "1.7976931348623159e308", "-1e309", "1e999",
                                      "0.001e400", "123456789e301", "1e99999999999999999999"}) {
    EXPECT_EQ(Resolve(text), "not finite") << text;
  }
  EXPECT_EQ(Resolve("1" + std::string(400, '0') + ".0"), "not finite");
}

TEST(YamlScalarTest, AFloatTooSmallForADoubleIsZero) {
  EXPECT_EQ(Resolve("4.9e-324"), "5e-324");
  for (const std::string_view text : {"2e-324", "1e-400", "1e-99999999999999999999999", "0.001e-400",
                                      "0e99999999999999999999999", "0.000e99999999999999999999999"}) {
    EXPECT_EQ(Resolve(text), "0") << text;
  }
  EXPECT_EQ(Resolve("0." + std::string(400, '0') + "1"), "0");
}

// 2^63-1, to which the digits before or after the point cannot be added.
TEST(YamlScalarTest, ExponentsAtTheEndOf64BitsAreStillTooBigOrTooSmall) {
  for (const std::string_view text : {"1e9223372036854775807", "123.0e+9223372036854775807"}) {
    EXPECT_EQ(Resolve(text), "not finite") << text;
  }
  for (const std::string_view text : {"0.001e-9223372036854775807", "1e-9223372036854775807"}) {
    EXPECT_EQ(Resolve(text), "0") << text;
  }
}

TEST(YamlScalarTest, NoNumberIsMinusZero) {
  for (const std::string_view text : {"-0", "-0.0", "-0e5", "-1e-400", "-000"}) {
    const PlainScalar scalar = ResolvePlainScalar(text);
    EXPECT_EQ(scalar.type, ScalarType::kNumber) << text;
    EXPECT_EQ(scalar.number, 0) << text;
    EXPECT_FALSE(std::signbit(scalar.number)) << text;
  }
}

TEST(YamlScalarTest, InfinitiesAndNotANumberAreNotFinite) {
  for (const std::string_view text :
       {".inf", ".Inf", ".INF", "-.inf", "+.Inf", "-.INF", ".nan", ".NaN", ".NAN"}) {
    EXPECT_EQ(Resolve(text), "not finite") << text;
  }
  for (const std::string_view text : {".infinity", ".iNf", "-.nan", "+.NaN", "inf", "nan"}) {
    EXPECT_EQ(Resolve(text), "string") << text;
  }
}

TEST(YamlScalarTest, WhatOnlyLooksLikeANumberIsAString) {
  for (const std::string_view text : {"0o8",  "0o",    "+0o1",   "0O7",   "0x1G",  "0x",
                                      "-0x1", "0X1",   "0b11",   "1_000", "12:30", "2024-01-02",
                                      "1e",   "1e+",   "e1",     ".",     "+",     "-",
                                      "-.",   "..5",   ".e1",    "1.2.3", "1 2",   "--1",
                                      "+-1",  "1e5.0", "1.5e2x", "<<",    "=",     "2021-02-14T15:21:00Z"}) {
    EXPECT_EQ(Resolve(text), "string") << text;
  }
}

}  // namespace
}  // namespace chirograph::internal::yaml_scalar_test
