// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_walk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "service/storage_schema.h"

namespace chirograph {
namespace {

bool IsPublishedBefore(const CatalogPosting& a, const CatalogPosting& b) {
  const int order = std::memcmp(a.published.data(), b.published.data(), kPublishedBytes);
  return order != 0 ? order < 0 : a.index < b.index;
}

// The number of the first of `postings`, which are sorted upwards by `is_before`, at or, in the direction,
// after `target`; their size where there is none.
std::size_t Find(const std::vector<CatalogPosting>& postings, const CatalogPosting& target, bool descending,
                 bool (*is_before)(const CatalogPosting&, const CatalogPosting&)) {
  const auto begin = postings.begin();
  const auto end = postings.end();
  if (!descending) {
    return static_cast<std::size_t>(std::lower_bound(begin, end, target, is_before) - begin);
  }
  const auto after = std::upper_bound(begin, end, target, is_before);
  return after == begin ? postings.size() : static_cast<std::size_t>(after - begin) - 1;
}

}  // namespace

absl::Status NoCatalogPosition() { return absl::DataLossError("a key of the catalog ends with no position"); }

void KeyWalk::Seek(const std::string& position) {
  if (descending_) {
    range_.SeekBackward(prefix_ + position);
  } else {
    range_.Seek(prefix_ + position);
  }
}

void ChunkWalk::Seek(const std::string& position) {
  const std::uint64_t index = *DecodeIndex(position);
  // It may be in the chunk that was read last.
  if (!Reaches(index) || index < postings_.front().index) {
    if (descending_) {
      range_.SeekBackward(prefix_ + position);
      Load();
    } else {
      SeekUp(index);
    }
  }
  at_ = Find(postings_, {.index = index}, descending_, IsOfLesserIndex);
  if (valid()) position_ = EncodeIndex(postings_[at_].index);
}

// To the first chunk that does not end before `index`.
void ChunkWalk::SeekUp(std::uint64_t index) {
  if (!postings_.empty() && postings_.back().index < index) {
    range_.Next();
    if (!Load() || Reaches(index)) return;
  }
  // The last one that begins at `index` or before: it, or the next.
  range_.SeekBackward(prefix_ + EncodeIndex(index));
  if (range_.valid()) {
    if (!Load() || Reaches(index)) return;
    range_.Next();
  } else if (range_.status().ok()) {
    range_.Seek(prefix_);
  }
  Load();
}

// Reads the chunk that range_ stands at. False: there is none, or it is damaged.
bool ChunkWalk::Load() {
  postings_.clear();
  if (!range_.valid()) return false;
  const std::optional<std::uint64_t> first = DecodeIndex(range_.key().substr(prefix_.size()));
  if (!first) {
    damage_ = NoCatalogPosition();
  } else if (!DecodeCatalogChunk(*first, range_.value(), &postings_)) {
    damage_ = absl::DataLossError("a chunk of a list of the catalog cannot be read");
  }
  if (damage_.ok()) return true;
  postings_.clear();
  return false;
}

SortedWalk::SortedWalk(std::vector<CatalogPosting> postings, bool by_published, bool descending)
    : by_published_(by_published), descending_(descending), postings_(std::move(postings)) {
  std::sort(postings_.begin(), postings_.end(), by_published ? IsPublishedBefore : IsOfLesserIndex);
  at_ = postings_.size();
}

void SortedWalk::Seek(const std::string& position) {
  const std::string_view index = std::string_view(position).substr(position.size() - kIndexBytes);
  CatalogPosting target{.index = *DecodeIndex(index)};
  if (by_published_) position.copy(target.published.data(), kPublishedBytes);
  at_ = Find(postings_, target, descending_, by_published_ ? IsPublishedBefore : IsOfLesserIndex);
  if (!valid()) return;
  const CatalogPosting& found = postings_[at_];
  position_.clear();
  if (by_published_) position_.append(found.published.data(), kPublishedBytes);
  position_ += EncodeIndex(found.index);
}

absl::StatusOr<SomePostings> ReadPostings(const CatalogDatabase& database, std::string_view term_tag,
                                          std::uint64_t first_index, std::uint64_t end_index,
                                          std::size_t max) {
  std::vector<CatalogPosting> postings;
  ChunkWalk walk(database, term_tag, false);
  walk.Seek(EncodeIndex(first_index));
  while (walk.valid()) {
    const std::vector<CatalogPosting>& chunk = walk.chunk();
    const auto begin =
        std::lower_bound(chunk.begin(), chunk.end(), CatalogPosting{.index = first_index}, IsOfLesserIndex);
    const auto end =
        std::lower_bound(begin, chunk.end(), CatalogPosting{.index = end_index}, IsOfLesserIndex);
    if (static_cast<std::size_t>(end - begin) > max - postings.size()) return std::nullopt;
    postings.insert(postings.end(), begin, end);
    const std::uint64_t last = chunk.back().index;
    if (last >= end_index) break;
    walk.Seek(EncodeIndex(last + 1));
  }
  if (!walk.status().ok()) return walk.status();
  return postings;
}

absl::StatusOr<SomePostings> ReadUrlPostings(const CatalogDatabase& database, std::string_view url_prefix,
                                             std::size_t max) {
  const std::string prefix = CatalogUrlPrefix(url_prefix);
  CatalogDatabase::Range range(database, prefix, AfterPrefix(prefix));
  std::vector<CatalogPosting> postings;
  for (range.Seek(prefix); range.valid(); range.Next()) {
    if (postings.size() == max) return std::nullopt;
    const std::string_view key = range.key();
    if (key.size() < kIndexBytes) return NoCatalogPosition();
    // A shorter URL's index may look like the rest of the prefix.
    const std::optional<CatalogPosting> posting =
        MakeCatalogPosting(*DecodeIndex(key.substr(key.size() - kIndexBytes)), range.value());
    if (!posting) return NoCatalogPosition();
    postings.push_back(*posting);
  }
  if (!range.status().ok()) return range.status();
  std::sort(postings.begin(), postings.end(), IsOfLesserIndex);
  return postings;
}

}  // namespace chirograph
