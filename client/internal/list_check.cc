// SPDX-License-Identifier: Apache-2.0
#include "client/internal/list_check.h"

#include <fmt/format.h>

#include <utility>

#include "proto/published_time.h"

namespace chirograph::internal {
namespace {

bool IsByPublished(v1::ListOrder order) {
  return order == v1::LIST_ORDER_PUBLISHED_ASCENDING || order == v1::LIST_ORDER_PUBLISHED_DESCENDING;
}

bool IsDescending(v1::ListOrder order) {
  return order == v1::LIST_ORDER_INDEX_DESCENDING || order == v1::LIST_ORDER_PUBLISHED_DESCENDING;
}

}  // namespace

std::optional<Failure> ListCheck::TakeHeader(const ListMessage& message, std::uint64_t tree_size) {
  const std::string& came_with = question_.came_with;
  if (begun_ && end_.resume_token.empty()) return DoesNotCheck(came_with + " goes on after its end");
  if (message.catalog_tree_size > tree_size) {
    return DoesNotCheck(fmt::format("{} is of {} entries of the log, but its checkpoint has tree size {}",
                                    came_with, message.catalog_tree_size, tree_size));
  }
  if (begun_ && message.catalog_tree_size != end_.catalog_tree_size) {
    return DoesNotCheck(fmt::format("{} is first of {} entries of the log, then of {}", came_with,
                                    end_.catalog_tree_size, message.catalog_tree_size));
  }
  if (message.catalog_tree_size < question_.least_tree_size) {
    return DoesNotCheck(fmt::format("{} is of {} entries of the log; at least {} were asked for", came_with,
                                    message.catalog_tree_size, question_.least_tree_size));
  }
  if (begun_ && message.publisher_domain != end_.publisher_domain) {
    return DoesNotCheck(fmt::format("{} is first of the publisher {}, then of {}", came_with,
                                    end_.publisher_domain, message.publisher_domain));
  }
  end_.catalog_tree_size = message.catalog_tree_size;
  end_.publisher_domain = message.publisher_domain;
  begun_ = true;
  return std::nullopt;
}

std::optional<std::string> ListCheck::TakePublishedPlace(const ArchivedArticle& article) {
  if (!article.article.has_value()) {  // the time is in the article alone
    if (!indexes_.insert(article.report.index).second) return std::string("it comes twice");
    return std::nullopt;
  }
  const bool descending = IsDescending(question_.order);
  const std::optional<absl::Time> published = PublishedTimeOf(*article.article);
  bool follows = true;
  if (last_index_.has_value()) {
    const bool same = published == last_published_;
    if (same) {
      follows = descending ? article.report.index < *last_index_ : article.report.index > *last_index_;
    } else if (published.has_value() && last_published_.has_value()) {
      follows = descending ? *published < *last_published_ : *published > *last_published_;
    } else {
      follows = last_published_.has_value();  // those without a time come last
    }
  }
  if (!follows) return fmt::format("it is out of order after index {}", *last_index_);
  last_published_ = published;
  return std::nullopt;
}

std::optional<std::string> ListCheck::TakePlace(const ArchivedArticle& article) {
  const std::uint64_t index = article.report.index;
  if (index >= end_.catalog_tree_size) {
    return fmt::format("the list is of the first {} entries of the log", end_.catalog_tree_size);
  }
  if (question_.limit > 0 && end_.articles >= question_.limit) {
    return fmt::format("{} were asked for at most", question_.limit);
  }
  if (std::optional<std::string> why_not = question_.why_not(article)) return why_not;
  if (question_.versions) {
    if (article.report.opening->publisher_domain() != end_.publisher_domain) {
      return fmt::format("the answer is of the publisher '{}'", end_.publisher_domain);
    }
    if (!versions_.insert(article.report.opening->article_digest()).second) {
      return std::string("its text came before, so it is no other version");
    }
  }
  if (IsByPublished(question_.order)) {
    if (std::optional<std::string> why_not = TakePublishedPlace(article)) return why_not;
  } else if (last_index_.has_value() &&
             (IsDescending(question_.order) ? index >= *last_index_ : index <= *last_index_)) {
    return fmt::format("it is out of order after index {}", *last_index_);
  }
  last_index_ = index;
  ++end_.articles;
  return std::nullopt;
}

Answer<ListBatch> ListCheck::Take(ListMessage message, std::uint64_t seen_when_asked) {
  const Answer<TrackedCheckpoint> tracked =
      services_.tracker.Observe(message.checkpoint, question_.came_with, seen_when_asked);
  if (!tracked.ok()) return tracked.failure();
  std::optional<Failure> unfit = TakeHeader(message, tracked->received.checkpoint.tree_size);
  if (unfit.has_value()) return *std::move(unfit);
  ListBatch batch;
  for (v1::ListedArticle& listed : message.articles) {
    Answer<ArchivedArticle> article =
        CheckListed(services_, std::move(listed), message.checkpoint, question_.view, question_.came_with);
    if (!article.ok()) return std::move(article).failure();
    if (const std::optional<std::string> why_not = TakePlace(*article)) {
      return DoesNotCheck(
          fmt::format("{} has index {}, but {}", question_.came_with, article->report.index, *why_not));
    }
    batch.articles.push_back(*std::move(article));
  }
  end_.resume_token = message.resume_token;
  batch.catalog_tree_size = end_.catalog_tree_size;
  batch.resume_token = std::move(message.resume_token);
  batch.publisher_domain = end_.publisher_domain;
  return batch;
}

std::optional<Failure> ListCheck::End() const {
  if (is_complete()) return std::nullopt;
  return DoesNotCheck(fmt::format("{} breaks off after {} articles, and does not say that this is all",
                                  question_.came_with, end_.articles));
}

}  // namespace chirograph::internal
