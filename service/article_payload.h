// SPDX-License-Identifier: Apache-2.0
//
// What of an article is sent beside its receipt.
#ifndef CHIROGRAPH_SERVICE_ARTICLE_PAYLOAD_H_
#define CHIROGRAPH_SERVICE_ARTICLE_PAYLOAD_H_

#include "absl/status/status.h"
#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/listing.pb.h"
#include "service/log_store.h"

namespace chirograph {

// REQUEST_INVALID: a number that ArticleView does not have.
absl::Status CheckView(v1::ArticleView view);

// Adds what `view` asks for to the message, whose receipt is there and true: the content is checked against
// the receipt's Opening. Errors: STORE_DAMAGED, STORE_UNAVAILABLE; of one article, not of one of a list:
// NO_SOURCE_DOCUMENT. Thread-safe.
absl::Status AddPayload(const LogStore& store, v1::ArticleView view, v1::GetArticleResponse* response);
absl::Status AddPayload(const LogStore& store, v1::ArticleView view, v1::ListedArticle* listed);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ARTICLE_PAYLOAD_H_
