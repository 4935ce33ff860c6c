// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_EXPECTED_LOOKUPS_H_
#define CHIROGRAPH_SERVICE_INTERNAL_EXPECTED_LOOKUPS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "chirograph/v1/log_entry.pb.h"
#include "service/catalog_schema.h"
#include "service/internal/lookup_table.h"
#include "service/log_store.h"

namespace chirograph {

// An article of the log, as far as it is known. What is null is missing or not what was logged.
struct KnownArticle {
  std::uint64_t index = 0;
  const v1::ArticleRecord* record = nullptr;
  const v1::Opening* opening = nullptr;
  const v1::Content* content = nullptr;
  // As they are stored, whatever they are.
  std::optional<std::string_view> stored_opening;
  std::optional<std::string_view> stored_content;
};

// What makes the article of `opening` the submission that it is. Its digests must be of 32 bytes.
SubmissionId SubmissionOf(const v1::Opening& opening);

// What of the store's columns must lead to an article. Of one whose Opening is not known: what does lead to
// it already, by its Opening or Content as they are stored; so that its damage is not found in the columns
// once more. Errors as LookupTables::Find.
absl::StatusOr<std::vector<Lookup>> ExpectedInStore(const KnownArticle& article, const LookupTables& tables);

// What of the catalog must lead to it, but kPages; `row` is what the catalog must say of it. Of an article
// that is not known in full: by what the catalog says itself; no row where it has none.
struct ExpectedInCatalog {
  std::optional<CatalogRow> row;
  std::vector<Lookup> lookups;
};
absl::StatusOr<ExpectedInCatalog> ExpectedOfCatalog(const KnownArticle& article, const LookupTables& tables);

// The three that kPages has of one submission of a page. Claim and version lead to the first of those that
// have them in common; the list has a version at that index alone.
struct PageLookups {
  std::string claim;
  std::string version;
  std::string version_list;
};
PageLookups PageLookupsOf(const CatalogRow& row, std::uint64_t index);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_EXPECTED_LOOKUPS_H_
