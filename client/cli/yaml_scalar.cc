// SPDX-License-Identifier: Apache-2.0
#include "client/cli/yaml_scalar.h"

#include <cstddef>
#include <variant>

#include "crypto/strict_yaml.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

bool IsPlainString(std::string_view text) {
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
  if (text.empty() || text.front() == '-' || text.find_first_not_of(kHarmless) != std::string_view::npos) {
    return false;
  }
  // What is left of the question, numbers and words such as `null`, is the parser's to answer.
  const auto parsed = ParseStrictYaml(fmt::format("key: {}\n", text));
  if (!parsed.ok()) return false;
  const YamlNode* node = parsed->Find("key");
  return node != nullptr && std::holds_alternative<std::string>(node->value) && node->text == text;
}

// How what YAML does not take as it stands, or takes for a line's end, is written in quotes: of three bytes
// in UTF-8. Empty: `text` does not begin with such a one.
std::string_view EscapeOf(std::string_view text) {
  struct Escaped {
    std::string_view bytes;
    std::string_view escape;
  };
  static constexpr Escaped kEscaped[] = {{"\xE2\x80\xA8", "\\u2028"},
                                         {"\xE2\x80\xA9", "\\u2029"},
                                         {"\xEF\xBB\xBF", "\\uFEFF"},
                                         {"\xEF\xBF\xBE", "\\uFFFE"},
                                         {"\xEF\xBF\xBF", "\\uFFFF"}};
  for (const Escaped& escaped : kEscaped) {
    if (text.starts_with(escaped.bytes)) return escaped.escape;
  }
  return "";
}

// Whether `text` begins with one of the controls U+0080 to U+009F.
bool IsC1(std::string_view text) {
  return text.size() > 1 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace

std::string YamlScalar(std::string_view text) {
  if (IsPlainString(text)) return std::string(text);
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsC1(text.substr(i))) {
      quoted += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[++i]));
    } else if (const std::string_view escape = EscapeOf(text.substr(i)); !escape.empty()) {
      quoted += escape;
      i += 2;
    } else if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace chirograph
