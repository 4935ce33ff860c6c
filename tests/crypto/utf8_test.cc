// SPDX-License-Identifier: Apache-2.0
#include "crypto/utf8.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace chirograph::utf8_test {
namespace {

std::string Encode(std::uint32_t code_point) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0 | (code_point >> 6)), tail(code_point)};
  if (code_point < 0x10000) {
    return {static_cast<char>(0xE0 | (code_point >> 12)), tail(code_point >> 6), tail(code_point)};
  }
  return {static_cast<char>(0xF0 | (code_point >> 18)), tail(code_point >> 12), tail(code_point >> 6),
          tail(code_point)};
}

TEST(Utf8Test, TakesEveryScalarValueAndNoSurrogate) {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    const std::string bytes = Encode(code_point);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    ASSERT_EQ(ValidUtf8Prefix(bytes), surrogate ? 0 : bytes.size()) << fmt::format("U+{:04X}", code_point);
  }
}

TEST(Utf8Test, StopsAtWhatIsNotWellFormed) {
  using std::string_view_literals::operator""sv;
  const std::string_view bad[] = {
      "\x80"sv,              // a tail without a head
      "\xC0\x80"sv,          // overlong forms
      "\xC1\xBF"sv,          //
      "\xE0\x9F\xBF"sv,      //
      "\xF0\x8F\xBF\xBF"sv,  //
      "\xED\xA0\x80"sv,      // a surrogate
      "\xF4\x90\x80\x80"sv,  // past U+10FFFF
      "\xF5\x80\x80\x80"sv,  //
      "\xFE"sv,              //
      "\xFF"sv,              //
      "\xC3"sv,              // cut off
      "\xE2\x82"sv,          //
      "\xF0\x9F\x98"sv,      //
      "\xC3x"sv,             // heads without tails
      "\xE2\x82x"sv,         //
      "\xF0\x9F\x98x"sv,     //
  };
  for (const std::string_view bytes : bad) {
    for (const std::size_t before : {0, 1, 7, 8, 9, 31}) {
      const std::string text = std::string(before, 'a') + std::string(bytes) + "tail of the text";
      EXPECT_EQ(ValidUtf8Prefix(text), before) << testing::PrintToString(bytes);
    }
  }
}

TEST(Utf8Test, NothingIsValid) { EXPECT_EQ(ValidUtf8Prefix(""), 0U); }

}  // namespace
}  // namespace chirograph::utf8_test
