// SPDX-License-Identifier: Apache-2.0
//
// GetArticle: the question that an ArticleRef is, and whether an answer is one to it.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_REQUEST_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chirograph/v1/archive_service.pb.h"
#include "client/answer.h"
#include "client/archived_article.h"

namespace chirograph::internal {

// The question. For a URL the answer must be of the first `seen` entries of the log at least.
v1::GetArticleRequest MakeRequest(const ArticleRef& ref, v1::ArticleView view, std::uint64_t seen);

// "index 42", "https://example.org/a", ...: for messages.
std::string Describe(const ArticleRef& ref);

// The payload that an answer with this view has.
v1::GetArticleResponse::PayloadCase PayloadFor(v1::ArticleView view);

// kDoesNotCheck unless a receipt that was checked is for what was asked for.
std::optional<Failure> CheckIsFor(const ArticleRef& ref, const ReceiptReport& report,
                                  std::string_view came_with);

// kDoesNotCheck unless what `response` says of the catalog fits the question and the receipt. Takes it into
// `answer`.
std::optional<Failure> TakeCatalogWords(const v1::GetArticleRequest& request,
                                        const v1::GetArticleResponse& response, const ReceiptReport& report,
                                        std::string_view came_with, ArchivedArticle* answer);

// Whether `receipt`, which was checked, is one of those that `ref` could mean, in the first `tree_size`
// entries of the log. An index means itself.
bool CouldMean(const ArticleRef& ref, const v1::Receipt& receipt, std::uint64_t tree_size);

// How many entries of the log a server has looked at that says it found no such article. For an index or a
// digest, all there are; for a URL, as many as it says, and 0 where it does not.
std::uint64_t LookedAt(const ArticleRef& ref, const ReceivedError& error);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_REQUEST_H_
