// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is asked, and how it answers.
#ifndef CHIROGRAPH_SERVICE_CATALOG_QUERY_H_
#define CHIROGRAPH_SERVICE_CATALOG_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "crypto/sha256.h"
#include "crypto/verdict.h"

namespace chirograph {

enum class CatalogOrder {
  kIndexAscending,
  kIndexDescending,
  // By published time, then by index; those without one come last either way.
  kPublishedAscending,
  kPublishedDescending,
};
constexpr bool IsByPublished(CatalogOrder order) {
  return order == CatalogOrder::kPublishedAscending || order == CatalogOrder::kPublishedDescending;
}

// Filters are joined by AND. Ranges are from, up to and without until.
struct CatalogQuery {
  std::optional<std::string> publisher_domain;  // in normal form; empty: articles that name none
  std::vector<std::string> topics;              // all of these
  std::optional<std::string> category;
  std::optional<std::string> type;
  std::vector<Verdict> verdicts;  // one of these; empty: any
  std::string url_prefix;         // empty: any, also none
  // An article without a published time is in no such range.
  std::optional<absl::Time> published_from;
  std::optional<absl::Time> published_until;
  std::optional<absl::Time> ingested_from;
  std::optional<absl::Time> ingested_until;
  std::uint64_t first_index = 0;
  std::uint64_t end_index = std::numeric_limits<std::uint64_t>::max();
  CatalogOrder order = CatalogOrder::kIndexAscending;
};

// Where one answer ends: at either.
struct PageLimits {
  std::size_t hits = 256;
  std::size_t steps = 4096;  // of search, each some microseconds
  // What is sorted in memory: the articles of a URL prefix, and in published order those of a term, where
  // they are at most so many. With more of them the list is compared article by article, for which they are
  // frequent enough.
  std::size_t sorted_articles = 10'000;
};

struct CatalogHit {
  std::uint64_t index = 0;
  Digest article_digest = {};
  Verdict verdict = Verdict::kUnsigned;
  std::string position;  // behind it the list goes on
};

struct CatalogPage {
  std::vector<CatalogHit> hits;
  std::string position;  // where the next page begins, unless this is the end
  bool end = false;      // nothing follows
};

// A URL in the words of one publisher.
struct PageName {
  std::string publisher_domain;
  std::string url;
};

// Which submissions of a page count.
struct VersionBounds {
  std::vector<Verdict> verdicts;  // at ingest; one of these; not empty
  std::uint64_t end_index = 0;    // those below it
};

// Bytes of the longest position.
inline constexpr std::size_t kMaxPositionBytes = 22;

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CATALOG_QUERY_H_
