// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_scan.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/internal/catalog_position.h"
#include "service/internal/catalog_walk.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

bool IsDescending(CatalogOrder order) {
  return order == CatalogOrder::kIndexDescending || order == CatalogOrder::kPublishedDescending;
}

// `position` has at least 8 bytes.
std::uint64_t IndexOf(std::string_view position) {
  return *DecodeIndex(position.substr(position.size() - kIndexBytes));
}

// Positions from `lower` to `upper`, both among them.
struct Segment {
  std::string lower;
  std::string upper;
};

// What the articles of `query` all have.
std::vector<CatalogTerm> TermsOf(const CatalogQuery& query) {
  std::vector<CatalogTerm> terms;
  if (query.publisher_domain) terms.push_back({CatalogDimension::kPublisher, *query.publisher_domain});
  for (const std::string& topic : query.topics) terms.push_back({CatalogDimension::kTopic, topic});
  if (query.category) terms.push_back({CatalogDimension::kCategory, *query.category});
  if (query.type) terms.push_back({CatalogDimension::kType, *query.type});
  if (query.verdicts.size() == 1) {
    terms.push_back({CatalogDimension::kVerdict, std::string(1, static_cast<char>(query.verdicts.front()))});
  }
  return terms;
}

// The articles that are in both, which are sorted by index.
std::vector<CatalogPosting> Intersect(const std::vector<CatalogPosting>& a,
                                      const std::vector<CatalogPosting>& b) {
  std::vector<CatalogPosting> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both), IsOfLesserIndex);
  return both;
}

class Scan {
 public:
  Scan(const CatalogDatabase& database, const CatalogQuery& query, std::uint64_t tree_size,
       const PageLimits& limits)
      : database_(database),
        query_(query),
        limits_(limits),
        by_published_(IsByPublished(query.order)),
        descending_(IsDescending(query.order)),
        first_index_(query.first_index),
        end_index_(std::min(query.end_index, tree_size)),
        rows_(database, CatalogRowKey(0), CatalogRowKey(tree_size)) {}

  absl::StatusOr<CatalogPage> Run(std::string_view position);

 private:
  enum class Meeting { kMet, kNothingLeft, kOutOfSteps };

  absl::Status NarrowByIngestTime();
  absl::Status OpenWalks();
  void WalkByIndex();
  absl::Status WalkByPublished();
  absl::StatusOr<SomePostings> ReadRare(const std::string& tag, std::size_t max) const;
  std::vector<Segment> Segments() const;
  absl::StatusOr<std::size_t> Resume(std::string_view position, const std::vector<Segment>& segments);
  absl::StatusOr<bool> WalkSegment(const Segment& segment);
  std::optional<std::string> Within(const Segment& segment, std::optional<std::string> target) const;
  absl::StatusOr<Meeting> Meet(std::string& target, const Segment& segment);
  absl::Status Consider(const std::string& position);
  absl::StatusOr<bool> HasTerms() const;
  bool Fits(const CatalogRow& row) const;
  // Whether `a` comes before `b`.
  bool Before(std::string_view a, std::string_view b) const { return descending_ ? b < a : a < b; }
  bool IsFull() const { return page_.hits.size() >= limits_.hits || steps_ >= limits_.steps; }

  const CatalogDatabase& database_;
  const CatalogQuery& query_;
  const PageLimits& limits_;
  const bool by_published_;
  const bool descending_;
  std::uint64_t first_index_;
  std::uint64_t end_index_;
  CatalogDatabase::Range rows_;
  SomePostings sorted_;                              // that have a rare URL prefix and all rare terms
  std::vector<std::unique_ptr<CatalogWalk>> walks_;  // never empty
  std::vector<std::string> term_tags_;               // that no walk sees to
  const KeyWalk* published_ = nullptr;               // of walks_; there, where term_tags_ is not empty
  std::optional<std::string> start_;  // in the segment that is walked next, where not at its edge
  std::size_t steps_ = 0;
  CatalogPage page_;
};

absl::Status Scan::NarrowByIngestTime() {
  if (query_.ingested_until) {
    const absl::StatusOr<std::uint64_t> end = CountRowsBefore(database_, *query_.ingested_until, end_index_);
    if (!end.ok()) return end.status();
    end_index_ = *end;
  }
  if (query_.ingested_from) {
    const absl::StatusOr<std::uint64_t> first = CountRowsBefore(database_, *query_.ingested_from, end_index_);
    if (!first.ok()) return first.status();
    first_index_ = std::max(first_index_, *first);
  }
  return absl::OkStatus();
}

absl::Status Scan::OpenWalks() {
  if (!query_.url_prefix.empty()) {
    absl::StatusOr<SomePostings> urls =
        ReadUrlPostings(database_, query_.url_prefix, limits_.sorted_articles);
    if (!urls.ok()) return urls.status();
    sorted_ = *std::move(urls);  // where they are too many, Fits will look
  }
  for (const CatalogTerm& term : TermsOf(query_)) term_tags_.push_back(CatalogTermTag(term));
  if (!by_published_) {
    WalkByIndex();
    return absl::OkStatus();
  }
  return WalkByPublished();
}

void Scan::WalkByIndex() {
  if (sorted_) walks_.push_back(std::make_unique<SortedWalk>(*std::move(sorted_), false, descending_));
  for (const std::string& tag : term_tags_) {
    walks_.push_back(std::make_unique<ChunkWalk>(database_, tag, descending_));
  }
  term_tags_.clear();
  if (!walks_.empty()) return;
  walks_.push_back(std::make_unique<KeyWalk>(database_, CatalogRowPrefix(), kIndexBytes, descending_));
}

// The articles of a term, unless they are more than `max`.
absl::StatusOr<SomePostings> Scan::ReadRare(const std::string& tag, std::size_t max) const {
  FrequentTerms& known = database_.frequent_terms();
  if (first_index_ == 0 && known.Has(tag, max, end_index_)) return std::nullopt;
  absl::StatusOr<SomePostings> rare = ReadPostings(database_, tag, first_index_, end_index_, max);
  if (rare.ok() && !*rare) known.Add(tag, max, end_index_);
  return rare;
}

absl::Status Scan::WalkByPublished() {
  std::vector<std::string> frequent;
  for (const std::string& tag : std::exchange(term_tags_, {})) {
    // Of a term with more than are left, only those need be looked at.
    const std::size_t max =
        sorted_ ? std::min(limits_.sorted_articles, sorted_->size()) : limits_.sorted_articles;
    const absl::StatusOr<SomePostings> rare = ReadRare(tag, max);
    if (!rare.ok()) return rare.status();
    if (*rare) {
      sorted_ = sorted_ ? Intersect(*sorted_, **rare) : **rare;
    } else {
      frequent.push_back(tag);
    }
  }
  term_tags_ = std::move(frequent);
  const bool is_sorted = sorted_.has_value();
  if (is_sorted) walks_.push_back(std::make_unique<SortedWalk>(*std::move(sorted_), true, descending_));
  if (is_sorted && term_tags_.empty()) return absl::OkStatus();
  auto published = std::make_unique<KeyWalk>(database_, CatalogPublishedPrefix(),
                                             kPublishedBytes + kIndexBytes, descending_);
  published_ = published.get();
  walks_.push_back(std::move(published));
  return absl::OkStatus();
}

std::vector<Segment> Scan::Segments() const {
  const std::string first = EncodeIndex(first_index_);
  const std::string last = EncodeIndex(end_index_ - 1);
  if (!by_published_) return {{first, last}};
  // What is not within the bounds of index is skipped as it comes.
  const std::string lowest = EncodeIndex(0);
  const std::string highest(kIndexBytes, '\xff');
  const std::string none = EncodePublished(std::nullopt);
  std::string begin(kPublishedBytes, '\0');
  std::string end = std::string(1, '\0').append(kPublishedBytes - 1, '\xff');
  if (query_.published_from) begin = EncodePublished(query_.published_from);
  // Times are of whole nanoseconds, or kept as such.
  if (query_.published_until) end = EncodePublished(*query_.published_until - absl::Nanoseconds(1));
  std::vector<Segment> segments = {{begin + lowest, end + highest}};
  if (!query_.published_from && !query_.published_until) segments.push_back({none + first, none + last});
  return segments;
}

// Finds the segment that `position` is in, and where in it to start.
absl::StatusOr<std::size_t> Scan::Resume(std::string_view position, const std::vector<Segment>& segments) {
  if (position.empty()) return 0;
  const std::optional<CatalogPosition> resumed = DecodePosition(position);
  if (!resumed || resumed->at.size() != segments.front().lower.size()) {
    return absl::InvalidArgumentError("a position of another order");
  }
  start_ = resumed->behind ? Neighbour(resumed->at, descending_) : std::optional(resumed->at);
  if (!start_) return segments.size();
  return by_published_ && resumed->at.front() != '\0' ? 1 : 0;
}

// `target`, unless it is behind `segment`.
std::optional<std::string> Scan::Within(const Segment& segment, std::optional<std::string> target) const {
  if (target && Before(descending_ ? segment.lower : segment.upper, *target)) target.reset();
  return target;
}

// Moves `target` on to the first position in `segment` that all walks have.
absl::StatusOr<Scan::Meeting> Scan::Meet(std::string& target, const Segment& segment) {
  const std::string begin = target;
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < walks_.size(); i = (i + 1) % walks_.size()) {
    // Not before it has moved: the next page would come no further.
    if (++steps_ > limits_.steps && target != begin) return Meeting::kOutOfSteps;
    CatalogWalk& walk = *walks_[i];
    walk.Seek(target);
    if (!walk.valid()) {
      if (!walk.status().ok()) return walk.status();
      return Meeting::kNothingLeft;
    }
    if (walk.position().size() != target.size()) {
      return absl::DataLossError("a list of the catalog has a key of another length");
    }
    if (Before(descending_ ? segment.lower : segment.upper, walk.position())) return Meeting::kNothingLeft;
    agreed = walk.position() == target ? agreed + 1 : 1;
    target = walk.position();
  }
  return Meeting::kMet;
}

// True: to its end; false: the page is full, and its position set.
absl::StatusOr<bool> Scan::WalkSegment(const Segment& segment) {
  std::optional<std::string> target = start_ ? Within(segment, std::exchange(start_, std::nullopt))
                                             : std::optional(descending_ ? segment.upper : segment.lower);
  while (target) {
    const absl::StatusOr<Meeting> meeting = IsFull() ? Meeting::kOutOfSteps : Meet(*target, segment);
    if (!meeting.ok()) return meeting.status();
    if (*meeting == Meeting::kNothingLeft) return true;
    if (*meeting == Meeting::kOutOfSteps) {
      page_.position = EncodePosition({.at = *target, .behind = false});
      return false;
    }
    if (absl::Status status = Consider(*target); !status.ok()) return status;
    target = Within(segment, Neighbour(*target, descending_));
  }
  return true;
}

absl::Status Scan::Consider(const std::string& position) {
  ++steps_;
  const std::uint64_t index = IndexOf(position);
  if (index < first_index_ || index >= end_index_) return absl::OkStatus();
  const absl::StatusOr<bool> has_terms = HasTerms();
  if (!has_terms.ok() || !*has_terms) return has_terms.status();
  // By an iterator, for where the next one's row is next to this one's.
  const std::string key = CatalogRowKey(index);
  descending_ ? rows_.SeekBackward(key) : rows_.Seek(key);
  if (!rows_.valid() && !rows_.status().ok()) return rows_.status();
  std::optional<CatalogRow> row;
  if (rows_.valid() && rows_.key() == key) row = DecodeCatalogRow(rows_.value());
  if (!row) return absl::DataLossError("a row of the catalog is missing or cannot be read");
  if (!Fits(*row)) return absl::OkStatus();
  page_.hits.push_back({.index = index,
                        .article_digest = row->article_digest,
                        .verdict = row->verdict,
                        .position = EncodePosition({.at = position, .behind = true})});
  return absl::OkStatus();
}

// Whether the article that all walks have reached has the terms that none of them has seen to.
absl::StatusOr<bool> Scan::HasTerms() const {
  for (const std::string& tag : term_tags_) {
    const std::optional<bool> has = HasTermTag(published_->value(), tag);
    if (!has) return absl::DataLossError("a value of the catalog is no terms");
    if (!*has) return false;
  }
  return true;
}

// What else no walk has seen to.
bool Scan::Fits(const CatalogRow& row) const {
  if (!row.url.starts_with(query_.url_prefix)) return false;
  const std::vector<Verdict>& verdicts = query_.verdicts;
  if (!verdicts.empty() && std::find(verdicts.begin(), verdicts.end(), row.verdict) == verdicts.end()) {
    return false;
  }
  if (query_.published_from && !(row.published && *row.published >= *query_.published_from)) return false;
  return !query_.published_until || (row.published && *row.published < *query_.published_until);
}

absl::StatusOr<CatalogPage> Scan::Run(std::string_view position) {
  if (absl::Status status = NarrowByIngestTime(); !status.ok()) return status;
  page_.end = true;
  if (first_index_ >= end_index_) return std::move(page_);
  if (absl::Status status = OpenWalks(); !status.ok()) return status;
  const std::vector<Segment> segments = Segments();
  absl::StatusOr<std::size_t> segment = Resume(position, segments);
  if (!segment.ok()) return segment.status();
  for (; *segment < segments.size(); ++*segment) {
    const absl::StatusOr<bool> walked = WalkSegment(segments[*segment]);
    if (!walked.ok()) return walked.status();
    if (*walked) continue;
    page_.end = false;
    break;
  }
  return std::move(page_);
}

}  // namespace

absl::StatusOr<CatalogPage> ScanCatalog(const CatalogDatabase& database, const CatalogQuery& query,
                                        std::uint64_t tree_size, std::string_view position,
                                        const PageLimits& limits) {
  return Scan(database, query, tree_size, limits).Run(position);
}

// Ingest time never goes back in the log.
absl::StatusOr<std::uint64_t> CountRowsBefore(const CatalogDatabase& database, absl::Time time,
                                              std::uint64_t end_index) {
  CatalogDatabase::Range rows(database, CatalogRowKey(0), CatalogRowKey(end_index));
  std::uint64_t low = 0;
  std::uint64_t high = end_index;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    rows.Seek(CatalogRowKey(middle));
    if (!rows.valid()) {
      if (!rows.status().ok()) return rows.status();
      high = middle;
      continue;
    }
    const std::optional<CatalogRow> row = DecodeCatalogRow(rows.value());
    if (!row) return absl::DataLossError("a row of the catalog cannot be read");
    if (rows.key().size() != CatalogRowKey(0).size()) return NoCatalogPosition();
    const std::uint64_t index = IndexOf(rows.key());
    if (row->ingest_time >= time) {
      high = middle;
    } else {
      low = index + 1;
    }
  }
  return low;
}

}  // namespace chirograph
