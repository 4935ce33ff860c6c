// SPDX-License-Identifier: Apache-2.0
//
// Comparisons whose time does not depend on what is compared. A mask is all ones for true and 0 for false;
// numbers are below 2^31.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_CONSTANT_TIME_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_CONSTANT_TIME_H_

#include <cstdint>

namespace chirograph::internal {

using Mask = std::uint32_t;

// `value`, with all knowledge of it taken from the optimizer, which might turn masks into a branch.
inline std::uint32_t HideFromOptimizer(std::uint32_t value) {
  __asm__("" : "+r"(value));
  return value;
}

inline Mask MaskLess(std::uint32_t a, std::uint32_t b) { return HideFromOptimizer(0U - ((a - b) >> 31)); }
inline Mask MaskNotGreater(std::uint32_t a, std::uint32_t b) { return ~MaskLess(b, a); }
inline Mask MaskIsZero(std::uint32_t a) { return MaskLess(a, 1); }

inline std::uint32_t Select(Mask mask, std::uint32_t if_set, std::uint32_t if_not) {
  return (mask & if_set) | (~mask & if_not);
}

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_CONSTANT_TIME_H_
