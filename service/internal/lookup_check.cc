// SPDX-License-Identifier: Apache-2.0
#include "service/internal/lookup_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "crypto/sha256.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

std::size_t At(LookupTable table) { return static_cast<std::size_t>(table); }

std::uint64_t ReadNumber(const Digest& digest, std::size_t at) {
  return *DecodeIndex(AsBytes(digest).substr(at, 8));
}

std::string Hex(std::string_view bytes) {
  constexpr std::size_t kShown = 80;
  std::string hex;
  for (const char byte : bytes.substr(0, kShown))
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return bytes.size() > kShown ? hex + "..." : hex;
}

v1::Finding Of(LookupTable table, v1::FindingCode code, std::string expected, std::string found) {
  v1::Finding finding;
  finding.set_code(code);
  finding.set_subject(std::string(LookupTableName(table)));
  finding.set_expected(std::move(expected));
  finding.set_found(std::move(found));
  return finding;
}

v1::Finding At(const Lookup& lookup, v1::FindingCode code, std::string expected, std::string found) {
  v1::Finding finding = Of(lookup.table, code, std::move(expected), std::move(found));
  finding.set_index(lookup.index);
  return finding;
}

v1::FindingCode Either(LookupTable table, v1::FindingCode of_catalog) {
  return IsOfCatalog(table) ? of_catalog : v1::FINDING_CODE_INDEX_MISMATCH;
}

// The first key after `key` that a scan may go on at behind damage there: the next try is twice as far.
std::string SkipAhead(const std::string& key, std::size_t prefix_bytes, std::uint64_t step) {
  std::string digits = key.substr(std::min(prefix_bytes, key.size()), 8);
  digits.resize(8, '\0');
  const std::uint64_t at = *DecodeIndex(digits);
  const std::uint64_t next = at + step;
  if (next < at) return "";
  return key.substr(0, prefix_bytes) + EncodeIndex(next);
}

}  // namespace

LookupCheck::LookupCheck(const LookupTables& tables, std::string salt, const Options& options)
    : tables_(tables), salt_(std::move(salt)), options_(options) {
  if (!options_.is_whole) table_ = kAllLookupTables.size();
  while (table_ < kAllLookupTables.size() && !IsOn(kAllLookupTables[table_])) ++table_;
}

bool LookupCheck::IsOn(LookupTable table) const {
  const CheckPart part = IsOfCatalog(table) ? CheckPart::kCatalog : CheckPart::kIndexes;
  return tables_.has(table) && !options_.left_out.has(part);
}

std::uint64_t LookupCheck::BoundOf(LookupTable table) const {
  return IsOfCatalog(table) ? options_.catalog_size : options_.tree_size;
}

void LookupCheck::AddTo(Sums& sums, const Lookup& lookup) const {
  const char table = static_cast<char>(lookup.table);
  const Digest digest =
      Sha256({salt_, std::string_view(&table, 1), EncodeIndex(lookup.key.size()), lookup.key, lookup.value});
  Sum& sum = sums[At(lookup.table)];
  sum.high += ReadNumber(digest, 0);
  sum.low += ReadNumber(digest, 8);
  ++sum.count;
}

absl::StatusOr<std::vector<Lookup>> LookupCheck::ExpectedFor(const KnownArticle& article,
                                                             Findings* findings) const {
  std::vector<Lookup> lookups;
  if (IsOn(LookupTable::kSubmissions)) {
    absl::StatusOr<std::vector<Lookup>> in_store = ExpectedInStore(article, tables_);
    if (in_store.ok()) {
      lookups = *std::move(in_store);
    } else if (!absl::IsDataLoss(in_store.status())) {
      return in_store.status();
    }
  }
  if (!IsOn(LookupTable::kRows) || article.index >= options_.catalog_size) return lookups;
  absl::StatusOr<ExpectedInCatalog> in_catalog = ExpectedOfCatalog(article, tables_);
  if (!in_catalog.ok()) {
    if (!absl::IsDataLoss(in_catalog.status())) return in_catalog.status();
    return lookups;
  }
  std::move(in_catalog->lookups.begin(), in_catalog->lookups.end(), std::back_inserter(lookups));
  if (in_catalog->row && !in_catalog->row->url.empty()) {
    absl::Status status = ExpectPage(article, *in_catalog->row, &lookups, findings);
    if (!status.ok()) return status;
  }
  return lookups;
}

// The index that a key of kPages leads to, where it is that of the article or of one before it.
absl::StatusOr<std::optional<std::uint64_t>> LookupCheck::FirstOfPage(const std::string& key,
                                                                      std::uint64_t index,
                                                                      Findings* findings) const {
  constexpr LookupTable kTable = LookupTable::kPages;
  const Lookup lookup{kTable, key, "", index};
  const absl::StatusOr<std::optional<std::string>> found = tables_.Find(kTable, key);
  if (!found.ok()) {
    if (!absl::IsDataLoss(found.status())) return found.status();
    findings->push_back(
        At(lookup, v1::FINDING_CODE_CATALOG_UNREADABLE, "", std::string(found.status().message())));
    return std::nullopt;
  }
  if (!*found) {
    findings->push_back(At(lookup, v1::FINDING_CODE_CATALOG_HIDES, "a key " + Hex(key), "none"));
    return std::nullopt;
  }
  const std::optional<std::uint64_t> first = DecodeIndex(**found);
  if (first && *first <= index) return first;
  findings->push_back(At(lookup, v1::FINDING_CODE_CATALOG_DIFFERS,
                         fmt::format("key {} to lead to index {} or one before it", Hex(key), index),
                         first ? fmt::format("index {}", *first) : "a value that is no index"));
  return std::nullopt;
}

absl::Status LookupCheck::ExpectPage(const KnownArticle& article, const CatalogRow& row,
                                     std::vector<Lookup>* lookups, Findings* findings) const {
  const std::uint64_t index = article.index;
  const PageLookups page = PageLookupsOf(row, index);
  const auto add = [&](const std::string& key, std::string value) {
    lookups->push_back({LookupTable::kPages, key, std::move(value), index});
  };
  const absl::StatusOr<std::optional<std::uint64_t>> claim = FirstOfPage(page.claim, index, findings);
  if (!claim.ok()) return claim.status();
  if (*claim == index) add(page.claim, EncodeIndex(index));
  const absl::StatusOr<std::optional<std::uint64_t>> version = FirstOfPage(page.version, index, findings);
  if (!version.ok()) return version.status();
  if (*version == index) {
    add(page.version, EncodeIndex(index));
    add(page.version_list, "");
  } else if (!*version) {
    // What was found of the one is not found once more of the other.
    const absl::StatusOr<std::optional<std::string>> listed =
        tables_.Find(LookupTable::kPages, page.version_list);
    if (!listed.ok() && !absl::IsDataLoss(listed.status())) return listed.status();
    if (listed.ok() && *listed) add(page.version_list, "");
  }
  return absl::OkStatus();
}

absl::StatusOr<LookupCheck::Findings> LookupCheck::Take(const KnownArticle& article) {
  Findings findings;
  const absl::StatusOr<std::vector<Lookup>> lookups = ExpectedFor(article, &findings);
  if (!lookups.ok()) return lookups.status();
  Count(findings);
  if (options_.is_whole) {
    Sums sums = {};
    for (const Lookup& lookup : *lookups) AddTo(sums, lookup);
    MutexLock lock(mutex_);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      expected_[i].high += sums[i].high;
      expected_[i].low += sums[i].low;
      expected_[i].count += sums[i].count;
    }
    return findings;
  }
  for (const Lookup& lookup : *lookups) {
    absl::StatusOr<std::optional<v1::Finding>> finding = Probe(lookup);
    if (!finding.ok()) return finding.status();
    if (*finding) findings.push_back(**std::move(finding));
  }
  absl::StatusOr<Findings> back = LookBack(article);
  if (!back.ok()) return back;
  std::move(back->begin(), back->end(), std::back_inserter(findings));
  return findings;
}

// Why what stands at `index` does not belong to the page of `key`. Empty: it does, or what is wrong with it
// is found where it is.
std::string_view LookupCheck::WhyNotOfPage(const std::string& key, std::uint64_t index) const {
  const absl::StatusOr<std::optional<std::string>> bytes =
      tables_.Find(LookupTable::kRows, CatalogRowKey(index));
  if (!bytes.ok()) return "";
  if (!*bytes) return tables_.IsNoArticle(index) ? "is no article" : "";
  const std::optional<CatalogRow> row = DecodeCatalogRow(**bytes);
  if (!row) return "";
  const PageLookups page = PageLookupsOf(*row, index);
  return page.claim == key || page.version == key ? "" : "has another page or verdict";
}

// Whether what a page's keys lead to, where it is an earlier index, is of that page. Of the whole, the sums
// tell that it is not, but not which article is led astray.
absl::StatusOr<LookupCheck::Findings> LookupCheck::LookBack(const KnownArticle& article) const {
  Findings findings;
  if (!IsOn(LookupTable::kPages) || article.index >= options_.catalog_size) return findings;
  const absl::StatusOr<ExpectedInCatalog> expected = ExpectedOfCatalog(article, tables_);
  if (!expected.ok() || !expected->row || expected->row->url.empty()) return findings;
  const CatalogRow& row = *expected->row;
  const PageLookups page = PageLookupsOf(row, article.index);
  for (const std::string& key : {page.claim, page.version}) {
    Findings ignored;
    const absl::StatusOr<std::optional<std::uint64_t>> first = FirstOfPage(key, article.index, &ignored);
    if (!first.ok()) return first.status();
    if (!*first || *first == article.index) continue;
    const std::string_view why_not = WhyNotOfPage(key, **first);
    if (why_not.empty()) continue;
    findings.push_back(At({LookupTable::kPages, key, "", article.index}, v1::FINDING_CODE_CATALOG_DIFFERS,
                          fmt::format("key {} to lead to index {} or one before it", Hex(key), article.index),
                          fmt::format("index {}, which {}", **first, why_not)));
  }
  return findings;
}

void LookupCheck::Count(const Findings& findings) {
  MutexLock lock(mutex_);
  for (const v1::Finding& finding : findings) {
    for (const LookupTable table : kAllLookupTables) {
      if (finding.subject() == LookupTableName(table)) explained_[At(table)] = true;
    }
  }
}

LookupCheck::Findings LookupCheck::Unexplained() {
  Findings findings;
  MutexLock lock(mutex_);
  for (const LookupTable table : kAllLookupTables) {
    if (stored_[At(table)] == expected_[At(table)] || explained_[At(table)]) continue;
    findings.push_back(Of(table, Either(table, v1::FINDING_CODE_CATALOG_DIFFERS),
                          fmt::format("{} keys", expected_[At(table)].count),
                          fmt::format("{}, some of them more than once", stored_[At(table)].count)));
  }
  return findings;
}

absl::StatusOr<std::optional<v1::Finding>> LookupCheck::Probe(const Lookup& lookup) const {
  const absl::StatusOr<std::optional<std::string>> found = tables_.Find(lookup.table, lookup.key);
  if (!found.ok()) {
    if (!absl::IsDataLoss(found.status())) return found.status();
    return At(lookup, Either(lookup.table, v1::FINDING_CODE_CATALOG_UNREADABLE), "",
              std::string(found.status().message()));
  }
  if (*found == lookup.value) return std::nullopt;
  if (!*found) {
    return At(lookup, Either(lookup.table, v1::FINDING_CODE_CATALOG_HIDES), "a key " + Hex(lookup.key),
              "none");
  }
  return At(lookup, Either(lookup.table, v1::FINDING_CODE_CATALOG_DIFFERS), Hex(lookup.value), Hex(**found));
}

void LookupCheck::NextTable() {
  do {
    ++table_;
  } while (table_ < kAllLookupTables.size() &&
           (!IsOn(kAllLookupTables[table_]) || (for_extras_ && !suspects_[table_])));
  from_.clear();
}

// What cannot be read is passed over, and what lies far enough behind it is read: among URLs, which begin
// alike, that may be nothing. The table is suspect then: each article is looked up, and it is scanned for
// extras whatever the counts are.
absl::StatusOr<std::vector<StoredPair>> LookupCheck::NextPairs(std::size_t max_bytes, Findings* findings) {
  const LookupTable table = kAllLookupTables[table_];
  absl::StatusOr<std::vector<StoredPair>> pairs = tables_.ReadPairs(table, from_, max_bytes);
  if (!pairs.ok() && absl::IsDataLoss(pairs.status())) {
    suspects_[table_] = true;
    passed_over_[table_] = true;
    if (!for_extras_) {
      findings->push_back(
          Of(table, Either(table, v1::FINDING_CODE_CATALOG_UNREADABLE), "",
             fmt::format("behind key {}: {}", Hex(from_), std::string(pairs.status().message()))));
    }
    const std::string prefix = LookupTablePrefix(table);
    if (from_.empty()) from_ = prefix;
    for (int bit = 16; bit < 64 && !pairs.ok(); ++bit) {
      const std::string next = SkipAhead(from_, prefix.size(), std::uint64_t{1} << bit);
      if (next.empty()) break;
      pairs = tables_.ReadPairs(table, next, max_bytes);
    }
    if (!pairs.ok() && absl::IsDataLoss(pairs.status())) pairs = std::vector<StoredPair>();
  }
  if (!pairs.ok()) return pairs;
  if (pairs->empty()) {
    NextTable();
  } else {
    from_ = pairs->back().key + '\0';
  }
  return pairs;
}

absl::StatusOr<LookupCheck::Findings> LookupCheck::Scan(std::size_t max_bytes) {
  Findings findings;
  const LookupTable table = kAllLookupTables[table_];
  const absl::StatusOr<std::vector<StoredPair>> pairs = NextPairs(max_bytes, &findings);
  if (!pairs.ok()) return pairs.status();
  std::vector<Lookup> lookups;
  for (const StoredPair& pair : *pairs) {
    ++scanned_;
    if (!DecodeLookups(table, pair, &lookups)) {
      suspects_[At(table)] = true;
      findings.push_back(Of(table, Either(table, v1::FINDING_CODE_CATALOG_DIFFERS), "",
                            fmt::format("key {} or its value is not of the format", Hex(pair.key))));
      continue;
    }
    for (const Lookup& lookup : lookups) {
      if (lookup.index < BoundOf(table)) AddTo(stored_, lookup);
    }
  }
  Count(findings);
  if (is_scanned()) {
    MutexLock lock(mutex_);
    for (std::size_t i = 0; i < stored_.size(); ++i)
      suspects_[i] = suspects_[i] || stored_[i] != expected_[i];
  }
  return findings;
}

bool LookupCheck::is_suspect() const {
  return std::find(suspects_.begin(), suspects_.end(), true) != suspects_.end();
}

absl::StatusOr<LookupCheck::Findings> LookupCheck::Search(const KnownArticle& article) {
  Findings of_pages;  // which Take has found already
  const absl::StatusOr<std::vector<Lookup>> lookups = ExpectedFor(article, &of_pages);
  if (!lookups.ok()) return lookups.status();
  Findings findings;
  for (const Lookup& lookup : *lookups) {
    if (!IsToBeSearched(lookup.table)) continue;
    absl::StatusOr<std::optional<v1::Finding>> finding = Probe(lookup);
    if (!finding.ok()) return finding.status();
    const bool is_there = !*finding || (*finding)->found() != "none";
    if (*finding) findings.push_back(**std::move(finding));
    if (!is_there) continue;
    MutexLock lock(mutex_);
    ++found_[At(lookup.table)];
  }
  if (IsToBeSearched(LookupTable::kPages)) {
    absl::StatusOr<Findings> back = LookBack(article);
    if (!back.ok()) return back;
    std::move(back->begin(), back->end(), std::back_inserter(findings));
  }
  Count(findings);
  return findings;
}

void LookupCheck::BeginExtras() {
  for_extras_ = true;
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < suspects_.size(); ++i) {
    // Of a table that was not read in full, the count says nothing.
    suspects_[i] = suspects_[i] && (passed_over_[i] || stored_[i].count > found_[i]);
  }
  table_ = 0;
  from_.clear();
  if (!IsOn(kAllLookupTables[0]) || !suspects_[0]) NextTable();
}

absl::StatusOr<LookupCheck::Findings> LookupCheck::ScanForExtras(std::size_t max_bytes,
                                                                 const ExpectedAt& expected_at) {
  Findings findings;
  const LookupTable table = kAllLookupTables[table_];
  const absl::StatusOr<std::vector<StoredPair>> pairs = NextPairs(max_bytes, &findings);
  if (!pairs.ok()) return pairs.status();
  std::vector<Lookup> lookups;
  for (const StoredPair& pair : *pairs) {
    if (!DecodeLookups(table, pair, &lookups)) continue;  // Scan has found it
    for (const Lookup& lookup : lookups) {
      if (lookup.index >= BoundOf(table)) continue;
      const absl::StatusOr<Expected> expected = expected_at(lookup.index);
      if (!expected.ok()) return expected.status();
      // One that is there with another value was found by Search.
      if (!*expected || std::any_of((*expected)->begin(), (*expected)->end(), [&](const Lookup& own) {
            return own.table == table && own.key == lookup.key;
          })) {
        continue;
      }
      findings.push_back(At(lookup, Either(table, v1::FINDING_CODE_CATALOG_INVENTS), "no such key",
                            "a key " + Hex(lookup.key)));
    }
  }
  Count(findings);
  return findings;
}

}  // namespace chirograph
