// SPDX-License-Identifier: Apache-2.0
#include "client/cli/document_writer.h"

#include <cmath>
#include <cstddef>

#include "client/cli/yaml_scalar.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kIndent = 2;

// Whether `value` stands on the line of its key.
bool IsInline(const Json& value) { return !value.is_structured() || value.empty(); }

// An integer that is too large to be exact in every reader is written as what it is, a float.
std::string Number(const Json& value) {
  constexpr double kMaxExact = 9007199254740991;
  if (!value.is_number_integer() || std::abs(value.get<double>()) <= kMaxExact) return value.dump();
  const std::string text = fmt::format("{}", value.get<double>());
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string Inline(const Json& value) {
  if (value.is_number()) return Number(value);
  return value.is_string() ? YamlScalar(value.get_ref<const std::string&>()) : value.dump();
}

// Appends `value`, which is not empty, as a block. No deeper than articles are (limits.h).
void AppendBlock(const Json& value, std::size_t indent, std::string* out) {
  const std::string space(indent, ' ');
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      if (IsInline(member)) {
        *out += fmt::format("{}{}: {}\n", space, YamlScalar(key), Inline(member));
      } else {
        *out += fmt::format("{}{}:\n", space, YamlScalar(key));
        AppendBlock(member, indent + kIndent, out);
      }
    }
    return;
  }
  for (const Json& item : value) {
    if (IsInline(item)) {
      *out += fmt::format("{}- {}\n", space, Inline(item));
      continue;
    }
    // The dash takes the place of the block's first indentation.
    const std::size_t begin = out->size();
    AppendBlock(item, indent + kIndent, out);
    (*out)[begin + indent] = '-';
  }
}

}  // namespace

absl::StatusOr<std::string> WriteDocument(const v1::Article& article) {
  const absl::StatusOr<std::string> canonical = CanonicalForm(article);
  if (!canonical.ok()) return canonical.status();
  Json fields = Json::parse(*canonical);
  fields.erase("body");
  std::string document = "---\n";
  if (!fields.empty()) AppendBlock(fields, 0, &document);
  // Front matter has a key at least; a null in this one is as if it were not there.
  if (fields.empty() && article.secured().empty()) document += "secured: null\n";
  if (!article.secured().empty()) document += fmt::format("secured: {}\n", YamlScalar(article.secured()));
  document += "---\n";
  document += article.body();

  const absl::StatusOr<v1::Article> read = ParseDocument(document);
  if (!read.ok()) {
    return absl::InvalidArgumentError(fmt::format("no document can be made of it that reads back: {}",
                                                  std::string(read.status().message())));
  }
  const absl::StatusOr<std::string> again = CanonicalForm(*read);
  if (!again.ok() || *again != *canonical || read->secured() != article.secured()) {
    return absl::InvalidArgumentError("a document made of it reads back as another article");
  }
  return document;
}

}  // namespace chirograph
