// SPDX-License-Identifier: Apache-2.0
#include "proto/internal/html_writer.h"

#include <fmt/format.h>

#include "proto/readable_text.h"

namespace chirograph::internal {
namespace {

std::string EscapeMarkup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string EscapeForHtml(std::string_view text) { return EscapeMarkup(VisibleText(text)); }

HtmlWriter& HtmlWriter::Markup(std::string_view markup) {
  html_ += markup;
  return *this;
}

HtmlWriter& HtmlWriter::Text(std::string_view text) {
  html_ += EscapeForHtml(text);
  return *this;
}

HtmlWriter& HtmlWriter::Lines(std::string_view text) {
  html_ += EscapeMarkup(VisibleLines(text));
  return *this;
}

HtmlWriter& HtmlWriter::Element(std::string_view tag, std::string_view text) {
  const std::string_view name = tag.substr(0, tag.find(' '));
  // A line feed within a line would be a space.
  const bool is_inline = name == "span" || name == "code" || name == "strong";
  html_ += fmt::format("<{}>{}</{}>{}", tag, EscapeForHtml(text), name, is_inline ? "" : "\n");
  return *this;
}

}  // namespace chirograph::internal
