// SPDX-License-Identifier: Apache-2.0
//
// ListArticles and ListVersions: every message checked, and a broken connection taken up where it was.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_LIST_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_LIST_H_

#include "chirograph/v1/listing.pb.h"
#include "client/article_stream.h"
#include "client/internal/listed_article.h"

namespace chirograph::internal {

// As ArchiveClient::List and ListVersions. Thread-safe.
Answer<ListEnd> ListArticles(const StreamServices& services, const v1::ListArticlesRequest& request,
                             const OnListBatch& on_batch);
Answer<ListEnd> ListVersions(const StreamServices& services, const v1::ListVersionsRequest& request,
                             const OnListBatch& on_batch);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_LIST_H_
