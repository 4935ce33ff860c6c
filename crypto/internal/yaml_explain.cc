// SPDX-License-Identifier: Apache-2.0
//
// What to tell of errors that yaml-cpp found: where it begins, in the words of somebody who writes a
// document.
#include <algorithm>
#include <utility>

#include "crypto/internal/yaml_events.h"
#include "crypto/limits.h"
#include "fmt/format.h"

namespace chirograph::internal {
namespace {

// yaml-cpp's error in the words of somebody who writes a document. Where there is nothing better, its own.
std::string Reword(const std::string& message) {
  namespace YamlMsg = YAML::ErrorMsg;
  static const std::pair<std::string_view, std::string_view> kWords[] = {
      {YamlMsg::END_OF_MAP, "expected 'key: value' here, in line with the keys before"},
      {YamlMsg::END_OF_SEQ, "expected '- ' here, in line with the items before"},
      {YamlMsg::END_OF_MAP_FLOW, "expected ',' or '}' here"},
      {YamlMsg::END_OF_SEQ_FLOW, "expected ',' or ']' here"},
      {YamlMsg::MAP_VALUE,
       "this ':' belongs to no key: a key is on one line and up to 1024 bytes long; quote a text with ': ' "
       "in it"},
      {YamlMsg::MAP_KEY, "'?' is not allowed here: quote a text that begins with '? '"},
      {YamlMsg::BLOCK_ENTRY,
       "a list item cannot begin here: begin it on a line of its own, or quote the text"},
      {YamlMsg::UNKNOWN_TOKEN, "this character cannot stand here: quote the text that it belongs to"},
      {YamlMsg::TAB_IN_INDENTATION, "a tab cannot indent: use spaces"},
      {YamlMsg::FLOW_END, "this bracket closes nothing: quote it if it is text"},
      {YamlMsg::CHAR_IN_BLOCK, "unexpected text after '|' or '>': quote the value if it begins with that"},
      {YamlMsg::UNKNOWN_ANCHOR, "this alias has no anchor before it: quote the value if '*' is text"},
      {YamlMsg::INVALID_HEX, "this escape needs hexadecimal digits: 2 after \\x, 4 after \\u, 8 after \\U"},
      {YamlMsg::BAD_FILE, "nested too deep"},
  };
  for (const auto& [theirs, ours] : kWords) {
    if (message == theirs) return std::string(ours);
  }
  if (message.starts_with(YamlMsg::INVALID_UNICODE)) {
    return "this escape is half of a surrogate pair or past U+10FFFF: write the character itself, or \\U and "
           "8 digits";
  }
  if (message.starts_with(YamlMsg::INVALID_ESCAPE))
    return "YAML has no such escape: a '\\' itself is written \\\\";
  return message;
}

}  // namespace

absl::Status YamlCollector::Explain(const YAML::Exception& error) {
  const std::string_view document = text_.substr(0, document_bytes_);
  const auto flow =
      std::find_if(frames_.begin(), frames_.end(), [](const Frame& frame) { return frame.is_flow; });
  if (flow != frames_.end()) {
    if (const auto unclosed = FindUnclosed(document, flow->offset)) {
      return ErrorAt(positions_.At(*unclosed), fmt::format("this {} is never closed", document[*unclosed]));
    }
  }
  std::size_t offset = OffsetOf(error.mark);
  std::string message = Reword(error.msg);
  if (nodes_.empty() && offset >= document_bytes_) {
    offset = std::min(document.find_first_not_of(" \t\r\n"), document_bytes_);
    message = "expected 'key: value' lines";
  }
  offset = std::min(offset, document_bytes_);
  if (error.msg.starts_with(YAML::ErrorMsg::INVALID_UNICODE) ||
      error.msg.starts_with(YAML::ErrorMsg::INVALID_ESCAPE) || error.msg == YAML::ErrorMsg::INVALID_HEX) {
    // yaml-cpp gives the place behind it.
    offset = std::min(document.rfind('\\', offset == 0 ? 0 : offset - 1), offset);
  } else if (const auto tab = FindIndentingTab(document, offset); tab && flow == frames_.end()) {
    offset = *tab;
    message = "a tab cannot indent: use spaces";
  } else if (const auto quote = QuoteThatEndsBefore(document, offset)) {
    message = fmt::format(
        "expected nothing more after the text in quotes that begins on line {}: is a {} missing there?",
        positions_.At(*quote).line, document[*quote]);
  }
  return ErrorAt(positions_.At(offset), message);
}

// The scalar in quotes of the last event, where only blanks are between it and `offset` and it began on
// an earlier line: a forgotten quote there shows here.
std::optional<std::size_t> YamlCollector::QuoteThatEndsBefore(std::string_view document,
                                                              std::size_t offset) const {
  const std::size_t begin = SkipAnchor(document, last_offset_);
  if (begin >= offset || (document[begin] != '"' && document[begin] != '\'')) return std::nullopt;
  std::size_t end = offset;
  while (end > begin && IsYamlBlank(document[end - 1])) --end;
  if (end <= begin + 1 || document[end - 1] != document[begin]) return std::nullopt;
  if (document.substr(begin, end - begin).find('\n') == std::string_view::npos) return std::nullopt;
  return begin;
}

absl::Status YamlCollector::ExplainEarlyEnd() {
  const std::string_view document = text_.substr(0, document_bytes_);
  if (nodes_.empty()) return ErrorAt(positions_.At(0), "expected 'key: value' lines");
  // Markers were refused before: what is left is a directive.
  const std::size_t directive = document.find("\n%", last_offset_);
  if (directive != std::string_view::npos) {
    return ErrorAt(positions_.At(directive + 1), "YAML directives ('%') are not allowed");
  }
  return ErrorAt(positions_.At(last_offset_), "the document ends after this, before its last line");
}

absl::Status YamlCollector::ExplainLookahead() {
  return ErrorAt(
      positions_.At(last_offset_),
      fmt::format("over {} brackets, commas and quotes in one value after this", limits::kMaxYamlLookahead));
}

}  // namespace chirograph::internal
