// SPDX-License-Identifier: Apache-2.0
#include "proto/canonical_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "absl/container/inlined_vector.h"
#include "crypto/limits.h"
#include "crypto/utf8.h"
#include "proto/article_fields.h"
#include "proto/internal/article_schema.h"
#include "proto/internal/json_writer.h"

namespace chirograph {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Timestamp;
using google::protobuf::Value;
using internal::JsonWriter;

using Member = google::protobuf::Map<std::string, Value>::value_type;
using Members = absl::InlinedVector<const Member*, 16>;

// Where a byte of UTF-8 stands in the order of UTF-16 code units: U+E000 to U+FFFF (0xEE and 0xEF)
// come after everything that takes two units (0xF0 to 0xF4).
unsigned Utf16Rank(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0xEE) return byte;
  return byte < 0xF0 ? byte + 0x10u : byte;
}

bool Utf16Less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return Utf16Rank(x) < Utf16Rank(y); });
}

Members Sorted(const Struct& members) {
  Members sorted;
  sorted.reserve(members.fields().size());
  for (const Member& member : members.fields()) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(),
            [](const Member* a, const Member* b) { return Utf16Less(a->first, b->first); });
  return sorted;
}

// What of a stranger's key or path an error message repeats: plain names as they are, others in
// brackets, with no byte that a terminal or a log could trip over.
std::string PathSegment(std::string_view key) {
  constexpr std::size_t kMaxShown = 64;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!key.empty() && key.size() <= kMaxShown && std::all_of(key.begin(), key.end(), plain)) {
    return fmt::format(".{}", key);
  }
  std::string shown;
  for (const char c : key.substr(0, kMaxShown)) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return fmt::format("[\"{}\"{}]", shown, key.size() > kMaxShown ? "..." : "");
}

// Walks one article. Every function answers false after Fail, or where the article is too large; each
// caller then puts its own part in front of the path.
class Canonicalizer {
 public:
  explicit Canonicalizer(std::string* out) : json_(out, limits::kMaxCanonicalFormBytes) {}

  absl::Status Run(const v1::Article& article) {
    // The article itself. Its body, which is no part of a front matter, is not counted.
    nodes_ = article.has_body() ? -1 : 1;
    if (CheckTop(article) && Write(article, 1) && json_.Finish()) return absl::OkStatus();
    if (nodes_ > kMaxNodes) {
      return absl::ResourceExhaustedError(
          fmt::format("the article is over the limit of {} keys and values", kMaxNodes));
    }
    if (json_.overflowed()) {
      return absl::ResourceExhaustedError(
          fmt::format("the canonical form is over the limit of {} bytes", limits::kMaxCanonicalFormBytes));
    }
    const std::string_view path = path_.starts_with('.') ? std::string_view(path_).substr(1) : path_;
    return absl::InvalidArgumentError(path.empty() ? problem_ : fmt::format("{}: {}", path, problem_));
  }

 private:
  static constexpr auto kMaxNodes = static_cast<std::int64_t>(limits::kMaxArticleNodes);

  bool Count(std::int64_t nodes) {
    nodes_ += nodes;
    return nodes_ <= kMaxNodes;
  }
  bool IsTooLarge() const { return json_.overflowed() || nodes_ > kMaxNodes; }

  bool Fail(std::string_view problem) {
    problem_ = problem;
    return false;
  }
  bool FailAt(std::string_view key, std::string_view problem) {
    Fail(problem);
    return Under(key);
  }
  // For `return Under(...)` where something below answered false.
  bool Under(std::string_view key) {
    if (!IsTooLarge()) path_.insert(0, PathSegment(key));
    return false;
  }
  bool Under(int index) {
    if (!IsTooLarge()) path_.insert(0, fmt::format("[{}]", index));
    return false;
  }

  bool CheckTop(const v1::Article& article) {
    if (article.has_body() && IsBlankBody(article.body())) {
      return FailAt("body", "is white space alone, which is no body; leave it out");
    }
    if (ValidUtf8Prefix(article.secured()) != article.secured().size()) return FailAt("secured", kNotUtf8);
    for (const std::string_view reserved : {"body", "secured"}) {
      if (article.has_extra() && article.extra().fields().contains(std::string(reserved))) {
        return FailAt(reserved, "is a field of the article; it cannot be in extra") || Under("extra");
      }
    }
    return true;
  }

  template <class Message>
  bool CheckKnown(const Message& message) {
    static const google::protobuf::Reflection* const reflection = message.GetReflection();
    const auto& unknown = reflection->GetUnknownFields(message);
    if (unknown.empty()) return true;
    return Fail(fmt::format("has field {}, which {} does not have here; send it under its name in extra",
                            unknown.field(0).number(), Message::descriptor()->name()));
  }

  // A value of a typed field or an element of a list.
  bool Write(const std::string& text, int /*level*/) { return json_.String(text) || Fail(kNotUtf8); }
  bool Write(std::int32_t number, int /*level*/) { return json_.Integer(number); }
  bool Write(bool value, int /*level*/) { return json_.Literal(value ? "true" : "false"); }
  bool Write(const Timestamp& time, int /*level*/) {
    if (!CheckKnown(time)) return false;
    if (!IsValidTimestamp(time)) return Fail("is out of range: years 0001 to 9999, nanos 0 to 999999999");
    return json_.Time(time);
  }

  // A message of ours, whose mapping is at `level`.
  template <class Message>
  bool Write(const Message& message, int level) {
    if (!CheckKnown(message)) return false;
    Members extra;
    if (message.has_extra()) {
      if (!CheckKnown(message.extra())) return Under("extra");
      if (message.extra().fields().empty()) return FailAt("extra", "is empty; leave it out");
      extra = Sorted(message.extra());
    }
    Members::const_iterator next = extra.begin();
    return json_.Begin('{') &&
           std::apply(
               [&](const auto&... field) { return (WriteField(message, field, level, extra, &next) && ...); },
               internal::kFields<Message>) &&
           WriteExtraBefore(nullptr, level, extra, &next) && json_.End('}');
  }

  // Writes the members of `extra` that come before `name` (null: all that are left), then `field`.
  template <class Message, class Field>
  bool WriteField(const Message& message, const Field& field, int level, const Members& extra,
                  Members::const_iterator* next) {
    if (!extra.empty() && !WriteExtraBefore(&field.name, level, extra, next)) return false;
    const bool in_extra = *next != extra.end() && (**next)->first == field.name;
    if (in_extra && internal::Fits(field, (**next)->second)) {
      return FailAt(field.name, "fits the field of that name; put it there") || Under("extra");
    }
    bool present = false;
    if constexpr (internal::kIsRepeated<Field>) {
      present = !(message.*field.get)().empty();
    } else {
      present = (message.*field.has)();
    }
    if (!present) return true;
    if (in_extra) return FailAt(field.name, "is both a field and a key in extra");
    if (!Count(2) || !json_.Name(field.name)) return false;
    if constexpr (internal::kIsRepeated<Field>) {
      return WriteList((message.*field.get)(), level + 1) || Under(field.name);
    } else {
      return Write((message.*field.get)(), level + 1) || Under(field.name);
    }
  }

  template <class Element>
  bool WriteList(const google::protobuf::RepeatedPtrField<Element>& list, int level) {
    if (!Count(list.size()) || !json_.Begin('[')) return false;
    for (int i = 0; i < list.size(); ++i) {
      if (!Write(list[i], level + 1)) return Under(i);
    }
    return json_.End(']');
  }

  bool WriteExtraBefore(const std::string_view* name, int level, const Members& extra,
                        Members::const_iterator* next) {
    for (; *next != extra.end() && (name == nullptr || (**next)->first < *name); ++*next) {
      if (!WriteMember(***next, level)) return Under("extra");
    }
    return true;
  }

  bool WriteMember(const Member& member, int level) {
    if (!Count(2)) return false;
    if (!json_.Key(member.first)) return FailAt(member.first, kKeyNotUtf8);
    return WriteValue(member.second, level + 1) || Under(member.first);
  }

  // `level` is that of the mapping or list that `value` may be.
  bool WriteValue(const Value& value, int level) {
    if (!CheckKnown(value)) return false;
    switch (value.kind_case()) {
      case Value::kNullValue:
        if (value.null_value() != google::protobuf::NULL_VALUE) return Fail("is a null of an unknown number");
        return json_.Literal("null");
      case Value::kBoolValue:
        return Write(value.bool_value(), level);
      case Value::kNumberValue:
        return WriteNumber(value.number_value());
      case Value::kStringValue:
        return Write(value.string_value(), level);
      case Value::kListValue:
        return WriteValues(value.list_value(), level);
      case Value::kStructValue:
        return WriteStruct(value.struct_value(), level);
      case Value::KIND_NOT_SET:
        break;
    }
    return Fail("is a Value without a kind");
  }

  bool WriteNumber(double number) {
    if (!std::isfinite(number)) return Fail("is not a finite number");
    if (number == 0 && std::signbit(number)) return Fail("is -0, which has no form of its own; send 0");
    return json_.Number(number);
  }

  bool CheckLevel(int level) {
    if (level <= limits::kMaxNesting) return true;
    return Fail(fmt::format("is nested past {} levels", limits::kMaxNesting));
  }

  bool WriteValues(const ListValue& list, int level) {
    if (!CheckKnown(list) || !CheckLevel(level)) return false;
    if (!Count(list.values_size()) || !json_.Begin('[')) return false;
    for (int i = 0; i < list.values_size(); ++i) {
      if (!WriteValue(list.values(i), level + 1)) return Under(i);
    }
    return json_.End(']');
  }

  bool WriteStruct(const Struct& members, int level) {
    if (!CheckKnown(members) || !CheckLevel(level) || !json_.Begin('{')) return false;
    const Members sorted = Sorted(members);
    for (const Member* member : sorted) {
      if (!WriteMember(*member, level)) return false;
    }
    return json_.End('}');
  }

  static constexpr std::string_view kNotUtf8 = "is not UTF-8";
  static constexpr std::string_view kKeyNotUtf8 = "the key is not UTF-8";

  JsonWriter json_;
  std::int64_t nodes_ = 0;  // keys and values
  std::string path_;
  std::string problem_;
};

}  // namespace

absl::Status WriteCanonicalForm(const v1::Article& article, std::string* out) {
  return Canonicalizer(out).Run(article);
}

absl::StatusOr<std::string> CanonicalForm(const v1::Article& article) {
  std::string form;
  if (absl::Status status = WriteCanonicalForm(article, &form); !status.ok()) return status;
  return form;
}

}  // namespace chirograph
