// SPDX-License-Identifier: Apache-2.0
//
// Articles counted by publisher, month and verdict, in memory that a stranger cannot make grow.
#ifndef CHIROGRAPH_PROTO_VERDICT_TALLY_H_
#define CHIROGRAPH_PROTO_VERDICT_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "crypto/verdict.h"

namespace chirograph {

// How many articles have each verdict.
class VerdictCounts {
 public:
  void Add(Verdict verdict, std::uint64_t articles = 1) { counts_[At(verdict)] += articles; }
  void Add(const VerdictCounts& other);
  std::uint64_t Of(Verdict verdict) const { return counts_[At(verdict)]; }
  std::uint64_t Total() const;

 private:
  static std::size_t At(Verdict verdict) { return static_cast<std::size_t>(verdict) - 1; }
  std::array<std::uint64_t, kAllVerdicts.size()> counts_ = {};
};

// "12 VALID, 3 UNSIGNED"; "none".
std::string DescribeCounts(const VerdictCounts& counts);

// By month of the calendar, in UTC.
using CountsByMonth = std::map<absl::CivilMonth, VerdictCounts>;

// The sum of all months.
VerdictCounts SumOf(const CountsByMonth& months);

// Not thread-safe. At most some 50 MB, whatever is added.
class VerdictTally {
 public:
  // Publishers that are counted by name: those that come first.
  static constexpr std::size_t kMaxPublishers = 2000;
  // Months that are counted: those that come first, which are the earliest of a log in order.
  static constexpr std::size_t kMaxMonths = 240;

  // One article. `publisher` is a domain, cut where it is longer than one can be; empty: the article names
  // none. Absent: it is not known.
  void Add(std::optional<std::string_view> publisher, absl::Time time, Verdict verdict);

  // By domain.
  const std::map<std::string, CountsByMonth, std::less<>>& publishers() const { return publishers_; }
  // Of publishers that came after the first kMaxPublishers; of articles that nobody knows of.
  const CountsByMonth& other_publishers() const { return other_publishers_; }
  const CountsByMonth& unknown_publishers() const { return unknown_publishers_; }
  // Of all of these, in months that came after the first kMaxMonths. In none of the others.
  const VerdictCounts& other_months() const { return other_months_; }

  // Of all publishers.
  CountsByMonth ByMonth() const;

 private:
  CountsByMonth& MonthsOf(std::optional<std::string_view> publisher);

  std::map<std::string, CountsByMonth, std::less<>> publishers_;
  CountsByMonth other_publishers_;
  CountsByMonth unknown_publishers_;
  VerdictCounts other_months_;
  std::set<absl::CivilMonth> months_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_VERDICT_TALLY_H_
