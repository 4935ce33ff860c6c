// SPDX-License-Identifier: Apache-2.0
//
// Whether what a server sent is what was asked for, by what the receipt and the article say themselves.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_FILTER_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_FILTER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "chirograph/v1/listing.pb.h"
#include "client/archived_article.h"
#include "crypto/verdict.h"

namespace chirograph::internal {

// All of these take articles whose receipts were checked, and say in a few words why one is not what was
// asked for: "its verdict is INVALID". Thread-safe.

// Nothing: it fits `filter`, as far as can be told. Topics, category, type and published time are looked at
// where there is an article.
std::optional<std::string> WhyNotInFilter(const v1::ArticleFilter& filter, const ArchivedArticle& article);

// Nothing: it is at that URL, of that publisher, and counts.
std::optional<std::string> WhyNotOfPage(const UrlRef& page, const ReceiptReport& report);

// The page that a request for versions is about.
UrlRef PageOf(const v1::ListVersionsRequest& request);

// `domain` as an Opening has it; one that is no domain name, as it stands.
std::string PublisherAsRecorded(const std::string& domain);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_FILTER_H_
