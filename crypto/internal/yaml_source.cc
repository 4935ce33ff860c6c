// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_source.h"

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/utf8.h"
#include "fmt/format.h"

namespace chirograph::internal {
namespace {

bool IsTail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

int CountCodePoints(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return !IsTail(c); }));
}

absl::Status ErrorAtOffset(std::string_view text, int first_line, std::size_t offset,
                           std::string_view message) {
  return ErrorAt(PositionAt(text, offset, first_line), message);
}

// The control character at the start of `text`, which is valid UTF-8, if there is one. YAML lets U+0085
// stand, but as a line break in version 1.1 and as text in 1.2: a raw one would mean two things.
std::optional<int> ControlCharacterAt(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 && first != '\t' && first != '\r' && first != '\n') return first;
  if (first == 0x7F) return first;
  if (first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) return static_cast<unsigned char>(text[1]);
  return std::nullopt;
}

// Whether `line` is a "---" or "..." of YAML, which may have something behind it.
bool IsDocumentMarker(std::string_view line) {
  if (!line.starts_with("---") && !line.starts_with("...")) return false;
  return line.size() == 3 || IsYamlBlankOrBreak(line[3]);
}

// Whether `line` is blank or a comment.
bool IsInsignificant(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

absl::Status CheckLines(std::string_view text, int first_line) {
  bool before_content = true;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (IsDocumentMarker(line)) {
      return ErrorAtOffset(text, first_line, begin,
                           fmt::format("'{}' is a document marker of YAML: one document is expected, without "
                                       "markers",
                                       line.substr(0, 3)));
    }
    if (before_content && line.starts_with('%')) {
      return ErrorAtOffset(text, first_line, begin, "YAML directives ('%') are not allowed");
    }
    before_content = before_content && IsInsignificant(line);
    begin = end + 1;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckYamlCharacters(std::string_view text, int first_line) {
  if (const std::size_t valid = ValidUtf8Prefix(text); valid != text.size()) {
    return ErrorAtOffset(
        text, first_line, valid,
        fmt::format("the byte 0x{:02X} is not UTF-8 here", static_cast<unsigned char>(text[valid])));
  }
  if (text.starts_with(kByteOrderMark)) {
    return ErrorAtOffset(text, first_line, 0, "a byte-order mark (U+FEFF) cannot stand here");
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    // A line break in YAML, but for yaml-cpp white space within a line.
    if (text[at] == '\r' && text.substr(at + 1, 1) != "\n") {
      return ErrorAtOffset(text, first_line, at,
                           "a carriage return (U+000D) without a line feed behind it: end lines with a line "
                           "feed, or write it as \"\\r\", in double quotes");
    }
    if (const auto control = ControlCharacterAt(text.substr(at))) {
      return ErrorAtOffset(
          text, first_line, at,
          fmt::format("the control character U+{:04X} cannot stand here as it is: write it as "
                      "\"\\x{:02X}\", in double quotes",
                      *control, *control));
    }
  }
  return CheckLines(text, first_line);
}

SourcePosition PositionFinder::At(std::size_t offset) {
  offset = std::min(offset, text_.size());
  const bool forward = offset >= offset_;
  const std::string_view between =
      forward ? text_.substr(offset_, offset - offset_) : text_.substr(offset, offset_ - offset);
  const auto lines = static_cast<int>(std::count(between.begin(), between.end(), '\n'));
  const int step = forward ? 1 : -1;
  if (lines == 0) {
    position_.column += step * CountCodePoints(between);
  } else {
    position_.line += step * lines;
    const std::size_t start = LineStart(text_, offset);
    position_.column = 1 + CountCodePoints(text_.substr(start, offset - start));
  }
  offset_ = offset;
  return position_;
}

bool IsYamlBlank(char c) { return c == ' ' || c == '\t'; }

bool IsYamlBlankOrBreak(char c) { return IsYamlBlank(c) || c == '\r' || c == '\n'; }

std::size_t LineStart(std::string_view text, std::size_t offset) {
  if (offset == 0) return 0;
  const std::size_t newline = text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t SkipAnchor(std::string_view text, std::size_t offset) {
  if (offset >= text.size() || text[offset] != '&') return offset;
  const auto ends_name = [](char c) {
    return IsYamlBlankOrBreak(c) || std::string_view("[]{},").find(c) != std::string_view::npos;
  };
  while (offset < text.size() && !ends_name(text[offset])) ++offset;
  while (offset < text.size() && (IsYamlBlankOrBreak(text[offset]) || text[offset] == '#')) {
    if (text[offset] == '#') {
      offset = std::min(text.find('\n', offset), text.size());
    } else {
      ++offset;
    }
  }
  return offset;
}

std::size_t FindClosingQuote(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) return at;
      ++at;
    }
  }
  return text.size();
}

std::optional<std::size_t> FindUnclosed(std::string_view text, std::size_t begin) {
  std::vector<std::size_t> open;
  char before = '[';  // the last character that is not white space
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (IsYamlBlankOrBreak(c)) continue;
    const bool begins_value = std::string_view("[{,:").find(before) != std::string_view::npos;
    before = c;
    if (c == '[' || c == '{') {
      open.push_back(at);
    } else if (c == ']' || c == '}') {
      if (open.size() <= 1) return std::nullopt;
      open.pop_back();
    } else if (c == '#' && at > begin && IsYamlBlankOrBreak(text[at - 1])) {
      at = std::min(text.find('\n', at), text.size());
      before = ',';
    } else if ((c == '"' || c == '\'') && begins_value) {
      const std::size_t quote = at;
      at = FindClosingQuote(text, quote);
      if (at >= text.size()) return quote;
    }
  }
  if (open.empty()) return std::nullopt;
  return open.back();
}

std::optional<std::size_t> FindIndentingTab(std::string_view text, std::size_t offset) {
  for (std::size_t at = LineStart(text, offset); at < text.size() && IsYamlBlank(text[at]); ++at) {
    if (text[at] == '\t') return at;
  }
  return std::nullopt;
}

}  // namespace chirograph::internal
