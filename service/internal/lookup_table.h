// SPDX-License-Identifier: Apache-2.0
//
// All that leads to an entry, table by table: the store's columns of digests, and the catalog.
#ifndef CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_TABLE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/catalog_reader.h"
#include "service/log_store.h"

namespace chirograph {

enum class LookupTable { kSubmissions, kArticles, kSources, kRows, kByIndex, kByPublished, kUrls, kPages };
inline constexpr std::array kAllLookupTables = {
    LookupTable::kSubmissions, LookupTable::kArticles,    LookupTable::kSources, LookupTable::kRows,
    LookupTable::kByIndex,     LookupTable::kByPublished, LookupTable::kUrls,    LookupTable::kPages};

// "submissions", "catalog/rows": for findings.
std::string_view LookupTableName(LookupTable table);
bool IsOfCatalog(LookupTable table);
// What each of its keys begins with, so that tables of one database are told apart. Empty for the store's.
std::string LookupTablePrefix(LookupTable table);

// What leads to the entry at `index`. As it is stored; but one posting of a chunk is one of these, with the
// chunk's prefix and its index as the key, and its published time as the value.
struct Lookup {
  LookupTable table = LookupTable::kSubmissions;
  std::string key;
  std::string value;
  std::uint64_t index = 0;
  friend bool operator==(const Lookup&, const Lookup&) = default;
};

// Puts what `pair` of `table` leads to in place of `lookups`. False: it is not of the table's format.
bool DecodeLookups(LookupTable table, const StoredPair& pair, std::vector<Lookup>* lookups);

// Thread-safe.
class LookupTables {
 public:
  // Which must outlive this. `catalog` may be null.
  LookupTables(const LogReader& log, const CatalogReader* catalog) : log_(log), catalog_(catalog) {}

  bool has(LookupTable table) const { return catalog_ != nullptr || !IsOfCatalog(table); }

  // What stands at a key of `table`; nothing where nothing does. Of a posting: its published time. DataLoss:
  // it cannot be read, or is not of the format. Unavailable: not now.
  absl::StatusOr<std::optional<std::string>> Find(LookupTable table, const std::string& key) const;

  // As LogReader::ReadPairs, of the table alone. `from` is a key of the table, or empty: its first.
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(LookupTable table, const std::string& from,
                                                    std::size_t max_bytes) const;

  // Whether the log keeps nothing beside the entry at `index`, as of a KeyEvent. False too where it cannot be
  // read.
  bool IsNoArticle(std::uint64_t index) const { return absl::IsNotFound(log_.ReadOpening(index).status()); }

 private:
  absl::StatusOr<std::optional<std::string>> FindPosting(const std::string& key) const;

  const LogReader& log_;
  const CatalogReader* const catalog_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_TABLE_H_
