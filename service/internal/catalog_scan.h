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

// The plan of every list is the same. Each filter on one word (publisher, topics, category, type, one
// verdict, a rare URL prefix) is a list of articles in the order that is asked for; all of them are walked
// together, each leaping to where another stands, so that the rarest word sets the pace. What is left of the
// filter is looked up in the row of each article that is in all of the lists. Memory: one iterator a word.
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
