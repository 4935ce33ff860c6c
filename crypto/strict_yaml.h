// SPDX-License-Identifier: Apache-2.0
//
// One YAML document under the rules of docs/canonical-form.md, section "Front matter": the one place
// that knows yaml-cpp. Front matter, keyrings and configurations are read by it.
#ifndef CHIROGRAPH_CRYPTO_STRICT_YAML_H_
#define CHIROGRAPH_CRYPTO_STRICT_YAML_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/source_position.h"

namespace chirograph {

struct YamlNode;

// Keys are in the document's order, and no two are equal.
struct YamlMapping {
  // Defined where YamlNode is complete.
  YamlMapping();
  YamlMapping(const YamlMapping& other);
  YamlMapping(YamlMapping&& other) noexcept;
  YamlMapping& operator=(const YamlMapping& other);
  YamlMapping& operator=(YamlMapping&& other) noexcept;
  ~YamlMapping();

  std::vector<std::pair<std::string, YamlNode>> members;
  // The member of that name, or null.
  const YamlNode* Find(std::string_view key) const;
};

using YamlSequence = std::vector<YamlNode>;

// A node with its type resolved by the YAML 1.2 core schema. Aliases are expanded.
struct YamlNode {
  // Null, boolean, number (finite; an integer is within 2^53-1), string, list or mapping.
  std::variant<std::monostate, bool, double, std::string, YamlSequence, YamlMapping> value;
  // A scalar's text as it stands, before it was typed ("0x1F"); for a string the string. Empty for
  // collections and for an empty null.
  std::string text;
  // Where it begins, counted in the text that was parsed from first_line.
  SourcePosition position;
  // For a member of a mapping: where its key begins.
  SourcePosition key_position;
};

// Reads `text` as one block-style mapping at column 0 that begins on line `first_line` of its file.
// InvalidArgument with a SourcePosition (see source_position.h), for each thing that the rules call an
// error: invalid UTF-8, raw control characters, duplicate keys, keys that are not strings, explicit tags,
// document markers, what never closes, cyclic aliases or those past limits.h, nesting past limits.h,
// numbers out of range, surrogate escapes, an empty document, anything else that yaml-cpp refuses.
// Thread-safe; never throws; bounded in memory by limits.h.
absl::StatusOr<YamlMapping> ParseStrictYaml(std::string_view text, int first_line = 1);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_STRICT_YAML_H_
