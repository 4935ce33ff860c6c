// SPDX-License-Identifier: Apache-2.0
#include "proto/verdict_tally.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crypto/limits.h"
#include "tests/proto/report_fixture.h"

namespace chirograph::verdict_tally_test {
namespace {

TEST(VerdictTallyTest, CountsByPublisherMonthAndVerdict) {
  VerdictTally tally;
  tally.Add("a.example", InMonth(2026, 10), Verdict::kValid);
  tally.Add("a.example", InMonth(2026, 10), Verdict::kValid);
  tally.Add("a.example", InMonth(2026, 11), Verdict::kInvalid);
  tally.Add("", InMonth(2026, 11), Verdict::kUnsigned);
  tally.Add(std::nullopt, InMonth(2026, 11), Verdict::kUnsigned);
  ASSERT_EQ(tally.publishers().size(), 2U);
  const CountsByMonth& a = tally.publishers().at("a.example");
  EXPECT_EQ(a.at(absl::CivilMonth(2026, 10)).Of(Verdict::kValid), 2U);
  EXPECT_EQ(a.at(absl::CivilMonth(2026, 11)).Of(Verdict::kInvalid), 1U);
  EXPECT_EQ(SumOf(a).Total(), 3U);
  EXPECT_EQ(SumOf(tally.unknown_publishers()).Total(), 1U);
  EXPECT_EQ(tally.ByMonth().at(absl::CivilMonth(2026, 11)).Of(Verdict::kUnsigned), 2U);
  EXPECT_EQ(tally.other_months().Total(), 0U);
}

TEST(VerdictTallyTest, AMonthBeginsInUtc) {
  VerdictTally tally;
  const absl::Time november = absl::FromCivil(absl::CivilMonth(2026, 11), absl::UTCTimeZone());
  tally.Add("a", november - absl::Nanoseconds(1), Verdict::kValid);
  tally.Add("a", november, Verdict::kInvalid);
  EXPECT_EQ(tally.ByMonth().at(absl::CivilMonth(2026, 10)).Of(Verdict::kValid), 1U);
  EXPECT_EQ(tally.ByMonth().at(absl::CivilMonth(2026, 11)).Of(Verdict::kInvalid), 1U);
}

TEST(VerdictTallyTest, PublishersPastTheBoundAreCountedTogether) {
  VerdictTally tally;
  for (std::size_t i = 0; i < VerdictTally::kMaxPublishers + 5; ++i) {
    tally.Add(fmt::format("p{}.example", i), InMonth(2026, 11), Verdict::kValid);
  }
  tally.Add("p0.example", InMonth(2026, 12), Verdict::kValid);  // which has its place
  EXPECT_EQ(tally.publishers().size(), VerdictTally::kMaxPublishers);
  EXPECT_EQ(SumOf(tally.publishers().at("p0.example")).Total(), 2U);
  EXPECT_EQ(SumOf(tally.other_publishers()).Total(), 5U);
  EXPECT_EQ(SumOf(tally.ByMonth()).Total(), VerdictTally::kMaxPublishers + 6);
}

TEST(VerdictTallyTest, MonthsPastTheBoundAreCountedTogether) {
  VerdictTally tally;
  const int months = static_cast<int>(VerdictTally::kMaxMonths);
  for (int i = 0; i < months + 3; ++i) tally.Add("a", InMonth(2000 + i / 12, 1 + i % 12), Verdict::kValid);
  tally.Add("b", InMonth(2000, 1), Verdict::kValid);
  EXPECT_EQ(tally.ByMonth().size(), VerdictTally::kMaxMonths);
  EXPECT_EQ(tally.other_months().Of(Verdict::kValid), 3U);
  EXPECT_EQ(SumOf(tally.publishers().at("b")).Total(), 1U);
}

TEST(VerdictTallyTest, ANameIsNoLongerThanADomain) {
  VerdictTally tally;
  tally.Add(std::string(1000, 'a'), InMonth(2026, 11), Verdict::kValid);
  EXPECT_EQ(tally.publishers().begin()->first.size(), limits::kMaxDomainChars);
}

TEST(VerdictTallyTest, CountsAreDescribedInTheOrderOfVerdicts) {
  VerdictCounts counts;
  EXPECT_EQ(DescribeCounts(counts), "none");
  counts.Add(Verdict::kInvalid);
  counts.Add(Verdict::kValid, 1204);
  EXPECT_EQ(DescribeCounts(counts), "1,204 VALID, 1 INVALID");
  VerdictCounts sum;
  sum.Add(counts);
  sum.Add(counts);
  EXPECT_EQ(DescribeCounts(sum), "2,408 VALID, 2 INVALID");
}

}  // namespace
}  // namespace chirograph::verdict_tally_test
