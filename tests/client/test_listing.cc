// SPDX-License-Identifier: Apache-2.0
#include "tests/client/test_listing.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "crypto/keyring.h"
#include "proto/published_time.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// One article of the log, taken apart.
struct Stored {
  v1::ArticleRecord record;
  v1::Opening opening;
  v1::Content content;
};

std::optional<Stored> ReadStored(const TestLog& log, std::uint64_t index) {
  const TestLog::Entry& entry = log.entry(index);
  if (entry.content.empty()) return std::nullopt;
  return Stored{ParseLogEntry(entry.log_entry)->article_record(), *ParseOpening(entry.opening),
                *ParseContent(entry.content)};
}

template <typename Verdicts>
bool HasVerdict(const Verdicts& verdicts, v1::Verdict verdict) {
  return verdicts.empty() || std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

bool IsInRange(absl::Time time, bool has_from, const google::protobuf::Timestamp& from, bool has_until,
               const google::protobuf::Timestamp& until) {
  return (!has_from || time >= FromTimestamp(from)) && (!has_until || time < FromTimestamp(until));
}

template <typename Request>
bool Counts(const Stored& stored, const Request& request) {
  return stored.opening.url() == request.url() &&
         (!request.has_as_of() ||
          FromTimestamp(stored.record.ingest_time()) <= FromTimestamp(request.as_of())) &&
         HasVerdict(request.verdicts(), stored.record.verdict_at_ingest());
}

}  // namespace

bool Fits(const TestLog& log, std::uint64_t index, const v1::ArticleFilter& filter) {
  const std::optional<Stored> stored = ReadStored(log, index);
  if (!stored || index < filter.first_index() || (filter.has_end_index() && index >= filter.end_index())) {
    return false;
  }
  const v1::Article& article = stored->content.article();
  if (filter.has_publisher_domain() &&
      stored->opening.publisher_domain() !=
          NormalizePublisherDomain(filter.publisher_domain()).value_or(std::string())) {
    return false;
  }
  for (const std::string& topic : filter.topics()) {
    if (std::count(article.topics().begin(), article.topics().end(), topic) == 0) return false;
  }
  if (filter.has_category() && (!article.has_category() || article.category() != filter.category())) {
    return false;
  }
  if (filter.has_type() && (!article.has_type() || article.type() != filter.type())) return false;
  if (!HasVerdict(filter.verdicts(), stored->record.verdict_at_ingest())) return false;
  if (!stored->opening.url().starts_with(filter.url_prefix())) return false;
  if (filter.has_published_from() || filter.has_published_until()) {
    const std::optional<absl::Time> published = PublishedTimeOf(article);
    if (!published || !IsInRange(*published, filter.has_published_from(), filter.published_from(),
                                 filter.has_published_until(), filter.published_until())) {
      return false;
    }
  }
  return IsInRange(FromTimestamp(stored->record.ingest_time()), filter.has_ingested_from(),
                   filter.ingested_from(), filter.has_ingested_until(), filter.ingested_until());
}

std::vector<std::uint64_t> ListIndexes(const TestLog& log, std::uint64_t tree_size,
                                       const v1::ArticleFilter& filter, v1::ListOrder order) {
  // Without a time, time, index: as they sort in ascending order.
  std::vector<std::tuple<bool, absl::Time, std::uint64_t>> found;
  const bool by_published =
      order == v1::LIST_ORDER_PUBLISHED_ASCENDING || order == v1::LIST_ORDER_PUBLISHED_DESCENDING;
  for (std::uint64_t index = 0; index < tree_size; ++index) {
    if (!Fits(log, index, filter)) continue;
    std::optional<absl::Time> published;
    if (by_published) published = PublishedTimeOf(ParseContent(log.entry(index).content)->article());
    found.emplace_back(!published, published.value_or(absl::Time()), index);
  }
  std::sort(found.begin(), found.end());
  if (order == v1::LIST_ORDER_INDEX_DESCENDING || order == v1::LIST_ORDER_PUBLISHED_DESCENDING) {
    const auto without = std::partition_point(found.begin(), found.end(),
                                              [](const auto& entry) { return !std::get<0>(entry); });
    std::reverse(found.begin(), without);
    std::reverse(without, found.end());
  }
  std::vector<std::uint64_t> indexes;
  indexes.reserve(found.size());
  for (const auto& entry : found) indexes.push_back(std::get<2>(entry));
  return indexes;
}

template <typename Request>
std::vector<std::string> ListPublishers(const TestLog& log, const Request& request) {
  std::set<std::string> publishers;
  for (std::uint64_t index = 0; index < log.tree_size(); ++index) {
    const std::optional<Stored> stored = ReadStored(log, index);
    if (stored && Counts(*stored, request)) publishers.insert(stored->opening.publisher_domain());
  }
  return {publishers.begin(), publishers.end()};
}

template <typename Request>
std::vector<std::uint64_t> ListVersionIndexes(const TestLog& log, const Request& request,
                                              const std::string& publisher) {
  std::set<std::string> digests;
  std::vector<std::uint64_t> indexes;
  for (std::uint64_t index = 0; index < log.tree_size(); ++index) {
    const std::optional<Stored> stored = ReadStored(log, index);
    if (stored && Counts(*stored, request) && stored->opening.publisher_domain() == publisher &&
        digests.insert(stored->opening.article_digest()).second) {
      indexes.push_back(index);
    }
  }
  return indexes;
}

template std::vector<std::string> ListPublishers(const TestLog&, const v1::GetArticleRequest&);
template std::vector<std::string> ListPublishers(const TestLog&, const v1::ListVersionsRequest&);
template std::vector<std::uint64_t> ListVersionIndexes(const TestLog&, const v1::GetArticleRequest&,
                                                       const std::string&);
template std::vector<std::uint64_t> ListVersionIndexes(const TestLog&, const v1::ListVersionsRequest&,
                                                       const std::string&);

v1::ListedArticle MakeListed(const TestLog& log, std::uint64_t index, std::uint64_t tree_size,
                             v1::ArticleView view) {
  v1::ListedArticle listed;
  *listed.mutable_receipt() = log.Receipt(index, tree_size);
  listed.mutable_receipt()->clear_checkpoint();
  const v1::Content content = *ParseContent(log.entry(index).content);
  if (view == v1::ARTICLE_VIEW_CONTENT) {
    listed.set_content(log.entry(index).content);
  } else if (view == v1::ARTICLE_VIEW_SOURCE && content.has_source_document()) {
    listed.set_source_document(content.source_document());
  } else if (view == v1::ARTICLE_VIEW_SOURCE || view == v1::ARTICLE_VIEW_ARTICLE) {
    *listed.mutable_article() = content.article();
  }
  return listed;
}

}  // namespace chirograph
