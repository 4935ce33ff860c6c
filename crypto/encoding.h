// SPDX-License-Identifier: Apache-2.0
//
// Bytes as text: hexadecimal, and base64 of RFC 4648 section 4 that has one spelling for each value.
#ifndef CHIROGRAPH_CRYPTO_ENCODING_H_
#define CHIROGRAPH_CRYPTO_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace chirograph {

// Lower-case hexadecimal, two characters a byte.
std::string HexEncode(std::string_view bytes);

// The bytes that `hex` (either case) spells, or nothing where it is of odd length or has another
// character in it. Empty text is no bytes.
std::optional<std::string> HexDecode(std::string_view hex);

// Base64 of RFC 4648 section 4, with padding, without line ends.
std::string Base64Encode(std::string_view bytes);

// The bytes that `text` spells, or nothing unless Base64Encode gives `text` back: no white space, no
// missing padding, no stray bits, no other alphabet. Empty text is no bytes.
std::optional<std::string> Base64Decode(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_ENCODING_H_
