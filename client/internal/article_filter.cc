// SPDX-License-Identifier: Apache-2.0
#include "client/internal/article_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "crypto/keyring.h"
#include "proto/enum_conversion.h"
#include "proto/published_time.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

using WhyNot = std::optional<std::string>;

const v1::ArticleRecord& RecordOf(const ReceiptReport& report) { return report.log_entry->article_record(); }

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

WhyNot OfPublisher(const std::string& asked, const v1::Opening& opening) {
  if (opening.publisher_domain() == PublisherAsRecorded(asked)) return std::nullopt;
  return opening.publisher_domain().empty() ? std::string("it names no publisher")
                                            : fmt::format("its publisher is {}", opening.publisher_domain());
}

WhyNot OutsideRange(std::string_view what, absl::Time time, bool has_from,
                    const google::protobuf::Timestamp& from, bool has_until,
                    const google::protobuf::Timestamp& until) {
  if ((!has_from || time >= FromTimestamp(from)) && (!has_until || time < FromTimestamp(until))) {
    return std::nullopt;
  }
  return fmt::format("{} {}", what, TimeText(time));
}

WhyNot ByRecord(const v1::ArticleFilter& filter, const ReceiptReport& report) {
  const v1::ArticleRecord& record = RecordOf(report);
  if (report.index < filter.first_index() || (filter.has_end_index() && report.index >= filter.end_index())) {
    return std::string("its index is outside the range");
  }
  const auto& verdicts = filter.verdicts();
  if (!verdicts.empty() &&
      std::find(verdicts.begin(), verdicts.end(), record.verdict_at_ingest()) == verdicts.end()) {
    return fmt::format("its verdict is {}", v1::Verdict_Name(record.verdict_at_ingest()));
  }
  return OutsideRange("it was archived", FromTimestamp(record.ingest_time()), filter.has_ingested_from(),
                      filter.ingested_from(), filter.has_ingested_until(), filter.ingested_until());
}

WhyNot ByOpening(const v1::ArticleFilter& filter, const v1::Opening& opening) {
  if (filter.has_publisher_domain()) {
    if (WhyNot why_not = OfPublisher(filter.publisher_domain(), opening)) return why_not;
  }
  if (!opening.url().starts_with(filter.url_prefix())) {
    return fmt::format("its URL is {}", opening.url().empty() ? "none" : opening.url());
  }
  return std::nullopt;
}

WhyNot ByArticle(const v1::ArticleFilter& filter, const v1::Article& article) {
  for (const std::string& topic : filter.topics()) {
    const auto& topics = article.topics();
    if (std::find(topics.begin(), topics.end(), topic) == topics.end()) {
      return fmt::format("it has no topic {}", topic);
    }
  }
  if (filter.has_category() && (!article.has_category() || article.category() != filter.category())) {
    return fmt::format("its category is {}", article.has_category() ? article.category() : "none");
  }
  if (filter.has_type() && (!article.has_type() || article.type() != filter.type())) {
    return fmt::format("its type is {}", article.has_type() ? article.type() : "none");
  }
  if (!filter.has_published_from() && !filter.has_published_until()) return std::nullopt;
  const std::optional<absl::Time> published = PublishedTimeOf(article);
  if (!published.has_value()) return std::string("it does not say when it was published");
  return OutsideRange("it was published", *published, filter.has_published_from(), filter.published_from(),
                      filter.has_published_until(), filter.published_until());
}

}  // namespace

std::string PublisherAsRecorded(const std::string& domain) {
  return NormalizePublisherDomain(domain).value_or(domain);
}

std::optional<std::string> WhyNotInFilter(const v1::ArticleFilter& filter, const ArchivedArticle& article) {
  if (WhyNot why_not = ByRecord(filter, article.report)) return why_not;
  if (WhyNot why_not = ByOpening(filter, *article.report.opening)) return why_not;
  if (!article.article.has_value()) return std::nullopt;
  return ByArticle(filter, *article.article);
}

std::optional<std::string> WhyNotOfPage(const UrlRef& page, const ReceiptReport& report) {
  const v1::ArticleRecord& record = RecordOf(report);
  if (report.opening->url() != page.url) {
    return fmt::format("its URL is {}", report.opening->url().empty() ? "none" : report.opening->url());
  }
  if (page.publisher_domain.has_value()) {
    if (WhyNot why_not = OfPublisher(*page.publisher_domain, *report.opening)) return why_not;
  }
  if (page.as_of.has_value()) {
    const absl::Time archived = FromTimestamp(record.ingest_time());
    if (archived > FromTimestamp(ToTimestamp(*page.as_of))) {
      return fmt::format("it was archived {}", TimeText(archived));
    }
  }
  const std::optional<Verdict> verdict = FromProto(record.verdict_at_ingest());
  if (!page.verdicts.empty() && (!verdict.has_value() || std::find(page.verdicts.begin(), page.verdicts.end(),
                                                                   *verdict) == page.verdicts.end())) {
    return fmt::format("its verdict is {}", v1::Verdict_Name(record.verdict_at_ingest()));
  }
  return std::nullopt;
}

UrlRef PageOf(const v1::ListVersionsRequest& request) {
  UrlRef page;
  page.url = request.url();
  if (request.has_publisher_domain()) page.publisher_domain = request.publisher_domain();
  if (request.has_as_of()) page.as_of = FromTimestamp(request.as_of());
  for (const int number : request.verdicts()) {
    const std::optional<Verdict> verdict = FromProto(static_cast<v1::Verdict>(number));
    if (verdict.has_value()) page.verdicts.push_back(*verdict);
  }
  return page;
}

}  // namespace chirograph::internal
