// SPDX-License-Identifier: Apache-2.0
#include "proto/front_matter.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "crypto/limits.h"
#include "crypto/strict_yaml.h"
#include "crypto/utf8.h"
#include "proto/article_fields.h"

namespace chirograph {
namespace {

// The line on which a front matter begins.
constexpr int kFirstLine = 2;

// The offset after the line that has `offset` in it, with its line end.
std::size_t NextLine(std::string_view text, std::size_t offset) {
  const std::size_t newline = text.find('\n', offset);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

// Whether `line`, which has its line end unless it is the document's last, is dashes.
bool IsDashes(std::string_view line) {
  if (!line.starts_with("---")) return false;
  const std::string_view rest = line.substr(std::min(line.find_first_not_of(" \t", 3), line.size()));
  return rest == "\n" || rest == "\r\n" || rest.empty();
}

// The layout but for secured_lines. The front matter is not read.
absl::StatusOr<DocumentLayout> Split(std::string_view document) {
  if (document.size() > limits::kMaxSourceDocumentBytes) {
    return ErrorAt({1, 1}, fmt::format("the document has {} bytes; at most {} are allowed", document.size(),
                                       limits::kMaxSourceDocumentBytes));
  }
  const std::size_t begin = document.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  DocumentLayout layout;
  layout.front_matter.begin = NextLine(document, begin);
  if (!IsDashes(document.substr(begin, layout.front_matter.begin - begin))) {
    return ErrorAt({1, 1}, "expected a line of three dashes, then front matter, then such a line again");
  }
  std::size_t line = layout.front_matter.begin;
  while (line < document.size()) {
    const std::size_t next = NextLine(document, line);
    if (IsDashes(document.substr(line, next - line))) {
      layout.front_matter.end = line;
      layout.body = {next, document.size()};
      break;
    }
    line = next;
  }
  if (line >= document.size()) {
    return ErrorAt({1, 1},
                   "the front matter that begins here never ends: expected a second line of three dashes");
  }
  const std::size_t bytes = layout.front_matter.end - layout.front_matter.begin;
  if (bytes > limits::kMaxFrontMatterBytes) {
    return ErrorAt({kFirstLine, 1}, fmt::format("the front matter has {} bytes; at most {} are allowed",
                                                bytes, limits::kMaxFrontMatterBytes));
  }
  return layout;
}

std::string_view In(std::string_view document, ByteRange range) {
  return document.substr(range.begin, range.end - range.begin);
}

absl::Status CheckBody(std::string_view document, ByteRange body) {
  const std::size_t valid = ValidUtf8Prefix(In(document, body));
  if (body.begin + valid == body.end) return absl::OkStatus();
  const std::size_t offset = body.begin + valid;
  return ErrorAt(PositionAt(document, offset), fmt::format("the byte 0x{:02X} is not UTF-8 here",
                                                           static_cast<unsigned char>(document[offset])));
}

// Whether `line` is blank or a comment, where no scalar goes on.
bool IsBlankOrComment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || line[first] == '#';
}

// Where the lines that have something in them end, in `lines`, which begin with a key.
std::size_t EndBeforeComments(std::string_view lines) {
  std::size_t end = 0;
  for (std::size_t line = 0; line < lines.size();) {
    const std::size_t next = NextLine(lines, line);
    if (!IsBlankOrComment(lines.substr(line, next - line))) end = next;
    line = next;
  }
  return end;
}

// As above for a block scalar with its header at `header`: a comment in it is text.
std::size_t EndOfBlockScalar(std::string_view lines, std::size_t header) {
  std::size_t indentation = 0;
  for (const char c : lines.substr(header + 1, 2)) {
    if (c >= '1' && c <= '9') indentation = static_cast<std::size_t>(c - '0');
    if (c == '\n') break;
  }
  std::size_t end = NextLine(lines, header);
  for (std::size_t line = end; line < lines.size();) {
    const std::size_t next = NextLine(lines, line);
    const std::string_view text = lines.substr(line, next - line);
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    if (text.find_first_not_of(" \r\n") != std::string_view::npos) {
      if (indentation == 0) indentation = std::max<std::size_t>(spaces, 1);
      if (spaces < indentation) break;
      end = next;
    }
    line = next;
  }
  return end;
}

// As above for a scalar in quotes that begins at `quote`.
std::size_t EndOfQuoted(std::string_view lines, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < lines.size()) {
    if (lines[quote] == '"' && lines[at] == '\\') {
      ++at;
    } else if (lines[at] == lines[quote]) {
      // A second quote stands for one that is text.
      if (lines[quote] == '"' || at + 1 == lines.size() || lines[at + 1] != lines[quote]) break;
      ++at;
    }
    ++at;
  }
  return NextLine(lines, std::min(at, lines.size()));
}

// The offset of `position` in `text`, whose first line is `first_line`.
std::size_t OffsetOf(std::string_view text, SourcePosition position, int first_line) {
  std::size_t offset = 0;
  for (int line = first_line; line < position.line; ++line) offset = NextLine(text, offset);
  const auto is_tail = [text](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
  for (int column = 1; column < position.column && offset < text.size(); ++column) {
    ++offset;
    while (offset < text.size() && is_tail(offset)) ++offset;
  }
  return offset;
}

// The offset of the line on which the key of `member`, which is at the top, stands; an anchor may be before
// it.
std::size_t LineOf(std::string_view text, const YamlNode& member) {
  return OffsetOf(text, {member.key_position.line, 1}, kFirstLine);
}

// The lines of the member `secured` of `members`, as offsets into `text`, which is the front matter. In block
// style each key at the top begins a line, so they end at the latest where the next one begins.
std::optional<ByteRange> FindSecured(const YamlMapping& members, std::string_view text) {
  const auto& list = members.members;
  const auto secured =
      std::find_if(list.begin(), list.end(), [](const auto& member) { return member.first == "secured"; });
  if (secured == list.end()) return std::nullopt;
  const YamlNode& value = secured->second;
  const std::size_t begin = LineOf(text, value);
  const auto next = secured + 1;
  const std::size_t limit = next == list.end() ? text.size() : LineOf(text, next->second);
  const std::string_view lines = text.substr(begin, limit - begin);
  // A null may have no place of its own.
  const std::size_t at = std::holds_alternative<std::monostate>(value.value)
                             ? lines.size()
                             : OffsetOf(text, value.position, kFirstLine) - begin;
  const char style = at < lines.size() ? lines[at] : '\0';
  std::size_t end = 0;
  if (style == '|' || style == '>') {
    end = EndOfBlockScalar(lines, at);
  } else if (style == '"' || style == '\'') {
    end = EndOfQuoted(lines, at);
  } else {
    end = EndBeforeComments(lines);
  }
  return ByteRange{begin, begin + end};
}

}  // namespace

absl::StatusOr<DocumentLayout> FindLayout(std::string_view document) {
  absl::StatusOr<DocumentLayout> layout = Split(document);
  if (!layout.ok()) return layout.status();
  const std::string_view text = In(document, layout->front_matter);
  const absl::StatusOr<YamlMapping> members = ParseStrictYaml(text, kFirstLine);
  if (!members.ok()) return members.status();
  // What it makes is not needed, but a document that it refuses has no layout.
  const absl::StatusOr<v1::Article> article = ArticleFromMembers(*members, {});
  if (!article.ok()) return article.status();
  if (absl::Status status = CheckBody(document, layout->body); !status.ok()) return status;
  if (const auto secured = FindSecured(*members, text)) {
    layout->secured_lines =
        ByteRange{layout->front_matter.begin + secured->begin, layout->front_matter.begin + secured->end};
  }
  return layout;
}

absl::StatusOr<v1::Article> ParseDocument(std::string_view document) {
  const absl::StatusOr<DocumentLayout> layout = Split(document);
  if (!layout.ok()) return layout.status();
  const absl::StatusOr<YamlMapping> members = ParseStrictYaml(In(document, layout->front_matter), kFirstLine);
  if (!members.ok()) return members.status();
  absl::StatusOr<v1::Article> article = ArticleFromMembers(*members, In(document, layout->body));
  if (!article.ok()) return article;
  if (absl::Status status = CheckBody(document, layout->body); !status.ok()) return status;
  return article;
}

}  // namespace chirograph
