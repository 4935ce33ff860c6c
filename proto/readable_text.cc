// SPDX-License-Identifier: Apache-2.0
#include "proto/readable_text.h"

#include <fmt/format.h>

#include "crypto/utf8.h"

namespace chirograph {
namespace {

// One code point of well-formed UTF-8, or what is no such thing.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: the first byte begins no well-formed sequence
};

CodePoint FirstCodePoint(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t bytes = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2, value = first & 0x1F, smallest = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3, value = first & 0x0F, smallest = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4, value = first & 0x07, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < bytes) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, bytes};
}

bool IsUnsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F || c == 0x2028 ||
         c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

std::string SpelledOut(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  const auto number = static_cast<std::uint32_t>(c);
  return number < 0x80 ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{:04x}", number);
}

// `text` with what is unsafe spelled out, but for the characters of `kept`.
std::string Escape(std::string_view text, std::string_view kept) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = FirstCodePoint(text);
    if (next.bytes == 0) {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (IsUnsafe(next.value) && kept.find(text[0]) == std::string_view::npos) {
      escaped += SpelledOut(next.value);
    } else {
      escaped += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return escaped;
}

}  // namespace

std::string VisibleText(std::string_view text) { return Escape(text, ""); }

std::string VisibleLines(std::string_view text) { return Escape(text, "\n\t"); }

std::string Shortened(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  // Not in the middle of a character; where there is none, anywhere.
  std::size_t kept = ValidUtf8Prefix(text.substr(0, max_bytes));
  constexpr std::size_t kLongestCharacter = 4;
  if (max_bytes - kept >= kLongestCharacter) kept = max_bytes;
  return fmt::format("{} ... ({} more)", text.substr(0, kept), Counted(text.size() - kept, "byte"));
}

std::string WithThousands(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  return digits;
}

std::string Counted(std::uint64_t number, std::string_view noun, std::string_view plural) {
  if (number != 1 && !plural.empty()) return fmt::format("{} {}", WithThousands(number), plural);
  return fmt::format("{} {}{}", WithThousands(number), noun, number == 1 ? "" : "s");
}

std::string TimeForPeople(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%MZ", time, absl::UTCTimeZone());
}

std::string TimeForPrograms(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace chirograph
