// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_CHECK_TEXT_H_
#define CHIROGRAPH_CLIENT_INTERNAL_CHECK_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace chirograph::internal {

// A text for somebody who types what stands in it: paragraphs, and commands with what they print. Commands
// stand in lines that begin with "  $ ", what they print in the line below, which begins with "  = ". No
// other line begins so. What strangers wrote is to be escaped (readable_text.h) before it is given to this.
class CheckText {
 public:
  // A line with a line of `=` below it.
  void Heading(std::string_view text);
  // Filled to lines of 80 characters.
  void Paragraph(std::string_view text);
  // The same with `label` before it, and all of it further in.
  void Item(std::string_view label, std::string_view text);
  // "  LABEL   VALUE" in one line, the label filled up to `width`; just the label where there is no value.
  // One row follows the other without an empty line.
  void Row(std::string_view label, std::string_view value, std::size_t width = 20);
  // A command, and the one line that it prints; nothing where `prints` is empty. Both are of this program.
  void Command(std::string_view command, std::string_view prints = "");

  std::string Take() && { return std::move(text_); }

 private:
  // Every block but a row after a row, or a command after a command, begins after an empty line.
  enum class Block { kNone, kParagraph, kItem, kRow, kCommand };
  void Begin(Block block);
  void Fill(std::string_view text, std::size_t column, std::size_t indent);

  std::string text_;
  Block last_ = Block::kNone;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_CHECK_TEXT_H_
