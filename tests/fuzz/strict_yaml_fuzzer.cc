// SPDX-License-Identifier: Apache-2.0
//
// YAML, which strangers send as front matter: nothing that it takes may be outside of its rules.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "crypto/limits.h"
#include "crypto/strict_yaml.h"
#include "crypto/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {
namespace {

bool IsUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

class Walk {
 public:
  explicit Walk(std::string_view input) : lines_(1 + std::count(input.begin(), input.end(), '\n')) {}

  void Mapping(const YamlMapping& mapping, int level) {
    CHIROGRAPH_FUZZ_CHECK(level <= limits::kMaxNesting);
    for (const auto& [key, value] : mapping.members) {
      CHIROGRAPH_FUZZ_CHECK(IsUtf8(key));
      CHIROGRAPH_FUZZ_CHECK(mapping.Find(key) == &value);  // the first of that name is the only one
      Position(value.key_position);
      Node(value, level);
    }
    nodes_ += 2 * mapping.members.size();
    CHIROGRAPH_FUZZ_CHECK(nodes_ <= limits::kMaxArticleNodes);
  }

 private:
  void Node(const YamlNode& node, int level) {
    Position(node.position);
    CHIROGRAPH_FUZZ_CHECK(IsUtf8(node.text));
    if (const auto* const number = std::get_if<double>(&node.value)) {
      CHIROGRAPH_FUZZ_CHECK(std::isfinite(*number));
    } else if (const auto* const string = std::get_if<std::string>(&node.value)) {
      CHIROGRAPH_FUZZ_CHECK(IsUtf8(*string));
    } else if (const auto* const mapping = std::get_if<YamlMapping>(&node.value)) {
      Mapping(*mapping, level + 1);
    } else if (const auto* const sequence = std::get_if<YamlSequence>(&node.value)) {
      CHIROGRAPH_FUZZ_CHECK(level < limits::kMaxNesting);
      for (const YamlNode& item : *sequence) Node(item, level + 1);
      nodes_ += sequence->size();
    }
  }

  void Position(const SourcePosition& position) const {
    CHIROGRAPH_FUZZ_CHECK(position.line >= 1 && position.line <= lines_);
    CHIROGRAPH_FUZZ_CHECK(position.column >= 1);
  }

  const std::ptrdiff_t lines_;
  std::size_t nodes_ = 0;
};

}  // namespace

void FuzzOne(std::string_view input) {
  const absl::StatusOr<YamlMapping> mapping = ParseStrictYaml(input);
  if (!mapping.ok()) {
    CHIROGRAPH_FUZZ_CHECK(mapping.status().code() == absl::StatusCode::kInvalidArgument);
    CHIROGRAPH_FUZZ_CHECK(PositionOf(mapping.status()).has_value());
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(IsUtf8(input));
  Walk(input).Mapping(*mapping, 1);
}

}  // namespace chirograph
