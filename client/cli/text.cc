// SPDX-License-Identifier: Apache-2.0
#include "client/cli/text.h"

#include "fmt/format.h"

namespace chirograph {

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

std::string WithThousands(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  return digits;
}

std::string Counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", WithThousands(number), noun, number == 1 ? "" : "s");
}

std::string FirstEntries(std::uint64_t number) {
  if (number == 1) return "the first entry of the log";
  return fmt::format("the first {} entries of the log", WithThousands(number));
}

std::string TimeForPeople(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%MZ", time, absl::UTCTimeZone());
}

std::string TimeForPrograms(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

std::string ShortDigest(const Digest& digest) {
  return fmt::format("sha256:{}...", ToHex(digest).substr(0, 8));
}

}  // namespace chirograph
