// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CHECK_OUTCOMES_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CHECK_OUTCOMES_H_

#include <cstdint>
#include <deque>
#include <map>

#include "chirograph/v1/check_archive.pb.h"
#include "proto/log_check.h"

namespace chirograph {

// What the recorded verdict is worth by the one now; UNSPECIFIED where there is none.
v1::ArticleStanding StandingOf(v1::Verdict at_ingest, v1::Verdict now);

// Counts what a check finds, and puts it into messages. Not thread-safe.
class CheckOutcomes {
 public:
  // Of a message: what is beyond it waits for the next.
  static constexpr std::size_t kMaxFindingBytes = std::size_t{512} << 10;
  // Of each of a finding's texts.
  static constexpr std::size_t kMaxTextBytes = 1024;

  void Found(v1::Finding finding);
  // Counts `checked`. Of an article: also its outcome, with `findings` at its index.
  void Count(const CheckedEntry& checked);
  static v1::CheckedArticle OutcomeOf(const CheckedEntry& checked, std::uint32_t findings);

  // Puts findings that wait into `message`. False: some wait still.
  bool TakeFindings(v1::CheckArchiveResponse* message);
  bool has_findings() const { return !waiting_.empty(); }

  std::uint64_t articles() const { return articles_; }
  std::uint64_t findings() const { return findings_; }
  // The counts of a summary.
  void Summarize(v1::CheckSummary* summary) const;

 private:
  std::deque<v1::Finding> waiting_;
  std::uint64_t articles_ = 0;
  std::uint64_t key_events_ = 0;
  std::uint64_t signatures_verified_ = 0;
  std::uint64_t findings_ = 0;
  std::map<v1::Verdict, std::uint64_t> at_ingest_;
  std::map<v1::Verdict, std::uint64_t> now_;
  std::map<v1::ArticleStanding, std::uint64_t> standings_;
  std::map<v1::FindingCode, std::uint64_t> by_code_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CHECK_OUTCOMES_H_
