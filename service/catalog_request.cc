// SPDX-License-Identifier: Apache-2.0
#include "service/catalog_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/keyring.h"
#include "crypto/limits.h"
#include "proto/article_fields.h"
#include "proto/enum_conversion.h"
#include "service/request.h"

namespace chirograph {
namespace {

// A call without a deadline waits for the catalog at most so long.
constexpr absl::Duration kLongestCatalogWait = absl::Seconds(10);
// Of the time that a call has left, what is kept for the answer.
constexpr int kAnswerShare = 8;

using Verdicts = google::protobuf::RepeatedField<int>;

absl::StatusOr<std::string> ReadPublisher(std::string_view field, const std::string& domain) {
  if (domain.empty()) return domain;
  std::optional<std::string> normal = NormalizePublisherDomain(domain);
  if (!normal) return InvalidField(field, "this is no domain name");
  return *std::move(normal);
}

// Each once, sorted.
absl::StatusOr<std::vector<Verdict>> ReadVerdicts(std::string_view field, const Verdicts& numbers) {
  std::vector<Verdict> verdicts;
  for (const int number : numbers) {
    const std::optional<Verdict> verdict =
        v1::Verdict_IsValid(number) ? FromProto(static_cast<v1::Verdict>(number)) : std::nullopt;
    if (!verdict)
      return InvalidField(field, fmt::format("{} is no verdict that an article can have", number));
    verdicts.push_back(*verdict);
  }
  std::sort(verdicts.begin(), verdicts.end());
  verdicts.erase(std::unique(verdicts.begin(), verdicts.end()), verdicts.end());
  return verdicts;
}

absl::StatusOr<absl::Time> ReadTime(std::string_view field, const google::protobuf::Timestamp& timestamp) {
  if (!IsValidTimestamp(timestamp)) return InvalidField(field, "this is no time of the years 0001 to 9999");
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

absl::Status CheckText(std::string_view field, const std::string& text, std::size_t max) {
  if (text.size() <= max) return absl::OkStatus();
  return InvalidField(field, fmt::format("it has {} bytes; at most {} are taken", text.size(), max));
}

absl::Status ReadTexts(const v1::ArticleFilter& filter, CatalogQuery* query) {
  if (filter.has_publisher_domain()) {
    absl::StatusOr<std::string> domain = ReadPublisher("filter.publisher_domain", filter.publisher_domain());
    if (!domain.ok()) return domain.status();
    query->publisher_domain = *std::move(domain);
  }
  if (filter.topics_size() > limits::kMaxTopicsInFilter) {
    return InvalidField("filter.topics", fmt::format("there are {}; at most {} are taken",
                                                     filter.topics_size(), limits::kMaxTopicsInFilter));
  }
  for (const std::string& topic : filter.topics()) {
    if (absl::Status status = CheckText("filter.topics", topic, limits::kMaxFilterTextBytes); !status.ok()) {
      return status;
    }
    query->topics.push_back(topic);
  }
  if (absl::Status status = CheckText("filter.category", filter.category(), limits::kMaxFilterTextBytes);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckText("filter.type", filter.type(), limits::kMaxFilterTextBytes);
      !status.ok()) {
    return status;
  }
  if (filter.has_category()) query->category = filter.category();
  if (filter.has_type()) query->type = filter.type();
  query->url_prefix = filter.url_prefix();
  return CheckText("filter.url_prefix", filter.url_prefix(), limits::kMaxUrlBytes);
}

absl::Status ReadTimes(const v1::ArticleFilter& filter, CatalogQuery* query) {
  const auto read = [](std::string_view field, bool is_set, const google::protobuf::Timestamp& timestamp,
                       std::optional<absl::Time>* to) {
    if (!is_set) return absl::OkStatus();
    const absl::StatusOr<absl::Time> time = ReadTime(field, timestamp);
    if (time.ok()) *to = *time;
    return time.status();
  };
  absl::Status status = read("filter.published_from", filter.has_published_from(), filter.published_from(),
                             &query->published_from);
  status.Update(read("filter.published_until", filter.has_published_until(), filter.published_until(),
                     &query->published_until));
  status.Update(read("filter.ingested_from", filter.has_ingested_from(), filter.ingested_from(),
                     &query->ingested_from));
  status.Update(read("filter.ingested_until", filter.has_ingested_until(), filter.ingested_until(),
                     &query->ingested_until));
  return status;
}

absl::StatusOr<CatalogOrder> ReadOrder(v1::ListOrder order) {
  switch (order) {
    case v1::LIST_ORDER_UNSPECIFIED:
    case v1::LIST_ORDER_INDEX_ASCENDING:
      return CatalogOrder::kIndexAscending;
    case v1::LIST_ORDER_INDEX_DESCENDING:
      return CatalogOrder::kIndexDescending;
    case v1::LIST_ORDER_PUBLISHED_ASCENDING:
      return CatalogOrder::kPublishedAscending;
    case v1::LIST_ORDER_PUBLISHED_DESCENDING:
      return CatalogOrder::kPublishedDescending;
    default:
      return InvalidField("order", fmt::format("there is no ListOrder {}", static_cast<int>(order)));
  }
}

template <class Request>
absl::StatusOr<PageQuery> ReadPage(const Request& request) {
  PageQuery query{.url = request.url()};
  if (query.url.empty()) return InvalidField("url", "it is empty");
  if (absl::Status status = CheckText("url", query.url, limits::kMaxUrlBytes); !status.ok()) return status;
  if (request.has_publisher_domain()) {
    absl::StatusOr<std::string> domain = ReadPublisher("publisher_domain", request.publisher_domain());
    if (!domain.ok()) return domain.status();
    query.publisher_domain = *std::move(domain);
  }
  if (request.has_as_of()) {
    const absl::StatusOr<absl::Time> as_of = ReadTime("as_of", request.as_of());
    if (!as_of.ok()) return as_of.status();
    query.as_of = *as_of;
  }
  absl::StatusOr<std::vector<Verdict>> verdicts = ReadVerdicts("verdicts", request.verdicts());
  if (!verdicts.ok()) return verdicts.status();
  query.verdicts = *std::move(verdicts);
  if (query.verdicts.empty()) query.verdicts.assign(kAllVerdicts.begin(), kAllVerdicts.end());
  return query;
}

}  // namespace

absl::StatusOr<CatalogQuery> ReadCatalogQuery(const v1::ArticleFilter& filter) {
  CatalogQuery query;
  if (absl::Status status = ReadTexts(filter, &query); !status.ok()) return status;
  if (absl::Status status = ReadTimes(filter, &query); !status.ok()) return status;
  absl::StatusOr<std::vector<Verdict>> verdicts = ReadVerdicts("filter.verdicts", filter.verdicts());
  if (!verdicts.ok()) return verdicts.status();
  query.verdicts = *std::move(verdicts);
  query.first_index = filter.first_index();
  if (filter.has_end_index()) query.end_index = filter.end_index();
  return query;
}

absl::StatusOr<CatalogQuery> ReadCatalogQuery(const v1::ListArticlesRequest& request) {
  absl::StatusOr<CatalogQuery> query = ReadCatalogQuery(request.filter());
  if (!query.ok()) return query.status();
  const absl::StatusOr<CatalogOrder> order = ReadOrder(request.order());
  if (!order.ok()) return order.status();
  query->order = *order;
  return query;
}

absl::StatusOr<PageQuery> ReadPageQuery(const v1::GetArticleRequest& request) { return ReadPage(request); }
absl::StatusOr<PageQuery> ReadPageQuery(const v1::ListVersionsRequest& request) { return ReadPage(request); }

absl::StatusOr<bool> ReadVersionOrder(const v1::ListVersionsRequest& request) {
  const absl::StatusOr<CatalogOrder> order = ReadOrder(request.order());
  if (!order.ok()) return order.status();
  if (*order == CatalogOrder::kIndexAscending) return false;
  if (*order == CatalogOrder::kIndexDescending) return true;
  return InvalidField("order", "versions are listed by index");
}

absl::Status CheckHasNoPageFields(const v1::GetArticleRequest& request) {
  const auto for_url = [](std::string_view field) { return InvalidField(field, "it narrows a url alone"); };
  if (request.has_publisher_domain()) return for_url("publisher_domain");
  if (request.has_as_of()) return for_url("as_of");
  if (request.verdicts_size() > 0) return for_url("verdicts");
  if (request.wait_for_tree_size() > 0) return for_url("wait_for_tree_size");
  return absl::OkStatus();
}

void WhenCatalogAt(const Archive& archive, const grpc::CallbackServerContext& context,
                   std::uint64_t tree_size, std::function<void(absl::Status)> done) {
  const std::uint64_t newest = archive.sequencer.tree()->checkpoint.tree_size;
  if (tree_size > newest) {
    done(BeyondTreeSize("wait_for_tree_size", tree_size, newest));
    return;
  }
  const absl::Duration left = absl::FromChrono(context.deadline()) - absl::Now();
  archive.catalog.WhenAt(tree_size, std::min(left - left / kAnswerShare, kLongestCatalogWait),
                         std::move(done));
}

}  // namespace chirograph
