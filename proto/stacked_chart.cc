// SPDX-License-Identifier: Apache-2.0
#include "proto/internal/stacked_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "proto/internal/html_writer.h"

namespace chirograph::internal {
namespace {

constexpr double kFull = 100;         // height of columns, length of a row
constexpr double kLeastHeight = 1.5;  // of what is not zero
constexpr double kLeastWidth = 0.5;
constexpr double kPitch = 10;  // from column to column
constexpr double kColumn = 8;  // width of one

using Lengths = std::array<double, kAllVerdicts.size()>;

// How long each verdict's part is, in the order of kAllVerdicts.
Lengths LengthsOf(const VerdictCounts& counts, std::uint64_t scale, double least) {
  Lengths lengths = {};
  for (std::size_t i = 0; i < kAllVerdicts.size(); ++i) {
    const std::uint64_t count = counts.Of(kAllVerdicts[i]);
    if (count == 0) continue;
    lengths[i] = std::max(least, kFull * static_cast<double>(count) / static_cast<double>(scale));
  }
  // What the small ones were given the largest gives back.
  const double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
  if (sum > kFull) *std::max_element(lengths.begin(), lengths.end()) -= sum - kFull;
  return lengths;
}

}  // namespace

std::string StackedColumns(const std::vector<StackedBar>& columns, std::string_view label) {
  std::uint64_t scale = 1;
  for (const StackedBar& column : columns) scale = std::max(scale, column.counts.Total());
  std::string svg = fmt::format(
      "<svg class=\"columns\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\" "
      "preserveAspectRatio=\"none\">",
      EscapeForHtml(label), kPitch * static_cast<double>(columns.size()), kFull);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const StackedBar& column = columns[i];
    if (column.counts.Total() == 0) continue;
    svg +=
        fmt::format("<g><title>{}: {}</title>", EscapeForHtml(column.label), DescribeCounts(column.counts));
    const Lengths lengths = LengthsOf(column.counts, scale, kLeastHeight);
    double top = kFull;
    for (std::size_t part = 0; part < lengths.size(); ++part) {
      if (lengths[part] == 0) continue;
      top -= lengths[part];
      svg += fmt::format("<rect class=\"v{}\" x=\"{:.1f}\" y=\"{:.2f}\" width=\"{:.0f}\" height=\"{:.2f}\"/>",
                         part + 1, kPitch * static_cast<double>(i) + (kPitch - kColumn) / 2, top, kColumn,
                         lengths[part]);
    }
    svg += "</g>";
  }
  return svg + "</svg>\n";
}

std::string StackedRow(const StackedBar& bar, std::uint64_t scale) {
  const std::string text = fmt::format("{}: {}", bar.label, DescribeCounts(bar.counts));
  std::string svg = fmt::format(
      "<svg class=\"row\" role=\"img\" aria-label=\"{0}\" viewBox=\"0 0 {1:.0f} 10\" "
      "preserveAspectRatio=\"none\"><title>{0}</title>",
      EscapeForHtml(text), kFull);
  const Lengths lengths = LengthsOf(bar.counts, scale, kLeastWidth);
  double left = 0;
  for (std::size_t part = 0; part < lengths.size(); ++part) {
    if (lengths[part] == 0) continue;
    svg += fmt::format("<rect class=\"v{}\" x=\"{:.2f}\" y=\"0\" width=\"{:.2f}\" height=\"10\"/>", part + 1,
                       left, lengths[part]);
    left += lengths[part];
  }
  return svg + "</svg>\n";
}

}  // namespace chirograph::internal
