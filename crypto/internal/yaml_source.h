// SPDX-License-Identifier: Apache-2.0
//
// The text of a YAML document before and beside yaml-cpp: what it must not contain, where its bytes lie,
// and what yaml-cpp's events do not tell of it. Offsets are in bytes.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_YAML_SOURCE_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_YAML_SOURCE_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/source_position.h"

namespace chirograph::internal {

// Refuses, wherever in `text` it stands: invalid UTF-8; a control character (C0, DEL or C1) but tab, LF and
// CR LF; a byte-order mark in front; a line that is a document marker; a directive in front.
absl::Status CheckYamlCharacters(std::string_view text, int first_line);

// Where offsets lie. Asking costs the distance from the offset asked for before.
class PositionFinder {
 public:
  // `text` must outlive this. Its first line is `first_line`.
  PositionFinder(std::string_view text, int first_line) : text_(text), position_{first_line, 1} {}

  // Offsets past the end are taken for the end.
  SourcePosition At(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t offset_ = 0;  // what position_ is of
  SourcePosition position_;
};

bool IsYamlBlank(char c);         // space, tab
bool IsYamlBlankOrBreak(char c);  // and CR, LF

// Offset of the first byte of the line that has `offset` in it.
std::size_t LineStart(std::string_view text, std::size_t offset);

// Where the content of a node begins whose first byte is at `offset`: after its anchor, if it has one,
// and the white space and comments behind that.
std::size_t SkipAnchor(std::string_view text, std::size_t offset);

// The offset of the quote that closes the scalar in quotes at `begin`, or text.size().
std::size_t FindClosingQuote(std::string_view text, std::size_t begin);

// The offset of the innermost quote or bracket that `text` never closes, if the flow collection that
// begins at `begin` is not closed. For messages: it does not judge what else is wrong in there.
std::optional<std::size_t> FindUnclosed(std::string_view text, std::size_t begin);

// The tab in the white space before the first character of the line that has `offset` in it, if any.
std::optional<std::size_t> FindIndentingTab(std::string_view text, std::size_t offset);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_YAML_SOURCE_H_
