// SPDX-License-Identifier: Apache-2.0
#include "proto/article_fields.h"

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "crypto/source_position.h"
#include "proto/internal/article_schema.h"

namespace chirograph {
namespace {

using google::protobuf::Struct;
using google::protobuf::Timestamp;
using google::protobuf::Value;

void Convert(const YamlNode& node, Value* to);

void Convert(const YamlMapping& mapping, Struct* to) {
  for (const auto& [key, node] : mapping.members) Convert(node, &(*to->mutable_fields())[key]);
}

void Convert(const YamlNode& node, Value* to) {
  if (const auto* boolean = std::get_if<bool>(&node.value)) {
    to->set_bool_value(*boolean);
  } else if (const auto* number = std::get_if<double>(&node.value)) {
    to->set_number_value(*number + 0.0);  // -0 has no form of its own: it becomes 0
  } else if (const auto* text = std::get_if<std::string>(&node.value)) {
    to->set_string_value(*text);
  } else if (const auto* list = std::get_if<YamlSequence>(&node.value)) {
    auto* values = to->mutable_list_value();
    for (const YamlNode& element : *list) Convert(element, values->add_values());
  } else if (const auto* mapping = std::get_if<YamlMapping>(&node.value)) {
    Convert(*mapping, to->mutable_struct_value());
  } else {
    to->set_null_value(google::protobuf::NULL_VALUE);
  }
}

template <class Message>
void Fill(Struct* members, Message* message);

// Moves the one thing that `value` holds into `to`, which it fits.
template <class T>
void MoveOne(Value* value, T* to) {
  if constexpr (std::is_same_v<T, std::string>) {
    *to = std::move(*value->mutable_string_value());
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    *to = *TimestampFromCanonicalText(value->string_value());
  } else {
    Fill(value->mutable_struct_value(), to);
  }
}

// Moves the member of the field's name from `members` into it, if there is one and it fits.
template <class Message, class Field>
void Take(const Field& field, Struct* members, Message* message) {
  using T = typename Field::Value;
  const auto member = members->mutable_fields()->find(std::string(field.name));
  if (member == members->fields().end() || !internal::Fits(field, member->second)) return;
  Value* const value = &member->second;
  if constexpr (internal::kIsScalar<Field>) {
    if constexpr (std::is_same_v<T, bool>) {
      (message->*field.set)(value->bool_value());
    } else {
      (message->*field.set)(static_cast<T>(value->number_value()));
    }
  } else if constexpr (internal::kIsRepeated<Field>) {
    for (Value& element : *value->mutable_list_value()->mutable_values()) {
      MoveOne(&element, (message->*field.edit)()->Add());
    }
  } else {
    MoveOne(value, (message->*field.edit)());
  }
  members->mutable_fields()->erase(member);
}

// Types what fits of `members`; the rest becomes the message's extra.
template <class Message>
void Fill(Struct* members, Message* message) {
  std::apply([&](const auto&... field) { (Take(field, members, message), ...); }, internal::kFields<Message>);
  if (!members->fields().empty()) message->mutable_extra()->Swap(members);
}

}  // namespace

absl::StatusOr<v1::Article> ArticleFromMembers(const YamlMapping& members, std::string_view body) {
  Struct rest;
  v1::Article article;
  for (const auto& [key, node] : members.members) {
    if (key == "body") {
      return ErrorAt(node.key_position,
                     "the key body is reserved for the text after the front matter; give it another name");
    }
    if (key != "secured") {
      Convert(node, &(*rest.mutable_fields())[key]);
      continue;
    }
    if (std::holds_alternative<YamlSequence>(node.value) || std::holds_alternative<YamlMapping>(node.value)) {
      return ErrorAt(node.position, "secured is a list or a mapping; it must be one line of text");
    }
    const bool is_null = std::holds_alternative<std::monostate>(node.value);
    if (!is_null && !node.text.empty()) article.set_secured(node.text);
  }
  Fill(&rest, &article);
  if (!IsBlankBody(body)) article.set_body(std::string(body));
  return article;
}

bool IsBlankBody(std::string_view body) {
  return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace chirograph
