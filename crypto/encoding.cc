// SPDX-License-Identifier: Apache-2.0
#include "crypto/encoding.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>

namespace chirograph {
namespace {

// OpenSSL counts in int: longer texts go through it in pieces. Pieces are whole groups of 3 bytes or 4
// characters, so that they join without a seam.
constexpr std::size_t kGroupsAtOnce = 1 << 20;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0x0f]);
  }
  return hex;
}

std::optional<std::string> HexDecode(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexValue(hex[i]);
    const int low = HexValue(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  auto* out = reinterpret_cast<unsigned char*>(text.data());
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, 3 * kGroupsAtOnce);
    // It ends what it writes with a NUL, which lands on the next piece's first byte or on the string's own.
    out += EVP_EncodeBlock(out, reinterpret_cast<const unsigned char*>(piece.data()),
                           static_cast<int>(piece.size()));
    bytes.remove_prefix(piece.size());
  }
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.resize(text.size() / 4 * 3);
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, 4 * kGroupsAtOnce);
    const int count = EVP_DecodeBlock(out, reinterpret_cast<const unsigned char*>(piece.data()),
                                      static_cast<int>(piece.size()));
    // Fewer bytes than the groups call for: there was white space around them.
    if (count < 0 || static_cast<std::size_t>(count) != piece.size() / 4 * 3) return std::nullopt;
    out += count;
    rest.remove_prefix(piece.size());
  }
  // It counts padding as zero bytes.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(bytes.size() - padding);
  // It takes `=` anywhere and bits that are left over as they come; only one spelling is ours.
  if (Base64Encode(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace chirograph
