// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_HTML_WRITER_H_
#define CHIROGRAPH_PROTO_INTERNAL_HTML_WRITER_H_

#include <string>
#include <string_view>
#include <utility>

namespace chirograph::internal {

// `text` fit for HTML between tags and for an attribute's value in double quotes: visible (VisibleText), and
// & < > " ' as character references.
std::string EscapeForHtml(std::string_view text);

// Writes a page. What is not markup of ours goes through the functions that escape. Not thread-safe.
class HtmlWriter {
 public:
  // Markup, as it stands.
  HtmlWriter& Markup(std::string_view markup);
  // Text of anybody's, in a line.
  HtmlWriter& Text(std::string_view text);
  // The same with its line feeds, for an element that keeps them.
  HtmlWriter& Lines(std::string_view text);
  // `<tag>text</tag>`, and a line feed where that is no space in a line of text. `tag` may have attributes:
  // `p class="lead"`.
  HtmlWriter& Element(std::string_view tag, std::string_view text);

  std::string Take() { return std::move(html_); }

 private:
  std::string html_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_HTML_WRITER_H_
