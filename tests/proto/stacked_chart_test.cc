// SPDX-License-Identifier: Apache-2.0
#include "proto/internal/stacked_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/report_fixture.h"

namespace chirograph::internal::stacked_chart_test {
namespace {

using testing::HasSubstr;
using testing::Not;

VerdictCounts Counts(std::uint64_t valid, std::uint64_t invalid) {
  VerdictCounts counts;
  counts.Add(Verdict::kValid, valid);
  counts.Add(Verdict::kInvalid, invalid);
  return counts;
}

TEST(StackedChartTest, ColumnsStandOnTheGroundUpToTheHighest) {
  const std::string svg = StackedColumns({{"2026-10", Counts(30, 10)}, {"2026-11", Counts(20, 0)}}, "months");
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 20 100\""));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"months\""));
  EXPECT_THAT(svg, HasSubstr("<title>2026-10: 30 VALID, 10 INVALID</title>"
                             "<rect class=\"v1\" x=\"1.0\" y=\"25.00\" width=\"8\" height=\"75.00\"/>"
                             "<rect class=\"v7\" x=\"1.0\" y=\"0.00\" width=\"8\" height=\"25.00\"/>"));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"v1\" x=\"11.0\" y=\"50.00\" width=\"8\" height=\"50.00\"/>"));
}

TEST(StackedChartTest, WhatIsFewIsSeenAndNothingLeavesTheChart) {
  const std::string svg = StackedColumns({{"m", Counts(100'000, 1)}}, "months");
  EXPECT_THAT(svg, HasSubstr("<rect class=\"v7\" x=\"1.0\" y=\"0.00\" width=\"8\" height=\"1.50\"/>"));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"v1\" x=\"1.0\" y=\"1.50\" width=\"8\" height=\"98.50\"/>"));
}

TEST(StackedChartTest, AnEmptyMonthIsAGap) {
  const std::string svg = StackedColumns({{"2026-10", {}}, {"2026-11", Counts(1, 0)}}, "months");
  EXPECT_EQ(CountOf("<rect", svg), 1U);
  EXPECT_THAT(svg, Not(HasSubstr("2026-10")));
}

TEST(StackedChartTest, ARowIsAPartOfTheLongest) {
  const std::string svg = StackedRow({"a.example", Counts(15, 5)}, 40);
  EXPECT_THAT(svg, HasSubstr("x=\"0.00\" y=\"0\" width=\"37.50\""));
  EXPECT_THAT(svg, HasSubstr("x=\"37.50\" y=\"0\" width=\"12.50\""));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"a.example: 15 VALID, 5 INVALID\""));
}

TEST(StackedChartTest, LabelsAreEscaped) {
  EXPECT_THAT(StackedRow({"\"><script>", Counts(1, 0)}, 1), Not(HasSubstr("<script")));
  EXPECT_THAT(StackedColumns({{"</title><script>", Counts(1, 0)}}, "\"><script>"), Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace chirograph::internal::stacked_chart_test
