// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <system_error>

namespace chirograph::internal {
namespace {

constexpr std::uint64_t kMaxExactInteger = (std::uint64_t{1} << 53) - 1;

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> spellings) {
  return std::find(spellings.begin(), spellings.end(), text) != spellings.end();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t DigitsAt(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - at;
}

// `digits` (not empty) as an integer; of any length, hence not from_chars alone.
PlainScalar Integer(std::string_view digits, int base, bool negative) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (result.ec != std::errc() || value > kMaxExactInteger) return {.type = ScalarType::kBigInteger};
  const auto number = static_cast<double>(value);
  return {.type = ScalarType::kNumber, .number = negative && value != 0 ? -number : number};
}

// 0o17 and 0x1F; the schema gives them no sign.
bool IsRadixInteger(std::string_view text, char letter, std::string_view alphabet) {
  return text.size() > 2 && text[0] == '0' && text[1] == letter &&
         text.find_first_not_of(alphabet, 2) == std::string_view::npos;
}

// The parts of (\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
struct FloatShape {
  bool matches = false;
  std::string_view whole;     // digits before the point
  std::string_view fraction;  // digits after it
  std::string_view exponent;  // with its sign
};

FloatShape MatchFloat(std::string_view text) {
  FloatShape shape;
  std::size_t at = DigitsAt(text, 0);
  shape.whole = text.substr(0, at);
  if (at < text.size() && text[at] == '.') {
    const std::size_t digits = DigitsAt(text, at + 1);
    shape.fraction = text.substr(at + 1, digits);
    at += 1 + digits;
  }
  if (shape.whole.empty() && shape.fraction.empty()) return {};
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t begin = at + 1;
    at = begin;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t digits = DigitsAt(text, at);
    if (digits == 0) return {};
    at += digits;
    shape.exponent = text.substr(begin, at - begin);
  }
  shape.matches = at == text.size();
  return shape;
}

// Whether a float that from_chars finds out of range is too big, not too small: it does not say.
bool IsTooBig(const FloatShape& shape) {
  const std::size_t first = shape.whole.find_first_not_of('0');
  std::int64_t magnitude = 0;  // of the leading digit, as a power of ten, give or take one
  if (first != std::string_view::npos) {
    magnitude = static_cast<std::int64_t>(shape.whole.size() - first);
  } else {
    magnitude =
        -static_cast<std::int64_t>(std::min(shape.fraction.find_first_not_of('0'), shape.fraction.size()));
  }
  std::string_view digits = shape.exponent;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  // No text of ours is so long that its digits could make up for such an exponent.
  if (result.ec == std::errc::result_out_of_range) return !negative;
  // Compared, not added: the sum may be past 64 bits.
  return magnitude > (negative ? exponent : -exponent);
}

PlainScalar Float(std::string_view text, const FloatShape& shape, bool negative) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    if (IsTooBig(shape)) return {.type = ScalarType::kNotFinite};
    value = 0;
  }
  return {.type = ScalarType::kNumber, .number = negative && value != 0 ? -value : value};
}

}  // namespace

PlainScalar ResolvePlainScalar(std::string_view text) {
  if (text.empty() || IsOneOf(text, {"~", "null", "Null", "NULL"})) return {.type = ScalarType::kNull};
  if (IsOneOf(text, {"true", "True", "TRUE"})) return {.type = ScalarType::kBoolean, .boolean = true};
  if (IsOneOf(text, {"false", "False", "FALSE"})) return {.type = ScalarType::kBoolean, .boolean = false};

  const bool negative = text[0] == '-';
  const bool has_sign = negative || text[0] == '+';
  const std::string_view unsigned_text = text.substr(has_sign ? 1 : 0);
  if (unsigned_text.empty() || (!IsDigit(unsigned_text[0]) && unsigned_text[0] != '.')) return {};

  if (DigitsAt(unsigned_text, 0) == unsigned_text.size()) return Integer(unsigned_text, 10, negative);
  if (!has_sign && IsRadixInteger(text, 'o', "01234567")) return Integer(text.substr(2), 8, false);
  if (!has_sign && IsRadixInteger(text, 'x', "0123456789abcdefABCDEF"))
    return Integer(text.substr(2), 16, false);
  if (IsOneOf(unsigned_text, {".inf", ".Inf", ".INF"}) || IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    return {.type = ScalarType::kNotFinite};
  }
  const FloatShape shape = MatchFloat(unsigned_text);
  if (!shape.matches) return {};
  return Float(unsigned_text, shape, negative);
}

}  // namespace chirograph::internal
