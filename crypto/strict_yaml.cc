// SPDX-License-Identifier: Apache-2.0
#include "crypto/strict_yaml.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <istream>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "crypto/internal/yaml_events.h"
#include "crypto/internal/yaml_source.h"
#include "crypto/limits.h"
#include "fmt/format.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

namespace chirograph {
namespace {

using internal::FlatNode;
using internal::ScalarType;
using internal::YamlError;

constexpr std::size_t kMaxTextBytes = std::max(limits::kMaxFrontMatterBytes, limits::kMaxConfigFileBytes);

// Makes the tree of a flat list, with every alias replaced by what it stands for. Throws YamlError.
class TreeBuilder {
 public:
  TreeBuilder(std::vector<FlatNode>& nodes, bool has_aliases) : nodes_(nodes), has_aliases_(has_aliases) {}

  YamlMapping Root() {
    YamlNode root;
    Build(0, 1, &root);
    return std::get<YamlMapping>(std::move(root.value));
  }

 private:
  [[noreturn]] void Fail(const FlatNode& node, std::string_view message) const {
    throw YamlError{ErrorAt(alias_.value_or(node.position), message)};
  }

  // A scalar's text: where there are aliases, somebody may need it again.
  std::string TakeText(FlatNode& node) { return has_aliases_ ? node.text : std::move(node.text); }

  void Count(const FlatNode& node) {
    if (++count_ > limits::kMaxArticleNodes) {
      Fail(node, fmt::format("over {} keys and values once aliases are expanded", limits::kMaxArticleNodes));
    }
    bytes_ += node.text.size();
    if (bytes_ > limits::kMaxExpandedScalarBytes) {
      Fail(node,
           fmt::format("over {} bytes of text once aliases are expanded", limits::kMaxExpandedScalarBytes));
    }
  }

  void Build(std::size_t index, int level, YamlNode* out);
  void BuildScalar(FlatNode& node, YamlNode* out);
  void BuildSequence(std::size_t index, int level, YamlNode* out);
  void BuildMapping(std::size_t index, int level, YamlNode* out);
  void CheckDuplicates(const YamlMapping& mapping) const;

  std::vector<FlatNode>& nodes_;
  const bool has_aliases_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  // Of the outermost alias that is being expanded: what goes wrong in it is its fault.
  std::optional<SourcePosition> alias_;
};

void TreeBuilder::Build(std::size_t index, int level, YamlNode* out) {
  FlatNode& node = nodes_[index];
  if (node.kind == FlatNode::Kind::kAlias) {
    const bool outermost = !alias_.has_value();
    if (outermost) alias_ = node.position;
    Build(node.target, level, out);
    out->position = node.position;
    if (outermost) alias_.reset();
    return;
  }
  Count(node);
  out->position = node.position;
  if (node.kind == FlatNode::Kind::kScalar) {
    BuildScalar(node, out);
    return;
  }
  // The collector saw to what is written out; aliases can go deeper.
  if (level > limits::kMaxNesting)
    Fail(node, fmt::format("nested more than {} levels deep", limits::kMaxNesting));
  if (node.kind == FlatNode::Kind::kSequence) {
    BuildSequence(index, level, out);
  } else {
    BuildMapping(index, level, out);
  }
}

void TreeBuilder::BuildScalar(FlatNode& node, YamlNode* out) {
  out->text = TakeText(node);
  switch (node.scalar.type) {
    case ScalarType::kBoolean:
      out->value = node.scalar.boolean;
      break;
    case ScalarType::kNumber:
      out->value = node.scalar.number;
      break;
    case ScalarType::kString:
      out->value = out->text;
      break;
    case ScalarType::kNull:
    case ScalarType::kBigInteger:  // refused before
    case ScalarType::kNotFinite:
      out->value = std::monostate();
      break;
  }
}

void TreeBuilder::BuildSequence(std::size_t index, int level, YamlNode* out) {
  YamlSequence sequence;
  const std::size_t end = nodes_[index].end;
  for (std::size_t child = index + 1; child < end; child = nodes_[child].end) {
    Build(child, level + 1, &sequence.emplace_back());
  }
  out->value = std::move(sequence);
}

void TreeBuilder::BuildMapping(std::size_t index, int level, YamlNode* out) {
  YamlMapping mapping;
  const std::size_t end = nodes_[index].end;
  for (std::size_t child = index + 1; child < end;) {
    YamlNode key;
    Build(child, level + 1, &key);
    child = nodes_[child].end;
    // One by one: a pair made of temporaries sets off a false warning of GCC 12.
    auto& [name, value] = mapping.members.emplace_back();
    name = std::get<std::string>(std::move(key.value));
    Build(child, level + 1, &value);
    value.key_position = key.position;
    child = nodes_[child].end;
  }
  CheckDuplicates(mapping);
  out->value = std::move(mapping);
}

// Of all keys that were there before, names the first.
void TreeBuilder::CheckDuplicates(const YamlMapping& mapping) const {
  const auto& members = mapping.members;
  std::vector<std::size_t> order(members.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return members[a].first < members[b].first; });
  std::size_t first = members.size();
  std::size_t original = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (members[order[i]].first == members[order[i - 1]].first && order[i] < first) {
      first = order[i];
      original = order[i - 1];
    }
  }
  if (first == members.size()) return;
  throw YamlError{ErrorAt(members[first].second.key_position,
                          fmt::format("the key \"{}\" is on line {} already", members[first].first,
                                      members[original].second.key_position.line))};
}

// A key that `text` has nowhere in it.
std::string ChooseSentinel(std::string_view text) {
  std::string sentinel = "chirograph-end-of-text";
  while (text.find(sentinel) != std::string_view::npos) sentinel.push_back('-');
  return sentinel;
}

// yaml-cpp takes what is not closed at the end of its input for finished. A last line of our own shows it:
// it is swallowed too.
YamlMapping Parse(std::string_view document, int first_line) {
  const std::string sentinel = ChooseSentinel(document);
  std::string text;
  text.reserve(document.size() + sentinel.size() + 8);
  text.append(document);
  if (!text.empty() && text.back() != '\n') text.push_back('\n');
  text.append(sentinel).append(": ~\n");

  internal::TextBuffer buffer(text);
  std::istream stream(&buffer);
  internal::YamlCollector collector(text, document.size(), sentinel, first_line, &buffer);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(collector);
  } catch (const YAML::Exception& error) {
    throw YamlError{collector.Explain(error)};
  } catch (const internal::LookaheadError&) {
    throw YamlError{collector.ExplainLookahead()};
  }
  if (!collector.complete()) throw YamlError{collector.ExplainEarlyEnd()};
  YamlMapping root = TreeBuilder(collector.nodes(), collector.has_aliases()).Root();
  if (root.members.empty())
    throw YamlError{ErrorAt({first_line, 1}, "expected 'key: value' lines, found none")};
  return root;
}

}  // namespace

YamlMapping::YamlMapping() = default;
YamlMapping::YamlMapping(const YamlMapping& other) = default;
YamlMapping::YamlMapping(YamlMapping&& other) noexcept = default;
YamlMapping& YamlMapping::operator=(const YamlMapping& other) = default;
YamlMapping& YamlMapping::operator=(YamlMapping&& other) noexcept = default;
YamlMapping::~YamlMapping() = default;

const YamlNode* YamlMapping::Find(std::string_view key) const {
  const auto it =
      std::find_if(members.begin(), members.end(), [key](const auto& member) { return member.first == key; });
  return it == members.end() ? nullptr : &it->second;
}

absl::StatusOr<YamlMapping> ParseStrictYaml(std::string_view text, int first_line) {
  if (text.size() > kMaxTextBytes) {
    return ErrorAt({first_line, 1},
                   fmt::format("{} bytes of YAML, at most {} are allowed", text.size(), kMaxTextBytes));
  }
  if (absl::Status status = internal::CheckYamlCharacters(text, first_line); !status.ok()) return status;
  try {
    return Parse(text, first_line);
  } catch (const YamlError& error) {
    return error.status;
  } catch (const std::exception& error) {
    return absl::InternalError(fmt::format("YAML reader failed: {}", error.what()));
  }
}

}  // namespace chirograph
