// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_DECIMAL_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_DECIMAL_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chirograph::internal {

// The number that `text` spells in ASCII digits alone, or nothing where it is empty, has a leading zero
// (but "0" itself) or is over `max`.
inline std::optional<std::uint64_t> ParseDecimal(std::string_view text, std::uint64_t max) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_DECIMAL_H_
