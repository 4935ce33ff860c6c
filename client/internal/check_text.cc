// SPDX-License-Identifier: Apache-2.0
#include "client/internal/check_text.h"

#include <fmt/format.h>

namespace chirograph::internal {
namespace {

constexpr std::size_t kWidth = 80;

// Code points, which is what a terminal's columns are for nearly all text.
std::size_t Columns(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++columns;
  }
  return columns;
}

}  // namespace

void CheckText::Begin(Block block) {
  const bool goes_on = block == last_ && block != Block::kParagraph;
  if (last_ != Block::kNone && !goes_on) text_ += '\n';
  last_ = block;
}

void CheckText::Fill(std::string_view text, std::size_t column, std::size_t indent) {
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;  // of several spaces none may come to stand at a line's beginning
    if (!is_first && column + 1 + Columns(word) > kWidth) {
      text_ += '\n' + std::string(indent, ' ');
      column = indent;
      is_first = true;
    }
    if (!is_first) {
      text_ += ' ';
      ++column;
    }
    text_ += word;
    column += Columns(word);
    is_first = false;
  }
  text_ += '\n';
}

void CheckText::Heading(std::string_view text) {
  if (last_ != Block::kNone) text_ += '\n';
  Begin(Block::kParagraph);
  text_ += fmt::format("{}\n{}\n", text, std::string(Columns(text), '='));
}

void CheckText::Paragraph(std::string_view text) {
  Begin(Block::kParagraph);
  Fill(text, 0, 0);
}

void CheckText::Item(std::string_view label, std::string_view text) {
  constexpr std::size_t kIndent = 4;
  Begin(Block::kItem);
  text_ += fmt::format("  {} ", label);
  Fill(text, 3 + Columns(label), kIndent);
}

void CheckText::Row(std::string_view label, std::string_view value, std::size_t width) {
  Begin(Block::kRow);
  const std::size_t columns = Columns(label);
  text_ += fmt::format("  {}", label);
  if (!value.empty())
    text_ += fmt::format("{} {}", std::string(columns < width ? width - columns : 0, ' '), value);
  text_ += '\n';
}

void CheckText::Command(std::string_view command, std::string_view prints) {
  Begin(Block::kCommand);
  text_ += fmt::format("  $ {}\n", command);
  if (!prints.empty()) text_ += fmt::format("  = {}\n", prints);
}

}  // namespace chirograph::internal
