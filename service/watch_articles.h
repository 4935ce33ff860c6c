// SPDX-License-Identifier: Apache-2.0
//
// ArchiveService.WatchArticles. It lists what the catalog has from where it is, round by round; between two
// rounds it waits for the catalog to grow. So what is there and what comes are read alike, and there is no
// seam between them. Like a list, it prepares one message at a time.
#ifndef CHIROGRAPH_SERVICE_WATCH_ARTICLES_H_
#define CHIROGRAPH_SERVICE_WATCH_ARTICLES_H_

#include <grpcpp/support/server_callback.h>

#include <cstddef>

#include "chirograph/v1/listing.pb.h"
#include "service/archive.h"

namespace chirograph {

// Watches that a server has at a time. Each holds one message: 1 MiB, or one article.
inline constexpr std::size_t kMaxWatchStreams = 128;

// Handles the call. `archive` and its parts must outlive it.
grpc::ServerWriteReactor<v1::WatchArticlesResponse>* StartWatchArticles(
    const Archive& archive, const v1::WatchArticlesRequest& request);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_WATCH_ARTICLES_H_
