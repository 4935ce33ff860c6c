// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/yaml_events.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "crypto/internal/yaml_repair.h"
#include "crypto/limits.h"
#include "crypto/utf8.h"
#include "fmt/format.h"

namespace chirograph::internal {
namespace {

// The text of the null whose plain scalar, if it has one, is at `content`. A null without a scalar has the
// place of the token after it.
std::string_view NullText(std::string_view text, std::size_t content, bool is_key) {
  for (const std::string_view spelling : {"~", "null", "Null", "NULL"}) {
    if (!text.substr(content).starts_with(spelling)) continue;
    const std::size_t end = content + spelling.size();
    const bool ends = end >= text.size() || IsYamlBlankOrBreak(text[end]) ||
                      std::string_view(",]}").find(text[end]) != std::string_view::npos ||
                      (is_key && text[end] == ':');
    return ends ? spelling : std::string_view();
  }
  return {};
}

std::string_view ScalarComplaint(ScalarType type) {
  switch (type) {
    case ScalarType::kBigInteger:
      return "an integer beyond 9007199254740991 (2^53-1) either way is not exact: quote it to make it text";
    case ScalarType::kNotFinite:
      return "a number must be finite and within a double's range: quote it to make it text";
    case ScalarType::kNull:
    case ScalarType::kBoolean:
    case ScalarType::kNumber:
    case ScalarType::kString:
      break;
  }
  return {};
}

}  // namespace

TextBuffer::TextBuffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }

std::streamsize TextBuffer::xsgetn(char* out, std::streamsize count) {
  const std::streamsize bytes = std::min<std::streamsize>(count, egptr() - gptr());
  std::memcpy(out, gptr(), static_cast<std::size_t>(bytes));
  gbump(static_cast<int>(bytes));
  for (const char c : std::string_view(out, static_cast<std::size_t>(bytes))) {
    switch (c) {
      case '[':
      case ']':
      case '{':
      case '}':
      case ',':
      case '"':
      case '\'':
      case '&':
      case '*':
      case '!':
        ++indicators_;
        break;
      default:
        break;
    }
  }
  if (indicators_ > limits::kMaxYamlLookahead) throw LookaheadError();
  return bytes;
}

YamlCollector::YamlCollector(std::string_view text, std::size_t document_bytes, std::string_view sentinel,
                             int first_line, TextBuffer* buffer)
    : text_(text),
      document_bytes_(document_bytes),
      sentinel_(sentinel),
      buffer_(buffer),
      positions_(text.substr(0, document_bytes), first_line) {}

void YamlCollector::Fail(std::size_t offset, std::string_view message) {
  throw YamlError{ErrorAt(positions_.At(offset), message)};
}

std::size_t YamlCollector::OffsetOf(const YAML::Mark& mark) const {
  return mark.is_null() ? last_offset_ : std::min(static_cast<std::size_t>(mark.pos), text_.size());
}

void YamlCollector::FailIfUnclosed(std::size_t offset) {
  const auto unclosed = FindUnclosed(text_.substr(0, document_bytes_), offset);
  if (unclosed) Fail(*unclosed, fmt::format("this {} is never closed", text_[*unclosed]));
}

// A tag is before or after the anchor. `!` and `!<?>` look like no tag in an event, but not in the text.
void YamlCollector::CheckTag(std::size_t offset, std::size_t content) {
  for (const std::size_t at : {offset, content}) {
    if (at < text_.size() && text_[at] == '!') {
      Fail(at, "explicit tags are not allowed: quote the value if '!' belongs to it");
    }
  }
}

// Called with the place of a key before it is one.
void YamlCollector::CheckKey(std::size_t offset) {
  std::size_t before = offset;
  while (before > 0 && IsYamlBlank(text_[before - 1])) --before;
  if (before > 0 && text_[before - 1] == '?') Fail(before - 1, "'?' is not allowed: write 'key: value'");

  Frame& mapping = frames_.back();
  if (mapping.is_flow) return;
  const std::size_t column = offset - LineStart(text_, offset);
  if (!mapping.column) mapping.column = column;
  if (frames_.size() == 1 && column != 0) {
    Fail(offset, "the top-level keys must begin in the first column of their lines");
  }
  if (column != *mapping.column) Fail(offset, "this key is not in line with the keys before it");
}

// yaml-cpp takes values of a block mapping that are indented too little, or with a tab. A list may stand
// right below its key, and a mapping it refuses by itself.
void YamlCollector::CheckIndentation(std::size_t offset) {
  if (frames_.empty() || frames_.back().is_flow || !frames_.back().column) return;
  const std::size_t line = LineStart(text_, offset);
  std::size_t spaces = line;
  while (spaces < offset && text_[spaces] == ' ') ++spaces;
  std::size_t blanks = spaces;
  while (blanks < offset && IsYamlBlank(text_[blanks])) ++blanks;
  if (blanks != offset || spaces - line > *frames_.back().column) return;
  if (spaces != offset) Fail(spaces, "a tab cannot indent: use spaces");
  if (frames_.back().is_mapping) Fail(offset, "this value must be indented more than its key");
}

void YamlCollector::CheckStringKey(std::size_t offset, const FlatNode& node) {
  if (node.kind != FlatNode::Kind::kScalar) Fail(offset, "a key must be a string");
  if (node.scalar.type == ScalarType::kString) return;
  if (node.text.empty()) {
    Fail(offset, text_[offset] == ':' ? "a key is missing before this ':'" : "expected 'key: value' here");
  }
  Fail(offset, fmt::format("the key {} is not a string: write \"{}\"", node.text, node.text));
}

// yaml-cpp takes "x"#y for a comment; YAML 1.2 wants a space before it.
void YamlCollector::CheckNoCommentAt(std::size_t offset) {
  if (offset < text_.size() && text_[offset] == '#') Fail(offset, "a comment needs a space before its '#'");
}

// The text of the scalar whose content is at `content`, from what yaml-cpp read there.
std::string YamlCollector::ScalarText(std::size_t content, bool quoted, const std::string& value) {
  const char style = content < text_.size() ? text_[content] : '\0';
  if (quoted && (style == '"' || style == '\'')) return QuotedText(content, value);
  if (value.find(kByteOrderMark) != std::string::npos) {
    Fail(content, "this value has a byte-order mark (U+FEFF) in it: remove it, or quote the value");
  }
  if (!quoted) {
    // In [-] it is neither text nor a list item; in "-: x" it is a key.
    if (value == "-" && !text_.substr(content).starts_with("-:")) {
      Fail(content, "a value cannot begin with this character: quote it");
    }
    return value;
  }
  CheckNoCommentAt(text_.find_first_not_of("|>+-123456789", content));
  if (style != '>') return value;
  // yaml-cpp 0.7 keeps one line end too few where "+" asks for all.
  const auto line_ends =
      CountKeptLineEnds(text_.substr(0, document_bytes_), content, frames_.back().column.value_or(0));
  if (!line_ends) return value;
  std::string text = value.substr(0, value.find_last_not_of('\n') + 1);
  text.append(*line_ends, '\n');
  return text;
}

std::string YamlCollector::QuotedText(std::size_t content, const std::string& value) {
  const char quote = text_[content];
  if (quote == '"' && value.find('\'') != std::string::npos) {
    if (const auto escape = FindEscapedApostrophe(text_, content)) {
      Fail(*escape, "YAML has no escape \\': write ' alone");
    }
  }
  const std::size_t close = FindClosingQuote(text_, content);
  CheckNoCommentAt(close + 1);
  const std::size_t last = text_.find_last_not_of(" \t\r\n", close - 1);
  const std::string_view blanks = text_.substr(last + 1, close - last - 1);
  const bool drops_line_ends = std::count(blanks.begin(), blanks.end(), '\n') > 1;
  std::string text = drops_line_ends ? ReadWithLineEnds(text_.substr(content, close + 1 - content)) : value;
  return quote == '"' ? RepairEscapes(text) : text;
}

FlatNode& YamlCollector::Append(FlatNode::Kind kind, std::size_t content, YAML::anchor_t anchor) {
  if (nodes_.size() >= limits::kMaxArticleNodes) {
    Fail(content, fmt::format("over {} keys and values", limits::kMaxArticleNodes));
  }
  if (anchor != 0) {
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
    anchors_[anchor] = nodes_.size();
  }
  FlatNode& node = nodes_.emplace_back();
  node.kind = kind;
  node.position = positions_.At(content);
  return node;
}

// After each key and each value.
void YamlCollector::NodeDone() {
  if (!frames_.empty() && frames_.back().is_mapping) frames_.back().expects_key = !frames_.back().expects_key;
}

void YamlCollector::OnDocumentStart(const YAML::Mark& /*mark*/) {}

void YamlCollector::OnDocumentEnd() {}

void YamlCollector::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (in_sentinel_) {
    complete_ = true;
    return;
  }
  const std::size_t offset = OffsetOf(mark);
  const std::size_t content = SkipAnchor(text_, offset);
  buffer_->ResetLookahead();
  CheckTag(offset, content);
  if (frames_.empty()) Fail(offset, "expected 'key: value' lines");
  const bool is_key = InKey();
  const Frame& frame = frames_.back();
  if (frame.is_flow && !frame.is_mapping && offset < text_.size() && text_[offset] == ',') {
    Fail(offset, "a value is missing before this ','");
  }
  const std::string_view spelling = NullText(text_, content, is_key);
  if (!spelling.empty() && !is_key) CheckIndentation(content);
  FlatNode& node = Append(FlatNode::Kind::kScalar, content, anchor);
  node.scalar.type = ScalarType::kNull;
  node.text = spelling;
  // An empty value of a mapping is said to be where its key is, not where the next thing begins.
  if (spelling.empty() && !is_key && frame.is_mapping) node.position = nodes_[nodes_.size() - 2].position;
  node.end = nodes_.size();
  if (is_key) CheckStringKey(content, node);
  last_offset_ = offset;
  NodeDone();
}

void YamlCollector::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t offset = OffsetOf(mark);
  buffer_->ResetLookahead();
  if (frames_.empty()) Fail(offset, "expected 'key: value' lines");
  const bool is_key = InKey();
  if (is_key) {
    CheckKey(offset);
  } else {
    CheckIndentation(offset);
  }
  const std::size_t target = anchors_.at(anchor);
  if (nodes_[target].end == 0) Fail(offset, "this alias stands for something that it is part of");
  if (is_key) CheckStringKey(offset, nodes_[target]);
  has_aliases_ = true;
  FlatNode& node = Append(FlatNode::Kind::kAlias, offset, 0);
  node.target = target;
  node.end = nodes_.size();
  last_offset_ = offset;
  NodeDone();
}

void YamlCollector::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             const std::string& value) {
  const std::size_t offset = OffsetOf(mark);
  const std::size_t content = SkipAnchor(text_, offset);
  buffer_->ResetLookahead();
  CheckTag(offset, content);
  const bool quoted = tag == "!";
  const bool is_key = InKey();
  // Only quotes swallow what follows. One that never closes is worth telling first. (Escapes can spell the
  // sentinel.)
  if (quoted && value.find(sentinel_) != std::string::npos &&
      FindClosingQuote(text_, content) >= document_bytes_) {
    Fail(content, fmt::format("this {} is never closed", text_[content]));
  }
  if (frames_.empty()) Fail(offset, "expected 'key: value' lines");
  std::string text = ScalarText(content, quoted, value);
  if (is_key && frames_.size() == 1 && offset >= document_bytes_ && text == sentinel_) {
    in_sentinel_ = true;
    return;
  }
  if (is_key) {
    CheckKey(offset);
  } else {
    CheckIndentation(offset);
    if (content != offset) CheckIndentation(content);
  }
  FlatNode& node = Append(FlatNode::Kind::kScalar, content, anchor);
  if (!quoted) node.scalar = ResolvePlainScalar(text);
  node.text = std::move(text);
  node.end = nodes_.size();
  if (is_key) {
    CheckStringKey(content, node);
  } else if (const std::string_view complaint = ScalarComplaint(node.scalar.type); !complaint.empty()) {
    Fail(content, complaint);
  }
  last_offset_ = offset;
  NodeDone();
}

void YamlCollector::OpenCollection(const YAML::Mark& mark, YAML::anchor_t anchor, bool is_mapping,
                                   bool is_flow) {
  const std::size_t offset = OffsetOf(mark);
  const std::size_t content = SkipAnchor(text_, offset);
  buffer_->ResetLookahead();
  CheckTag(offset, content);
  const bool has_bracket =
      is_flow && content < text_.size() && (text_[content] == '[' || text_[content] == '{');
  if (InKey()) {
    if (has_bracket) FailIfUnclosed(content);
    Fail(offset, fmt::format("a {} cannot be a key", is_mapping ? "mapping" : "list"));
  }
  if (frames_.empty() && (!is_mapping || is_flow)) {
    if (has_bracket) FailIfUnclosed(content);
    Fail(offset,
         fmt::format("expected 'key: value' lines, not a {}", is_mapping ? "mapping in braces" : "list"));
  }
  if (is_flow) CheckIndentation(offset);
  if (static_cast<int>(frames_.size()) >= limits::kMaxNesting) {
    Fail(content, fmt::format("nested more than {} levels deep", limits::kMaxNesting));
  }
  FlatNode& node = Append(is_mapping ? FlatNode::Kind::kMapping : FlatNode::Kind::kSequence, content, anchor);
  (void)node;
  Frame frame;
  frame.node = nodes_.size() - 1;
  frame.offset = content;
  frame.is_mapping = is_mapping;
  frame.is_flow = is_flow;
  frame.expects_key = is_mapping;
  if (!is_mapping && !is_flow) frame.column = content - LineStart(text_, content);
  frames_.push_back(frame);
  last_offset_ = offset;
}

void YamlCollector::CloseCollection() {
  nodes_[frames_.back().node].end = nodes_.size();
  frames_.pop_back();
  NodeDone();
}

void YamlCollector::OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                                    YAML::EmitterStyle::value style) {
  OpenCollection(mark, anchor, /*is_mapping=*/false, style == YAML::EmitterStyle::Flow);
}

void YamlCollector::OnSequenceEnd() { CloseCollection(); }

void YamlCollector::OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                               YAML::EmitterStyle::value style) {
  OpenCollection(mark, anchor, /*is_mapping=*/true, style == YAML::EmitterStyle::Flow);
}

void YamlCollector::OnMapEnd() { CloseCollection(); }

}  // namespace chirograph::internal
