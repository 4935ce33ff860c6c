// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_CHECK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/finding.pb.h"
#include "crypto/mutex.h"
#include "proto/check_part.h"
#include "service/internal/expected_lookups.h"
#include "service/internal/lookup_table.h"

namespace chirograph {

// Whether all that leads to entries leads to its own, and there is nothing else. Two ways:
// - of a part of the log, each article is looked up (Take);
// - of the whole, what there must be of a table and what there is are each summed up under a secret of this
//   check, in whatever order they come (Take, then Scan). Only where the sums differ is each article looked
//   up (Search), and then what is too much (ScanForExtras). So a sound archive costs no search, and no
//   memory.
//
// Errors of all: Unavailable: not now. Damage is no error but a finding.
class LookupCheck {
 public:
  struct Options {
    bool is_whole = false;           // of all entries from 0 on
    std::uint64_t tree_size = 0;     // what leads to entries from there on is none of this check's
    std::uint64_t catalog_size = 0;  // the same of the catalog
    CheckParts left_out;
  };
  // The articles of the log that have an index, as they were read; nothing: it is not known, or is none.
  using Expected = std::optional<std::vector<Lookup>>;
  using ExpectedAt = std::function<absl::StatusOr<Expected>(std::uint64_t index)>;
  using Findings = std::vector<v1::Finding>;

  // `tables` must outlive it. `salt`: random bytes.
  LookupCheck(const LookupTables& tables, std::string salt, const Options& options);

  // Each article, in any order, by any number of threads.
  absl::StatusOr<Findings> Take(const KnownArticle& article) ABSL_LOCKS_EXCLUDED(mutex_);

  // Of the whole, after the last Take: the next piece of what the tables have.
  absl::StatusOr<Findings> Scan(std::size_t max_bytes);
  bool is_scanned() const { return table_ == kAllLookupTables.size(); }
  std::uint64_t scanned() const { return scanned_; }
  // After that: whether each article must be searched.
  bool is_suspect() const;

  // Each article once more, as Take.
  absl::StatusOr<Findings> Search(const KnownArticle& article) ABSL_LOCKS_EXCLUDED(mutex_);
  // After the last of them: the next piece of what is too much. Begin with BeginExtras.
  void BeginExtras();
  absl::StatusOr<Findings> ScanForExtras(std::size_t max_bytes, const ExpectedAt& expected_at);
  bool has_extras_to_scan() const { return table_ < kAllLookupTables.size(); }
  // After the last of them: of each table that is not what it must be, where nothing was found that says why.
  Findings Unexplained() ABSL_LOCKS_EXCLUDED(mutex_);

  // All that must lead to `article`.
  absl::StatusOr<std::vector<Lookup>> ExpectedFor(const KnownArticle& article, Findings* findings) const;

 private:
  struct Sum {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t count = 0;
    friend bool operator==(const Sum&, const Sum&) = default;
  };
  using Sums = std::array<Sum, kAllLookupTables.size()>;

  bool IsOn(LookupTable table) const;
  std::uint64_t BoundOf(LookupTable table) const;
  void AddTo(Sums& sums, const Lookup& lookup) const;
  absl::StatusOr<std::optional<v1::Finding>> Probe(const Lookup& lookup) const;
  absl::Status ExpectPage(const KnownArticle& article, const CatalogRow& row, std::vector<Lookup>* lookups,
                          Findings* findings) const;
  absl::StatusOr<std::optional<std::uint64_t>> FirstOfPage(const std::string& key, std::uint64_t index,
                                                           Findings* findings) const;
  absl::StatusOr<std::vector<StoredPair>> NextPairs(std::size_t max_bytes, Findings* findings);
  std::string_view WhyNotOfPage(const std::string& key, std::uint64_t index) const;
  absl::StatusOr<Findings> LookBack(const KnownArticle& article) const;
  void Count(const Findings& findings) ABSL_LOCKS_EXCLUDED(mutex_);
  void NextTable();
  bool IsToBeSearched(LookupTable table) const { return suspects_[static_cast<std::size_t>(table)]; }

  const LookupTables& tables_;
  const std::string salt_;
  const Options options_;

  mutable Mutex mutex_;
  Sums expected_ ABSL_GUARDED_BY(mutex_) = {};
  std::array<std::uint64_t, kAllLookupTables.size()> found_ ABSL_GUARDED_BY(mutex_) = {};  // by Search
  std::array<bool, kAllLookupTables.size()> explained_ ABSL_GUARDED_BY(mutex_) = {};       // has a finding

  // Of the scan, by one thread.
  Sums stored_ = {};
  std::array<bool, kAllLookupTables.size()> suspects_ = {};
  std::array<bool, kAllLookupTables.size()> passed_over_ = {};  // something in it that cannot be read
  std::size_t table_ = 0;
  std::string from_;
  std::uint64_t scanned_ = 0;
  bool for_extras_ = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_LOOKUP_CHECK_H_
