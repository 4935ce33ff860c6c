// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_UTF8_H_
#define CHIROGRAPH_PROTO_INTERNAL_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace chirograph::internal {

// Bytes (1 to 4) of the well-formed UTF-8 sequence that `at` begins with, or 0: overlong forms,
// surrogates and what is past U+10FFFF are not well-formed. `at` must be before `end`.
inline std::size_t Utf8SequenceBytes(const char* at, const char* end) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto tail = [&byte](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const std::size_t left = static_cast<std::size_t>(end - at);
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return left >= 2 && tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (lead > 0xF4 || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return 4;
}

// Whether all of `text` is UTF-8.
inline bool IsUtf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    if (std::uint64_t word = 0; static_cast<std::size_t>(end - at) >= sizeof word) {
      std::memcpy(&word, at, sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const std::size_t bytes = Utf8SequenceBytes(at, end);
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_UTF8_H_
