// SPDX-License-Identifier: Apache-2.0
#include "tests/proto/json_members.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "proto/article_fields.h"

namespace chirograph {
namespace {

YamlNode NodeOf(const nlohmann::json& json);

YamlMapping MappingOf(const nlohmann::json& json) {
  YamlMapping mapping;
  for (const auto& [key, value] : json.items()) mapping.members.emplace_back(key, NodeOf(value));
  return mapping;
}

YamlNode NodeOf(const nlohmann::json& json) {
  YamlNode node;
  if (json.is_boolean()) {
    node.value = json.get<bool>();
  } else if (json.is_number()) {
    node.value = json.get<double>();
  } else if (json.is_string()) {
    node.value = node.text = json.get<std::string>();
  } else if (json.is_array()) {
    YamlSequence sequence;
    for (const auto& element : json) sequence.push_back(NodeOf(element));
    node.value = std::move(sequence);
  } else if (json.is_object()) {
    node.value = MappingOf(json);
  }
  return node;
}

}  // namespace

YamlMapping MembersOfJson(std::string_view json) {
  const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
  EXPECT_TRUE(parsed.is_object()) << json;
  return parsed.is_object() ? MappingOf(parsed) : YamlMapping();
}

absl::StatusOr<v1::Article> ArticleOfJson(std::string_view json) {
  YamlMapping members = MembersOfJson(json);
  std::string body;
  std::erase_if(members.members, [&body](const auto& member) {
    const auto* text = std::get_if<std::string>(&member.second.value);
    if (member.first != "body" || text == nullptr) return false;
    body = *text;
    return true;
  });
  return ArticleFromMembers(members, body);
}

}  // namespace chirograph
