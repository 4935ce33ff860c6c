// SPDX-License-Identifier: Apache-2.0
//
// The streams of ArchiveService that list articles. Each prepares one message at a time, on a worker, and the
// next one when that is written: a client that reads slowly costs a message of memory and no thread.
#ifndef CHIROGRAPH_SERVICE_LIST_ARTICLES_H_
#define CHIROGRAPH_SERVICE_LIST_ARTICLES_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "chirograph/v1/listing.pb.h"
#include "service/archive.h"

namespace chirograph {

// Handles the call, which owns the reactor. `archive` must outlive it.
grpc::ServerWriteReactor<v1::ListArticlesResponse>* StartListArticles(const Archive& archive,
                                                                      grpc::CallbackServerContext* context,
                                                                      const v1::ListArticlesRequest& request);
grpc::ServerWriteReactor<v1::ListVersionsResponse>* StartListVersions(const Archive& archive,
                                                                      grpc::CallbackServerContext* context,
                                                                      const v1::ListVersionsRequest& request);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_LIST_ARTICLES_H_
