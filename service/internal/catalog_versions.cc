// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_versions.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "service/internal/catalog_position.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

absl::Status NoIndex() { return absl::DataLossError("the catalog has a key or value that is no index"); }

// The version list of one verdict, in one direction.
class VerdictList {
 public:
  VerdictList(const CatalogDatabase& database, const CatalogPageTags& page, Verdict verdict, bool descending)
      : prefix_(CatalogVersionListPrefix(page, verdict)),
        descending_(descending),
        range_(database, prefix_, AfterPrefix(prefix_)) {}

  // The first index at or, in the direction, after `index`. Nothing: there is none.
  absl::StatusOr<std::optional<std::uint64_t>> Seek(std::uint64_t index) {
    const std::string key = prefix_ + EncodeIndex(index);
    if (descending_) {
      range_.SeekBackward(key);
    } else {
      range_.Seek(key);
    }
    if (!range_.valid()) {
      if (!range_.status().ok()) return range_.status();
      return std::nullopt;
    }
    const std::optional<std::uint64_t> found = DecodeIndex(range_.key().substr(prefix_.size()));
    if (!found) return NoIndex();
    return found;
  }

 private:
  const std::string prefix_;
  const bool descending_;
  CatalogDatabase::Range range_;
};

// All of bounds' verdicts together.
class VersionScan {
 public:
  VersionScan(const CatalogDatabase& database, const CatalogPageTags& page, const VersionBounds& bounds,
              bool descending)
      : database_(database), page_(page), bounds_(bounds), descending_(descending) {
    for (const Verdict verdict : bounds.verdicts) {
      lists_.push_back(std::make_unique<VerdictList>(database, page, verdict, descending));
    }
  }

  // The first index at or after `index` at which something with one of the verdicts was new.
  absl::StatusOr<std::optional<std::uint64_t>> Next(std::uint64_t index) {
    std::optional<std::uint64_t> next;
    for (const auto& list : lists_) {
      const absl::StatusOr<std::optional<std::uint64_t>> found = list->Seek(index);
      if (!found.ok()) return found.status();
      if (!*found || **found >= bounds_.end_index) continue;
      if (!next || (descending_ ? **found > *next : **found < *next)) next = **found;
    }
    return next;
  }

  // Whether none of the verdicts had the text of `row`, which is at `index`, before.
  absl::StatusOr<bool> IsFirst(std::uint64_t index, const CatalogRow& row) const {
    for (const Verdict verdict : bounds_.verdicts) {
      const absl::StatusOr<std::optional<std::string>> first =
          database_.Get(CatalogVersionKey(page_, row.article_digest, verdict));
      if (!first.ok()) return first.status();
      if (!*first) continue;
      const std::optional<std::uint64_t> first_index = DecodeIndex(**first);
      if (!first_index) return NoIndex();
      if (*first_index < index) return false;
    }
    return true;
  }

 private:
  const CatalogDatabase& database_;
  const CatalogPageTags& page_;
  const VersionBounds& bounds_;
  const bool descending_;
  std::vector<std::unique_ptr<VerdictList>> lists_;
};

// The index to begin at; nothing where that is behind the end.
absl::StatusOr<std::optional<std::uint64_t>> StartOf(std::string_view position, const VersionBounds& bounds,
                                                     bool descending) {
  if (position.empty()) return std::optional(descending ? bounds.end_index - 1 : 0);
  const std::optional<CatalogPosition> resumed = DecodePosition(position);
  std::optional<std::uint64_t> at;
  if (resumed) at = DecodeIndex(resumed->at);
  if (!at) return absl::InvalidArgumentError("a position of another order");
  if (!resumed->behind) return at;
  const std::optional<std::string> next = Neighbour(resumed->at, descending);
  return next ? DecodeIndex(*next) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindPublishers(const CatalogDatabase& database, std::string_view url,
                                                        const VersionBounds& bounds, std::size_t max) {
  const std::string url_tag = CatalogUrlTag(url);
  std::set<std::string> publishers;
  for (const Verdict verdict : bounds.verdicts) {
    const std::string prefix = CatalogClaimPrefix(url_tag, verdict);
    CatalogDatabase::Range claims(database, prefix, AfterPrefix(prefix));
    for (claims.Seek(prefix); claims.valid() && publishers.size() < max; claims.Next()) {
      const std::optional<std::uint64_t> first = DecodeIndex(claims.value());
      if (!first) return NoIndex();
      if (*first < bounds.end_index) publishers.emplace(claims.key().substr(prefix.size()));
    }
    if (!claims.status().ok()) return claims.status();
  }
  return std::vector<std::string>(publishers.begin(), publishers.end());
}

absl::StatusOr<CatalogPage> ScanVersions(const CatalogDatabase& database, const PageName& page,
                                         const VersionBounds& bounds, bool newest_first,
                                         std::string_view position, const PageLimits& limits) {
  CatalogPage result{.end = true};
  if (bounds.end_index == 0) return result;
  absl::StatusOr<std::optional<std::uint64_t>> at = StartOf(position, bounds, newest_first);
  if (!at.ok()) return at.status();
  const CatalogPageTags tags = TagsOfPage(page.publisher_domain, page.url);
  VersionScan scan(database, tags, bounds, newest_first);
  for (std::size_t steps = 0; *at; ++steps) {
    if (result.hits.size() >= limits.hits || (steps > 0 && steps >= limits.steps)) {
      result.position = EncodePosition({.at = EncodeIndex(**at), .behind = false});
      result.end = false;
      return result;
    }
    const absl::StatusOr<std::optional<std::uint64_t>> next = scan.Next(**at);
    if (!next.ok()) return next.status();
    if (!*next) return result;
    const absl::StatusOr<CatalogRow> row = database.GetRow(**next);
    if (!row.ok()) return row.status();
    const absl::StatusOr<bool> is_first = scan.IsFirst(**next, *row);
    if (!is_first.ok()) return is_first.status();
    const std::string here = EncodeIndex(**next);
    if (*is_first) {
      result.hits.push_back({.index = **next,
                             .article_digest = row->article_digest,
                             .verdict = row->verdict,
                             .position = EncodePosition({.at = here, .behind = true})});
    }
    const std::optional<std::string> behind = Neighbour(here, newest_first);
    *at = behind ? DecodeIndex(*behind) : std::nullopt;
  }
  return result;
}

absl::StatusOr<std::optional<std::uint64_t>> FindNewerNotValid(const CatalogDatabase& database,
                                                               const PageName& page, const CatalogHit& hit,
                                                               std::uint64_t end_index) {
  const CatalogPageTags tags = TagsOfPage(page.publisher_domain, page.url);
  std::optional<std::uint64_t> newest;
  for (const Verdict verdict : kAllVerdicts) {
    if (verdict == Verdict::kValid) continue;
    VerdictList list(database, tags, verdict, true);
    std::uint64_t from = end_index;
    while (from > hit.index + 1) {
      const absl::StatusOr<std::optional<std::uint64_t>> found = list.Seek(from - 1);
      if (!found.ok()) return found.status();
      if (!*found || **found <= hit.index || (newest && **found < *newest)) break;
      from = **found;
      const absl::StatusOr<CatalogRow> row = database.GetRow(from);
      if (!row.ok()) return row.status();
      if (row->article_digest == hit.article_digest) continue;  // at most once in this list
      newest = from;
      break;
    }
  }
  return newest;
}

}  // namespace chirograph
