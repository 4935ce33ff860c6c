// SPDX-License-Identifier: Apache-2.0
//
// What requests ask of the catalog, read and checked. The errors are REQUEST_INVALID, naming the field,
// unless another is named.
#ifndef CHIROGRAPH_SERVICE_CATALOG_REQUEST_H_
#define CHIROGRAPH_SERVICE_CATALOG_REQUEST_H_

#include <grpcpp/server_context.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/listing.pb.h"
#include "service/archive.h"
#include "service/catalog_query.h"

namespace chirograph {

absl::StatusOr<CatalogQuery> ReadCatalogQuery(const v1::ListArticlesRequest& request);
// By index, ascending.
absl::StatusOr<CatalogQuery> ReadCatalogQuery(const v1::ArticleFilter& filter);

// What names a page and narrows which submissions of it count.
struct PageQuery {
  std::string url;
  std::optional<std::string> publisher_domain;  // in normal form
  std::optional<absl::Time> as_of;
  std::vector<Verdict> verdicts;  // never empty
};
// Of a GetArticleRequest: one that has a url.
absl::StatusOr<PageQuery> ReadPageQuery(const v1::GetArticleRequest& request);
absl::StatusOr<PageQuery> ReadPageQuery(const v1::ListVersionsRequest& request);

// Whether versions are to be listed from the newest on.
absl::StatusOr<bool> ReadVersionOrder(const v1::ListVersionsRequest& request);

// Whether a request that names its article by other means than a url keeps from narrowing it.
absl::Status CheckHasNoPageFields(const v1::GetArticleRequest& request);

// Catalog::WhenAt for `tree_size`, within the time of the call. `done` may be called before this returns.
// Also BEYOND_TREE_SIZE.
void WhenCatalogAt(const Archive& archive, const grpc::CallbackServerContext& context,
                   std::uint64_t tree_size, std::function<void(absl::Status)> done);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CATALOG_REQUEST_H_
