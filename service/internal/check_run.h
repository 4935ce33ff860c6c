// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CHECK_RUN_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CHECK_RUN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/log_check.h"
#include "service/archive_check.h"
#include "service/internal/check_outcomes.h"
#include "service/internal/check_pace.h"
#include "service/internal/lookup_check.h"
#include "service/internal/lookup_table.h"
#include "service/internal/tree_check.h"

namespace chirograph {

// What ArchiveCheck does. One stage after the other: what came before the range; the range's entries; what
// lies beyond; what leads to entries; and, where that is not right, which of it. Not thread-safe.
class CheckRun {
 public:
  CheckRun(ArchiveToCheck archive, const ArchiveCheckOptions& options, const Clock& clock);

  absl::StatusOr<v1::CheckArchiveResponse> Next();
  bool is_done() const { return stage_ == Stage::kDone && !report_.has_findings(); }
  absl::Time not_before() const { return pace_.not_before(); }
  absl::Duration delay() const {
    return std::clamp(pace_.not_before() - clock_.Now(), absl::ZeroDuration(), CheckPace::kProgressTime);
  }

 private:
  enum class Stage { kBegin, kPast, kEntries, kEdges, kLookups, kSearch, kExtras, kSummary, kDone };
  // Units that were done, for the pace: an article is one.
  absl::StatusOr<std::uint64_t> Work(v1::CheckArchiveResponse* message);
  absl::Status Begin();
  absl::StatusOr<std::uint64_t> ReadPast();
  absl::StatusOr<std::uint64_t> CheckEntries(v1::CheckArchiveResponse* message);
  absl::Status CheckEdges();
  absl::StatusOr<std::uint64_t> CheckLookups();
  absl::StatusOr<std::uint64_t> Search();
  absl::StatusOr<std::uint64_t> SearchExtras();
  void Summarize(v1::CheckArchiveResponse* message);

  absl::StatusOr<std::vector<StoredParts>> Read(std::uint64_t first, std::uint64_t end, bool with_articles,
                                                std::uint64_t most) const;
  absl::StatusOr<std::vector<StoredParts>> ReadOneByOne(const EntryRange& range) const;
  std::vector<CheckedEntry> CheckStep(LogCheck& check, const std::vector<StoredParts>& parts) const;
  // What `take`, called in parallel with each of `count` articles, finds.
  using Findings = std::vector<v1::Finding>;
  absl::StatusOr<Findings> LookUp(std::size_t count,
                                  const std::function<absl::StatusOr<Findings>(std::size_t)>& take) const;
  absl::StatusOr<LookupCheck::Expected> ExpectedAt(std::uint64_t index);
  void Tell(const std::vector<CheckedEntry>& checked, const std::vector<StoredParts>& parts, Findings further,
            v1::CheckArchiveResponse* message);
  void Found(std::vector<v1::Finding> findings);
  v1::CheckProgress Progress() const;
  bool IsWhole() const { return options_.start_index == 0 && end_index_ == archive_.tree_size; }
  bool IsOn(CheckPart part) const { return !options_.left_out.has(part); }
  // For LogCheck and LookUp.
  void InParallel(std::size_t count, const std::function<void(std::size_t)>& work) const;

  ArchiveToCheck archive_;
  const ArchiveCheckOptions options_;
  const Clock& clock_;
  const absl::Time begun_at_;
  const std::uint64_t end_index_;
  CheckPace pace_;
  CheckOutcomes report_;
  Stage stage_ = Stage::kBegin;
  std::uint64_t next_index_ = 0;  // of the stage
  std::optional<std::uint64_t> catalog_size_;
  std::optional<LogCheck> past_;
  std::optional<LogCheck> check_;
  std::optional<TreeCheck> tree_;
  const LookupTables tables_;
  std::optional<LookupCheck> lookups_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CHECK_RUN_H_
