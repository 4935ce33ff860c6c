// SPDX-License-Identifier: Apache-2.0
//
// Charts of verdicts, as SVG to stand in a page. They have no text but for screen readers and tooltips: they
// are stretched to whatever room there is. Colours are the page's, by class: v1 to v7, the verdicts' numbers.
#ifndef CHIROGRAPH_PROTO_INTERNAL_STACKED_CHART_H_
#define CHIROGRAPH_PROTO_INTERNAL_STACKED_CHART_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/verdict_tally.h"

namespace chirograph::internal {

struct StackedBar {
  std::string label;  // anybody's: it is escaped
  VerdictCounts counts;
};

// Columns beside each other, the highest as high as the chart. `label` says what is shown. There must be one.
// What is not zero is drawn high enough to be seen.
std::string StackedColumns(const std::vector<StackedBar>& columns, std::string_view label);

// One bar from left to right, of which `scale` articles would fill the width; `scale` is at least the bar's
// total, and not 0.
std::string StackedRow(const StackedBar& bar, std::uint64_t scale);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_STACKED_CHART_H_
