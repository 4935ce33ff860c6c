// SPDX-License-Identifier: Apache-2.0
#include "client/cli/text.h"

#include "fmt/format.h"

namespace chirograph {
std::string EscapeForTerminal(std::string_view text) { return VisibleText(text); }

std::string EscapeLinesForTerminal(std::string_view text) { return VisibleLines(text); }

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++width;
  }
  return width;
}

std::string PadRight(std::string_view text, std::size_t width) {
  std::string padded(text);
  const std::size_t present = DisplayWidth(text);
  if (present < width) padded.append(width - present, ' ');
  return padded;
}

std::string FirstEntries(std::uint64_t number) {
  if (number == 1) return "the first entry of the log";
  return fmt::format("the first {} entries of the log", WithThousands(number));
}

std::string ShortDigest(const Digest& digest) {
  return fmt::format("sha256:{}...", ToHex(digest).substr(0, 8));
}

}  // namespace chirograph
