// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_SCAN_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/catalog_query.h"
#include "service/internal/catalog_database.h"

namespace chirograph {

// The plan of every list is the same. Each filter that is a list of articles in the order that is asked for
// is walked, all of them together, each leaping to where another stands, so that the rarest sets the pace.
// What is left of the filter is looked up for each article that is in all of the lists.
//
// By index, each term has a list (publisher, topics, category, type, one verdict), and a rare URL prefix has
// one that is made in memory. By published time there is one list alone, of all articles with the tags of
// their terms; but the articles of a rare term or URL prefix are sorted in memory, and those that are in all
// of these are the only list where no term is left. Memory: one iterator and chunk a term, or
// PageLimits::sorted_articles twice.
//
// Catalog::List on `database`. DataLoss: the catalog is damaged, or `position` is none of the order.
absl::StatusOr<CatalogPage> ScanCatalog(const CatalogDatabase& database, const CatalogQuery& query,
                                        std::uint64_t tree_size, std::string_view position,
                                        const PageLimits& limits);

// The least index such that no article below it was archived at or after `time`: at most `end_index`.
absl::StatusOr<std::uint64_t> CountRowsBefore(const CatalogDatabase& database, absl::Time time,
                                              std::uint64_t end_index);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_SCAN_H_
