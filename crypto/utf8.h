// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_UTF8_H_
#define CHIROGRAPH_CRYPTO_UTF8_H_

#include <cstddef>
#include <string_view>

namespace chirograph {

// U+FEFF, as some editors put it at the start of a file.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How many bytes at the start of `text` are well-formed UTF-8 (Unicode, table 3-7: nothing overlong, no
// surrogates, nothing past U+10FFFF). text.size() where all of it is.
std::size_t ValidUtf8Prefix(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_UTF8_H_
