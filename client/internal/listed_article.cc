// SPDX-License-Identifier: Apache-2.0
#include "client/internal/listed_article.h"

#include <fmt/format.h>

namespace chirograph::internal {
namespace {

// Whether the payload is of the kind that was asked for. The source view has the article where there is no
// source document, which the Opening, once it is checked, settles.
bool FitsView(const v1::ListedArticle& listed, v1::ArticleView view) {
  switch (view) {
    case v1::ARTICLE_VIEW_ARTICLE:
      return listed.has_article();
    case v1::ARTICLE_VIEW_SOURCE:
      return listed.has_source_document() || listed.has_article();
    case v1::ARTICLE_VIEW_CONTENT:
      return listed.has_content();
    default:
      return listed.payload_case() == v1::ListedArticle::PAYLOAD_NOT_SET;
  }
}

}  // namespace

Answer<ArchivedArticle> CheckListed(const StreamServices& services, v1::ListedArticle listed,
                                    const std::string& checkpoint, v1::ArticleView view,
                                    std::string_view came_with) {
  const std::string where = fmt::format("index {} in {}", listed.receipt().index(), came_with);
  if (!listed.receipt().checkpoint().empty()) {
    return DoesNotCheck(fmt::format("{}: its receipt has a checkpoint of its own", where));
  }
  if (!FitsView(listed, view)) return DoesNotCheck(fmt::format("{}: it has not what was asked for", where));
  listed.mutable_receipt()->set_checkpoint(checkpoint);
  Answer<ReceiptReport> report =
      services.recompute(listed.receipt(), EvidenceOf(listed, services.keyring), where);
  if (!report.ok()) return std::move(report).failure();
  if (view == v1::ARTICLE_VIEW_SOURCE && report->opening->has_source_digest() &&
      !listed.has_source_document()) {
    return DoesNotCheck(fmt::format("{}: it came as a source document, which was asked for", where));
  }
  ArchivedArticle article;
  const absl::Status taken = TakePayload(&listed, &article);
  if (!taken.ok()) return DoesNotCheck(fmt::format("{}: {}", where, std::string(taken.message())));
  article.receipt = std::move(*listed.mutable_receipt());
  article.report = *std::move(report);
  return article;
}

}  // namespace chirograph::internal
