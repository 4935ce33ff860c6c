// SPDX-License-Identifier: Apache-2.0
#include "proto/es6_number.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "proto/internal/es6_number_text.h"

namespace chirograph {
namespace {

// Integers up to here are their own shortest digits, and doubles hold them exactly.
constexpr double kMaxExactInteger = 9007199254740991.0;

// A positive number as 0.DIGITS * 10^point.
struct Decimal {
  char digits[20];
  int count = 0;
  int point = 0;
};

Decimal ShortestDigits(double number) {
  char text[internal::kMaxEs6NumberChars];
  const char* end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  Decimal decimal;
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[decimal.count++] = *at;
  }
  ++at;
  if (*at == '+') ++at;  // from_chars takes no plus sign
  int exponent = 0;
  std::from_chars(at, end, exponent);
  decimal.point = exponent + 1;
  return decimal;
}

char* Copy(const char* from, int count, char* to) {
  std::memcpy(to, from, static_cast<std::size_t>(count));
  return to + count;
}

char* Zeros(int count, char* to) {
  std::memset(to, '0', static_cast<std::size_t>(count));
  return to + count;
}

}  // namespace

namespace internal {

// The steps of ECMA-262's Number::toString; its k is count, its n is point.
char* WriteEs6Number(double number, char* to) {
  if (std::fabs(number) <= kMaxExactInteger && std::trunc(number) == number) {
    return std::to_chars(to, to + kMaxEs6NumberChars, static_cast<std::int64_t>(number)).ptr;
  }
  if (number < 0) *to++ = '-';
  const Decimal decimal = ShortestDigits(std::fabs(number));
  const int count = decimal.count;
  const int point = decimal.point;
  if (count <= point && point <= 21) return Zeros(point - count, Copy(decimal.digits, count, to));
  if (0 < point && point <= 21) {
    to = Copy(decimal.digits, point, to);
    *to++ = '.';
    return Copy(decimal.digits + point, count - point, to);
  }
  if (-6 < point && point <= 0) {
    to = Zeros(-point, Copy("0.", 2, to));
    return Copy(decimal.digits, count, to);
  }
  *to++ = decimal.digits[0];
  if (count > 1) {
    *to++ = '.';
    to = Copy(decimal.digits + 1, count - 1, to);
  }
  *to++ = 'e';
  if (point - 1 > 0) *to++ = '+';
  return std::to_chars(to, to + 4, point - 1).ptr;
}

}  // namespace internal

void AppendEs6Number(double number, std::string* out) {
  char text[internal::kMaxEs6NumberChars];
  out->append(text, internal::WriteEs6Number(number, text));
}

}  // namespace chirograph
