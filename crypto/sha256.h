// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 (FIPS 180-4), with an algorithm fetched once and one context a thread.
#ifndef CHIROGRAPH_CRYPTO_SHA256_H_
#define CHIROGRAPH_CRYPTO_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace chirograph {

inline constexpr std::size_t kSha256Bytes = 32;

// The 32 bytes of a SHA-256 hash. Comparable and copyable.
using Digest = std::array<std::uint8_t, kSha256Bytes>;

// SHA-256 of `data`. Thread-safe. Cannot fail: if OpenSSL has no SHA-256 the process aborts at first use.
Digest Sha256(std::string_view data);

// SHA-256 of the concatenation of `parts`, without copying them together. Thread-safe.
Digest Sha256(std::initializer_list<std::string_view> parts);

// The 32 bytes of `digest` as a view into it; valid as long as it is.
std::string_view AsBytes(const Digest& digest);

// The digest whose bytes are `bytes`, or nothing unless there are exactly 32.
std::optional<Digest> DigestFromBytes(std::string_view bytes);

// 64 lower-case hexadecimal characters.
std::string ToHex(const Digest& digest);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_SHA256_H_
