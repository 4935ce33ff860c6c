// SPDX-License-Identifier: Apache-2.0
//
// Whole numbers as people type them. CLI11 takes -1 for 2^64 - 1, 010 for 8, and what is too large for the
// largest there is.
#ifndef CHIROGRAPH_PROTO_WHOLE_NUMBER_H_
#define CHIROGRAPH_PROTO_WHOLE_NUMBER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/merkle.h"

namespace chirograph {

// What is wrong with `text` as a number from `least` to `most`, for the person who typed it; empty where it
// is one: decimal digits alone, without zeros in front. Thread-safe.
std::string WhyNoWholeNumber(std::string_view text, std::uint64_t least, std::uint64_t most);

// The same for an index, or a tree size, of a log: 0 to kMaxTreeSize.
inline std::string WhyNoIndex(const std::string& text) { return WhyNoWholeNumber(text, 0, kMaxTreeSize); }

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_WHOLE_NUMBER_H_
