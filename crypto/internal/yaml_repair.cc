// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_repair.h"

#include <algorithm>

#include "crypto/internal/yaml_source.h"
#include "crypto/utf8.h"
#include "yaml-cpp/yaml.h"

namespace chirograph::internal {

std::string RepairEscapes(std::string_view text) {
  // All else is valid UTF-8: a byte that cannot stand where a character begins is from one of them.
  std::string repaired;
  while (true) {
    const std::size_t valid = ValidUtf8Prefix(text);
    repaired.append(text.substr(0, valid));
    if (valid == text.size()) return repaired;
    repaired.push_back('\xC2');
    repaired.push_back(text[valid]);
    text.remove_prefix(valid + 1);
  }
}

std::string ReadWithLineEnds(std::string_view scalar) {
  // With a character before the closing quote nothing is at the end that could be lost.
  std::string guarded(scalar.substr(0, scalar.size() - 1));
  guarded.push_back('.');
  guarded.push_back(scalar.back());
  std::string text = YAML::Load(guarded).Scalar();
  text.pop_back();
  return text;
}

std::optional<std::size_t> CountKeptLineEnds(std::string_view text, std::size_t header,
                                             std::size_t parent_column) {
  std::optional<std::size_t> indentation;
  bool keeps = false;
  for (const char c : text.substr(header + 1, 2)) {
    if (c == '+') keeps = true;
    if (c >= '1' && c <= '9') indentation = parent_column + static_cast<std::size_t>(c - '0');
    if (IsYamlBlankOrBreak(c)) break;
  }
  if (!keeps) return std::nullopt;

  std::size_t line_ends = 0;
  std::size_t deepest_blank = parent_column + 1;
  std::size_t begin = std::min(text.find('\n', header), text.size() - 1) + 1;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    const bool blank = spaces == line.size() || line.substr(spaces) == "\r";
    if (!indentation && blank) deepest_blank = std::max(deepest_blank, spaces);
    if (!indentation && !blank) indentation = std::max(deepest_blank, spaces);
    if (!blank && spaces < *indentation) break;
    // Spaces past the indentation are text.
    line_ends = blank && spaces <= indentation.value_or(spaces) ? line_ends + 1 : 1;
    begin = end + 1;
  }
  return line_ends;
}

std::optional<std::size_t> FindEscapedApostrophe(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin + 1; at + 1 < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\') continue;
    if (text[at + 1] == '\'') return at;
    ++at;
  }
  return std::nullopt;
}

}  // namespace chirograph::internal
