// SPDX-License-Identifier: Apache-2.0
#include "service/internal/lookup_table.h"

#include <algorithm>
#include <utility>

#include "service/catalog_schema.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

// Behind the first byte and the tag of the URL.
constexpr std::size_t kPageListAt = 1 + kCatalogTagBytes;

std::optional<StoreColumn> ColumnOf(LookupTable table) {
  switch (table) {
    case LookupTable::kSubmissions:
      return StoreColumn::kSubmissions;
    case LookupTable::kArticles:
      return StoreColumn::kArticles;
    case LookupTable::kSources:
      return StoreColumn::kSources;
    default:
      return std::nullopt;
  }
}

CatalogTable CatalogTableOf(LookupTable table) {
  switch (table) {
    case LookupTable::kByIndex:
      return CatalogTable::kByIndex;
    case LookupTable::kByPublished:
      return CatalogTable::kByPublished;
    case LookupTable::kUrls:
      return CatalogTable::kUrls;
    case LookupTable::kPages:
      return CatalogTable::kPages;
    default:
      return CatalogTable::kRows;
  }
}

std::optional<std::uint64_t> IndexAtEnd(std::string_view key, std::size_t bytes_before) {
  if (key.size() < bytes_before + kIndexBytes) return std::nullopt;
  return DecodeIndex(key.substr(key.size() - kIndexBytes));
}

std::optional<std::uint64_t> IndexOfPage(const StoredPair& pair) {
  if (pair.key.size() <= kPageListAt) return std::nullopt;
  if (pair.key[kPageListAt] == static_cast<char>(CatalogPageList::kVersionList)) {
    return pair.value.empty() ? IndexAtEnd(pair.key, kPageListAt + 1) : std::nullopt;
  }
  return DecodeIndex(pair.value);
}

std::optional<std::uint64_t> IndexOf(LookupTable table, const StoredPair& pair) {
  switch (table) {
    case LookupTable::kSubmissions:
      return pair.key.size() == kSha256Bytes + kSubmissionTagBytes ? DecodeIndex(pair.value) : std::nullopt;
    case LookupTable::kArticles:
    case LookupTable::kSources: {
      const std::optional<DigestKey> key = DecodeDigestKey(pair.key);
      return key && pair.value.empty() ? std::optional(key->index) : std::nullopt;
    }
    case LookupTable::kRows:
      return pair.key.size() == 1 + kIndexBytes ? IndexAtEnd(pair.key, 1) : std::nullopt;
    case LookupTable::kByPublished:
      return pair.key.size() == 1 + kPublishedBytes + kIndexBytes ? IndexAtEnd(pair.key, 1) : std::nullopt;
    case LookupTable::kUrls:
      return IndexAtEnd(pair.key, 1);
    case LookupTable::kPages:
      return IndexOfPage(pair);
    case LookupTable::kByIndex:
      break;
  }
  return std::nullopt;
}

// The postings of a chunk, ascending by index; nothing where it is not of the format.
std::optional<std::vector<CatalogPosting>> ReadChunk(const StoredPair& pair) {
  if (pair.key.size() != kCatalogPostingPrefixBytes + kIndexBytes) return std::nullopt;
  const std::optional<std::uint64_t> first = IndexAtEnd(pair.key, kCatalogPostingPrefixBytes);
  std::vector<CatalogPosting> postings;
  if (!first || !DecodeCatalogChunk(*first, pair.value, &postings)) return std::nullopt;
  return postings;
}

std::string PublishedOf(const CatalogPosting& posting) {
  return {posting.published.begin(), posting.published.end()};
}

bool DecodeChunk(const StoredPair& pair, std::vector<Lookup>* lookups) {
  lookups->clear();
  const std::optional<std::vector<CatalogPosting>> postings = ReadChunk(pair);
  if (!postings) return false;
  const std::string prefix = pair.key.substr(0, kCatalogPostingPrefixBytes);
  for (const CatalogPosting& posting : *postings) {
    lookups->push_back(
        {LookupTable::kByIndex, prefix + EncodeIndex(posting.index), PublishedOf(posting), posting.index});
  }
  return true;
}

}  // namespace

std::string_view LookupTableName(LookupTable table) {
  switch (table) {
    case LookupTable::kSubmissions:
      return "submissions";
    case LookupTable::kArticles:
      return "articles";
    case LookupTable::kSources:
      return "sources";
    case LookupTable::kRows:
      return "catalog/rows";
    case LookupTable::kByIndex:
      return "catalog/by-index";
    case LookupTable::kByPublished:
      return "catalog/by-published";
    case LookupTable::kUrls:
      return "catalog/urls";
    case LookupTable::kPages:
      return "catalog/pages";
  }
  return "unknown";
}

bool IsOfCatalog(LookupTable table) { return !ColumnOf(table).has_value(); }

std::string LookupTablePrefix(LookupTable table) {
  return IsOfCatalog(table) ? std::string(1, static_cast<char>(CatalogTableOf(table))) : "";
}

bool DecodeLookups(LookupTable table, const StoredPair& pair, std::vector<Lookup>* lookups) {
  if (table == LookupTable::kByIndex) return DecodeChunk(pair, lookups);
  lookups->clear();
  const std::optional<std::uint64_t> index = IndexOf(table, pair);
  if (!index) return false;
  lookups->push_back({table, pair.key, pair.value, *index});
  return true;
}

absl::StatusOr<std::optional<std::string>> LookupTables::Find(LookupTable table,
                                                              const std::string& key) const {
  if (table == LookupTable::kByIndex) return FindPosting(key);
  const std::optional<StoreColumn> column = ColumnOf(table);
  if (!column) return catalog_->Get(key);
  const absl::StatusOr<std::vector<StoredPair>> pairs = log_.ReadPairs(*column, key, 1);
  if (!pairs.ok()) return pairs.status();
  if (pairs->empty() || pairs->front().key != key) return std::nullopt;
  return pairs->front().value;
}

absl::StatusOr<std::optional<std::string>> LookupTables::FindPosting(const std::string& key) const {
  const absl::StatusOr<std::optional<StoredPair>> chunk = catalog_->ReadAtOrBefore(key);
  if (!chunk.ok()) return chunk.status();
  const std::string_view prefix = std::string_view(key).substr(0, kCatalogPostingPrefixBytes);
  if (!*chunk || !(*chunk)->key.starts_with(prefix)) return std::nullopt;
  const std::optional<std::vector<CatalogPosting>> postings = ReadChunk(**chunk);
  if (!postings) return absl::DataLossError("a chunk that is none");
  const std::optional<std::uint64_t> index = IndexAtEnd(key, kCatalogPostingPrefixBytes);
  const auto found = std::lower_bound(
      postings->begin(), postings->end(), index.value_or(0),
      [](const CatalogPosting& posting, std::uint64_t sought) { return posting.index < sought; });
  if (!index || found == postings->end() || found->index != *index) return std::nullopt;
  return PublishedOf(*found);
}

absl::StatusOr<std::vector<StoredPair>> LookupTables::ReadPairs(LookupTable table, const std::string& from,
                                                                std::size_t max_bytes) const {
  if (const std::optional<StoreColumn> column = ColumnOf(table)) {
    return log_.ReadPairs(*column, from, max_bytes);
  }
  const std::string prefix = LookupTablePrefix(table);
  absl::StatusOr<std::vector<StoredPair>> pairs =
      catalog_->ReadPairs(from.empty() ? prefix : from, max_bytes);
  if (!pairs.ok()) return pairs;
  std::erase_if(*pairs, [&prefix](const StoredPair& pair) { return !pair.key.starts_with(prefix); });
  return pairs;
}

}  // namespace chirograph
