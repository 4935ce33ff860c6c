// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_ARTICLE_CHANGES_H_
#define CHIROGRAPH_CLIENT_CLI_ARTICLE_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "client/cli/line_diff.h"
#include "nlohmann/json.hpp"

namespace chirograph {

// One field that is another than before. A value that is discarded (is_discarded) is not there.
struct FieldChange {
  std::string field;  // "provider.name", "images[2].url"
  nlohmann::ordered_json before = nlohmann::ordered_json::value_t::discarded;
  nlohmann::ordered_json after = nlohmann::ordered_json::value_t::discarded;
};

// What changed from one version of an article to the next.
struct ArticleChanges {
  // All fields of the canonical form but the body, and `secured`. Mappings are compared field by field, lists
  // item by item where they have as many.
  std::vector<FieldChange> fields;
  LineDiff body;
};

// Errors as CanonicalForm.
absl::StatusOr<ArticleChanges> CompareArticles(const v1::Article& before, const v1::Article& after);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_ARTICLE_CHANGES_H_
