// SPDX-License-Identifier: Apache-2.0
#include "client/cli/article_changes.h"

#include <utility>

#include "fmt/format.h"
#include "proto/canonical_form.h"

namespace chirograph {
namespace {

using nlohmann::ordered_json;

// The members that people and signatures see, but for the body.
absl::StatusOr<ordered_json> FieldsOf(const v1::Article& article) {
  const absl::StatusOr<std::string> canonical = CanonicalForm(article);
  if (!canonical.ok()) return canonical.status();
  ordered_json fields = ordered_json::parse(*canonical);
  fields.erase("body");
  if (article.has_secured()) fields["secured"] = article.secured();
  return fields;
}

// No deeper than articles are (limits.h).
void Compare(const std::string& path, const ordered_json& before, const ordered_json& after,
             std::vector<FieldChange>* changes) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    const auto name_of = [&path](const std::string& name) {
      return path.empty() ? name : fmt::format("{}.{}", path, name);
    };
    for (const auto& [name, value] : before.items()) {
      if (after.contains(name)) {
        Compare(name_of(name), value, after[name], changes);
      } else {
        changes->push_back({name_of(name), value, ordered_json::value_t::discarded});
      }
    }
    for (const auto& [name, value] : after.items()) {
      if (!before.contains(name))
        changes->push_back({name_of(name), ordered_json::value_t::discarded, value});
    }
    return;
  }
  if (before.is_array() && after.is_array() && before.size() == after.size()) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      Compare(fmt::format("{}[{}]", path, i), before[i], after[i], changes);
    }
    return;
  }
  changes->push_back({path, before, after});
}

}  // namespace

absl::StatusOr<ArticleChanges> CompareArticles(const v1::Article& before, const v1::Article& after) {
  const absl::StatusOr<ordered_json> old_fields = FieldsOf(before);
  if (!old_fields.ok()) return old_fields.status();
  const absl::StatusOr<ordered_json> new_fields = FieldsOf(after);
  if (!new_fields.ok()) return new_fields.status();
  ArticleChanges changes;
  Compare("", *old_fields, *new_fields, &changes.fields);
  changes.body = DiffLines(before.body(), after.body());
  return changes;
}

}  // namespace chirograph
