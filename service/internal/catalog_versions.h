// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_VERSIONS_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_VERSIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/catalog_query.h"
#include "service/internal/catalog_database.h"

namespace chirograph {

// What Catalog answers about pages and their versions, on `database`. DataLoss: the catalog is damaged.
absl::StatusOr<std::vector<std::string>> FindPublishers(const CatalogDatabase& database, std::string_view url,
                                                        const VersionBounds& bounds, std::size_t max);

absl::StatusOr<CatalogPage> ScanVersions(const CatalogDatabase& database, const PageName& page,
                                         const VersionBounds& bounds, bool newest_first,
                                         std::string_view position, const PageLimits& limits);

absl::StatusOr<std::optional<std::uint64_t>> FindNewerNotValid(const CatalogDatabase& database,
                                                               const PageName& page, const CatalogHit& hit,
                                                               std::uint64_t end_index);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_VERSIONS_H_
