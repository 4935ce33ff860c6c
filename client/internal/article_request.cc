// SPDX-License-Identifier: Apache-2.0
#include "client/internal/article_request.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <variant>

#include "client/internal/article_filter.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

void AskFor(const UrlRef& page, std::uint64_t seen, v1::GetArticleRequest* request) {
  request->set_url(page.url);
  if (page.publisher_domain.has_value()) request->set_publisher_domain(*page.publisher_domain);
  if (page.as_of.has_value()) *request->mutable_as_of() = ToTimestamp(*page.as_of);
  for (const Verdict verdict : page.verdicts) request->add_verdicts(ToProto(verdict));
  request->set_wait_for_tree_size(seen);
}

}  // namespace

v1::GetArticleRequest MakeRequest(const ArticleRef& ref, v1::ArticleView view, std::uint64_t seen) {
  v1::GetArticleRequest request;
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) {
    request.set_index(*index);
  } else if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    request.set_article_digest(std::string(AsBytes(article->digest)));
  } else if (const auto* source = std::get_if<SourceDigestRef>(&ref)) {
    request.set_source_digest(std::string(AsBytes(source->digest)));
  } else {
    AskFor(std::get<UrlRef>(ref), seen, &request);
  }
  request.set_view(view);
  return request;
}

std::string Describe(const ArticleRef& ref) {
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) return fmt::format("index {}", *index);
  if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    return fmt::format("article sha256:{}", ToHex(article->digest));
  }
  if (const auto* source = std::get_if<SourceDigestRef>(&ref)) {
    return fmt::format("source sha256:{}", ToHex(source->digest));
  }
  return std::get<UrlRef>(ref).url;
}

v1::GetArticleResponse::PayloadCase PayloadFor(v1::ArticleView view) {
  switch (view) {
    case v1::ARTICLE_VIEW_ARTICLE:
      return v1::GetArticleResponse::kArticle;
    case v1::ARTICLE_VIEW_SOURCE:
      return v1::GetArticleResponse::kSourceDocument;
    case v1::ARTICLE_VIEW_CONTENT:
      return v1::GetArticleResponse::kContent;
    default:
      return v1::GetArticleResponse::PAYLOAD_NOT_SET;
  }
}

std::optional<Failure> CheckIsFor(const ArticleRef& ref, const ReceiptReport& report,
                                  std::string_view came_with) {
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) {
    if (report.index == *index) return std::nullopt;
    return DoesNotCheck(fmt::format("{} is for index {}", came_with, report.index));
  }
  if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    if (report.opening->article_digest() == AsBytes(article->digest)) return std::nullopt;
    return DoesNotCheck(
        fmt::format("{} is for the article sha256:{}", came_with, ToHex(*report.article_digest)));
  }
  if (const auto* source = std::get_if<SourceDigestRef>(&ref)) {
    if (report.opening->source_digest() == AsBytes(source->digest)) return std::nullopt;
    return DoesNotCheck(fmt::format("{} is for another source document", came_with));
  }
  const std::optional<std::string> why_not = WhyNotOfPage(std::get<UrlRef>(ref), report);
  if (!why_not.has_value()) return std::nullopt;
  return DoesNotCheck(fmt::format("{} is index {}, but {}", came_with, report.index, *why_not));
}

std::optional<Failure> TakeCatalogWords(const v1::GetArticleRequest& request,
                                        const v1::GetArticleResponse& response, const ReceiptReport& report,
                                        std::string_view came_with, ArchivedArticle* answer) {
  if (!request.has_url()) return std::nullopt;
  const std::uint64_t size = response.catalog_tree_size();
  if (size <= report.index || size < request.wait_for_tree_size() || size > report.checkpoint->tree_size) {
    return DoesNotCheck(fmt::format(
        "{} is index {} of tree size {}, and of the first {} entries of the log; at least {} were asked for",
        came_with, report.index, report.checkpoint->tree_size, size, request.wait_for_tree_size()));
  }
  answer->catalog_tree_size = size;
  if (!response.has_newer_not_valid_index()) return std::nullopt;
  const std::uint64_t newer = response.newer_not_valid_index();
  const bool is_valid = report.log_entry->article_record().verdict_at_ingest() == v1::VERDICT_VALID;
  if (!is_valid || newer <= report.index || newer >= size) {
    return DoesNotCheck(
        fmt::format("{} is index {} and {}; it cannot have a newer one that is not valid at index {}",
                    came_with, report.index, is_valid ? "VALID" : "not VALID itself", newer));
  }
  answer->newer_not_valid_index = newer;
  return std::nullopt;
}

bool CouldMean(const ArticleRef& ref, const v1::Receipt& receipt, std::uint64_t tree_size) {
  if (receipt.index() >= tree_size) return false;
  if (const auto* index = std::get_if<std::uint64_t>(&ref)) return receipt.index() == *index;
  const absl::StatusOr<v1::Opening> opening = ParseOpening(receipt.opening());
  if (!opening.ok()) return false;
  if (const auto* article = std::get_if<ArticleDigestRef>(&ref)) {
    return opening->article_digest() == AsBytes(article->digest);
  }
  if (const auto* source = std::get_if<SourceDigestRef>(&ref)) {
    return opening->source_digest() == AsBytes(source->digest);
  }
  absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(receipt.log_entry());
  if (!entry.ok() || !entry->has_article_record()) return false;
  ReceiptReport report;
  report.index = receipt.index();
  report.log_entry = *std::move(entry);
  report.opening = *opening;
  return !WhyNotOfPage(std::get<UrlRef>(ref), report).has_value();
}

std::uint64_t LookedAt(const ArticleRef& ref, const ReceivedError& error) {
  if (!std::holds_alternative<UrlRef>(ref)) return std::numeric_limits<std::uint64_t>::max();
  std::uint64_t size = 0;
  for (const auto& [key, value] : error.metadata) {
    if (key != "catalog_tree_size") continue;
    std::from_chars(value.data(), value.data() + value.size(), size);
  }
  return size;
}

}  // namespace chirograph::internal
