// SPDX-License-Identifier: Apache-2.0
#include "proto/verdict_tally.h"

#include <fmt/format.h>

#include <numeric>

#include "crypto/limits.h"
#include "proto/readable_text.h"

namespace chirograph {
namespace {

void AddTo(CountsByMonth& sum, const CountsByMonth& months) {
  for (const auto& [month, counts] : months) sum[month].Add(counts);
}

}  // namespace

void VerdictCounts::Add(const VerdictCounts& other) {
  for (const Verdict verdict : kAllVerdicts) Add(verdict, other.Of(verdict));
}

std::uint64_t VerdictCounts::Total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::string DescribeCounts(const VerdictCounts& counts) {
  std::string text;
  for (const Verdict verdict : kAllVerdicts) {
    if (counts.Of(verdict) == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", WithThousands(counts.Of(verdict)),
                        VerdictName(verdict));
  }
  return text.empty() ? "none" : text;
}

VerdictCounts SumOf(const CountsByMonth& months) {
  VerdictCounts sum;
  for (const auto& [month, counts] : months) sum.Add(counts);
  return sum;
}

void VerdictTally::Add(std::optional<std::string_view> publisher, absl::Time time, Verdict verdict) {
  const absl::CivilMonth month = absl::ToCivilMonth(time, absl::UTCTimeZone());
  if (!months_.contains(month)) {
    if (months_.size() >= kMaxMonths) return other_months_.Add(verdict);
    months_.insert(month);
  }
  MonthsOf(publisher)[month].Add(verdict);
}

CountsByMonth& VerdictTally::MonthsOf(std::optional<std::string_view> publisher) {
  if (!publisher) return unknown_publishers_;
  const std::string_view name = publisher->substr(0, limits::kMaxDomainChars);
  const auto found = publishers_.find(name);
  if (found != publishers_.end()) return found->second;
  if (publishers_.size() >= kMaxPublishers) return other_publishers_;
  return publishers_[std::string(name)];
}

CountsByMonth VerdictTally::ByMonth() const {
  CountsByMonth sum = other_publishers_;
  AddTo(sum, unknown_publishers_);
  for (const auto& [publisher, months] : publishers_) AddTo(sum, months);
  return sum;
}

}  // namespace chirograph
