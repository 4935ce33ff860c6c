// SPDX-License-Identifier: Apache-2.0
#include "client/cli/yaml_scalar.h"

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

}  // namespace

std::string YamlScalar(std::string_view text) {
  if (IsPlainString(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
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
