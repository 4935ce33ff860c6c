// SPDX-License-Identifier: Apache-2.0
//
// Which article a URL means. Anybody may submit another's URL under his own domain: a page is a publisher and
// a URL, and a URL that several publishers claim means none of them.
#ifndef CHIROGRAPH_SERVICE_PAGE_LOOKUP_H_
#define CHIROGRAPH_SERVICE_PAGE_LOOKUP_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/receipt.pb.h"
#include "service/archive.h"
#include "service/catalog_query.h"
#include "service/catalog_request.h"

namespace chirograph {

// Publishers that AMBIGUOUS_PUBLISHER names: with domains of any length they fit into an error's details.
inline constexpr std::size_t kMaxPublishersNamed = 16;

// A page, and what of it counts.
struct ResolvedPage {
  PageName name;
  VersionBounds bounds;
};

// All of these are thread-safe, and their errors have an ErrorReason: besides those that are named, those of
// the catalog.

// The page that `query` means in the first `tree_size` entries of the log, which the catalog has.
// ARTICLE_NOT_FOUND; AMBIGUOUS_PUBLISHER, where the query names no publisher.
absl::StatusOr<ResolvedPage> ResolvePage(const Catalog& catalog, const PageQuery& query,
                                         std::uint64_t tree_size);

struct NewestVersion {
  CatalogHit hit;
  std::uint64_t catalog_tree_size = 0;
  std::optional<std::uint64_t> newer_not_valid_index;  // as in GetArticleResponse
};

// The newest version of the page that `query` means, as the catalog is now. Errors as ResolvePage.
absl::StatusOr<NewestVersion> FindNewestVersion(const Archive& archive, const PageQuery& query);

// Whether the receipt of a hit, which is from the log, is of what the catalog says that it is of.
// CATALOG_UNAVAILABLE: no; the catalog has been reported.
absl::Status CheckHit(const Catalog& catalog, const CatalogHit& hit, const v1::Receipt& receipt);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_PAGE_LOOKUP_H_
