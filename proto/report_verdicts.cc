// SPDX-License-Identifier: Apache-2.0
//
// The charts and tables of verdicts on a report's page.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "proto/internal/report_sections.h"
#include "proto/internal/stacked_chart.h"
#include "proto/readable_text.h"

namespace chirograph::internal {
namespace {

constexpr const char* kUnknown = "(not known: what ties the article to the log is missing)";

// A line a verdict.
std::string_view MeaningOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "a key of the publisher verified the signature";
    case Verdict::kUnsigned:
      return "there was no signature";
    case Verdict::kMalformed:
      return "the signature field could not be read";
    case Verdict::kUnknownKey:
      return "no key of that publisher was known";
    case Verdict::kKeyRevoked:
      return "signed with a key that had been revoked";
    case Verdict::kKeyOutOfPeriod:
      return "signed with a key outside its period";
    case Verdict::kInvalid:
      return "the signature did not verify";
  }
  return "";
}

struct Publisher {
  std::string name;
  CountsByMonth months;
  VerdictCounts counts;
};

// What the section shows, cut to its limits.
struct Shown {
  std::vector<absl::CivilMonth>
      months;                         // ascending; with those without articles, where they are not too many
  bool has_gaps = false;              // those are left out
  VerdictCounts earlier;              // articles in months before these
  std::vector<Publisher> publishers;  // the most articles first
  std::size_t other_publishers = 0;   // by name, that have no row
  VerdictCounts others;               // their articles, and of those that were not counted by name
  VerdictCounts unknown;              // articles of which nobody knows the publisher
};

std::vector<absl::CivilMonth> MonthsOf(const CountsByMonth& counts, bool* has_gaps) {
  std::vector<absl::CivilMonth> months;
  if (counts.empty()) return months;
  const absl::CivilMonth first = counts.begin()->first;
  const absl::CivilMonth last = counts.rbegin()->first;
  // One wrong time, of the year 9999 say, must not push all the others off the chart.
  *has_gaps = last - first >= static_cast<absl::civil_diff_t>(kMaxShownMonths);
  if (*has_gaps) {
    for (const auto& [month, of_month] : counts) months.push_back(month);
  } else {
    for (absl::CivilMonth month = first; month <= last; ++month) months.push_back(month);
  }
  if (months.size() > kMaxShownMonths) months.erase(months.begin(), months.end() - kMaxShownMonths);
  return months;
}

Shown ShownOf(const VerdictTally& tally) {
  Shown shown;
  const CountsByMonth by_month = tally.ByMonth();
  shown.months = MonthsOf(by_month, &shown.has_gaps);
  for (const auto& [month, counts] : by_month) {
    if (month < shown.months.front()) shown.earlier.Add(counts);
  }
  for (const auto& [name, months] : tally.publishers()) {
    shown.publishers.push_back({name.empty() ? "(names no publisher)" : name, months, SumOf(months)});
  }
  std::stable_sort(
      shown.publishers.begin(), shown.publishers.end(),
      [](const Publisher& a, const Publisher& b) { return a.counts.Total() > b.counts.Total(); });
  shown.others = SumOf(tally.other_publishers());
  shown.unknown = SumOf(tally.unknown_publishers());
  while (shown.publishers.size() > kMaxShownPublishers) {
    shown.others.Add(shown.publishers.back().counts);
    ++shown.other_publishers;
    shown.publishers.pop_back();
  }
  return shown;
}

std::string OthersLabel(const Shown& shown, const VerdictTally& tally) {
  if (tally.other_publishers().empty()) return Counted(shown.other_publishers, "other publisher");
  return fmt::format("{} other publishers, and all that came after the first {}",
                     WithThousands(shown.other_publishers), WithThousands(VerdictTally::kMaxPublishers));
}

std::string MonthName(absl::CivilMonth month) { return absl::FormatCivilTime(month); }

void WriteLegend(const VerdictCounts& counts, HtmlWriter& page) {
  page.Markup("<ul class=\"legend\">\n");
  for (const Verdict verdict : kAllVerdicts) {
    if (counts.Of(verdict) == 0) continue;
    page.Markup(
        fmt::format("<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"v{}\" width=\"1\" "
                    "height=\"1\"/></svg>",
                    static_cast<int>(verdict)));
    page.Text(fmt::format("{} {}", WithThousands(counts.Of(verdict)), VerdictName(verdict)));
    page.Element("span class=\"soft\"", MeaningOf(verdict)).Markup("</li>\n");
  }
  page.Markup("</ul>\n");
}

// Under columns: the names of some months, the first and the last among them.
void WriteAxis(const std::vector<absl::CivilMonth>& months, std::size_t labels, HtmlWriter& page) {
  page.Markup("<div class=\"axis\" aria-hidden=\"true\">");
  const std::size_t count = months.size();
  const std::size_t step = std::max<std::size_t>(1, (count - 1 + labels - 2) / (labels - 1));
  for (std::size_t i = 0; i < count; i += step) {
    // One in the middle must not run into the last.
    if (i != 0 && i + 1 < count && i + step > count - 1 && count - 1 - i < step) continue;
    const double left = 100 * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const std::string_view place = count == 1 ? "" : i == 0 ? "first" : i + 1 == count ? "last" : "";
    page.Markup(fmt::format("<span class=\"{}\" style=\"left:{:.1f}%\">", place,
                            place == "first"  ? 0
                            : place == "last" ? 100
                                              : left));
    page.Text(MonthName(months[i])).Markup("</span>");
  }
  if (count > 1 && (count - 1) % step != 0) {
    page.Markup("<span class=\"last\" style=\"left:100%\">").Text(MonthName(months.back())).Markup("</span>");
  }
  page.Markup("</div>\n");
}

void WriteColumns(const std::vector<absl::CivilMonth>& months, const CountsByMonth& counts,
                  std::string_view label, std::size_t labels, HtmlWriter& page) {
  std::vector<StackedBar> columns;
  std::uint64_t highest = 0;
  for (const absl::CivilMonth month : months) {
    const auto found = counts.find(month);
    columns.push_back({MonthName(month), found == counts.end() ? VerdictCounts() : found->second});
    highest = std::max(highest, columns.back().counts.Total());
  }
  // A few columns are not drawn wide.
  constexpr std::size_t kRemPerColumn = 5;
  page.Markup(fmt::format("<div style=\"max-width:{}rem\">", kRemPerColumn * columns.size() + kRemPerColumn));
  page.Element("div class=\"top\"", Counted(highest, "article"));
  page.Markup(StackedColumns(columns, label));
  WriteAxis(months, labels, page);
  page.Markup("</div>\n");
}

// A row of a table: what, how many, by verdict.
void WriteTableRow(std::string_view what, const VerdictCounts& counts, HtmlWriter& page) {
  page.Markup("<tr>").Element("th scope=\"row\"", what);
  page.Element("td class=\"number\"", WithThousands(counts.Total()));
  page.Element("td", DescribeCounts(counts)).Markup("</tr>\n");
}

void BeginTable(std::string_view caption, std::string_view what, HtmlWriter& page) {
  page.Markup("<table>").Element("caption", caption).Markup("<thead><tr>");
  page.Element("th scope=\"col\"", what).Element("th scope=\"col\" class=\"number\"", "Articles");
  page.Element("th scope=\"col\"", "By verdict").Markup("</tr></thead>\n<tbody>\n");
}

void EndTable(HtmlWriter& page) { page.Markup("</tbody></table>\n"); }

void WriteMonths(const VerdictTally& tally, const Shown& shown, HtmlWriter& page) {
  const CountsByMonth by_month = tally.ByMonth();
  page.Markup("<figure>").Element("figcaption", "All articles by month of archiving");
  WriteColumns(shown.months, by_month, "Articles by month and verdict; the table below has the figures", 6,
               page);
  page.Markup("</figure>\n");
  BeginTable("The same in figures", "Month", page);
  if (shown.earlier.Total() > 0) {
    WriteTableRow("before " + MonthName(shown.months.front()), shown.earlier, page);
  }
  for (const absl::CivilMonth month : shown.months) {
    const auto found = by_month.find(month);
    if (found != by_month.end()) WriteTableRow(MonthName(month), found->second, page);
  }
  if (tally.other_months().Total() > 0) WriteTableRow("in other months", tally.other_months(), page);
  EndTable(page);
  if (shown.has_gaps)
    page.Element("p class=\"small soft\"", "Months without articles are left out of the charts.");
}

void WriteRow(const std::string& name, const VerdictCounts& counts, std::uint64_t scale, HtmlWriter& page) {
  page.Markup("<div><div class=\"name\">").Element("span", name);
  page.Element("span", WithThousands(counts.Total())).Markup("</div>\n");
  page.Markup(StackedRow({name, counts}, scale)).Markup("</div>\n");
}

void WritePublishers(const VerdictTally& tally, const Shown& shown, HtmlWriter& page) {
  std::uint64_t scale = std::max(shown.others.Total(), shown.unknown.Total());
  for (const Publisher& publisher : shown.publishers) scale = std::max(scale, publisher.counts.Total());
  page.Markup("<figure>").Element("figcaption", "Articles by publisher").Markup("<div class=\"rows\">\n");
  for (const Publisher& publisher : shown.publishers) WriteRow(publisher.name, publisher.counts, scale, page);
  if (shown.others.Total() > 0) WriteRow(OthersLabel(shown, tally), shown.others, scale, page);
  if (shown.unknown.Total() > 0) WriteRow(kUnknown, shown.unknown, scale, page);
  page.Markup("</div></figure>\n");
  BeginTable("The same in figures", "Publisher", page);
  for (const Publisher& publisher : shown.publishers) WriteTableRow(publisher.name, publisher.counts, page);
  if (shown.others.Total() > 0) WriteTableRow(OthersLabel(shown, tally), shown.others, page);
  if (shown.unknown.Total() > 0) WriteTableRow(kUnknown, shown.unknown, page);
  EndTable(page);

  const std::size_t panels = std::min(shown.publishers.size(), kMaxPublisherPanels);
  page.Element("h3", panels < shown.publishers.size()
                         ? fmt::format("The {} publishers with the most articles, by month", panels)
                         : std::string("Each publisher by month"));
  page.Element("p class=\"small soft\"", "Each chart has a scale of its own: the number at its top.");
  page.Markup("<div class=\"panels\">\n");
  for (std::size_t i = 0; i < panels; ++i) {
    const Publisher& publisher = shown.publishers[i];
    page.Markup("<figure>").Element("figcaption", publisher.name);
    WriteColumns(shown.months, publisher.months, publisher.name + ": articles by month and verdict", 3, page);
    page.Markup("</figure>\n");
  }
  page.Markup("</div>\n");
}

}  // namespace

void WriteVerdicts(const CheckReport& report, HtmlWriter& page) {
  const VerdictTally& tally = report.at_ingest;
  page.Element("h2", "Verdicts by month and publisher");
  VerdictCounts all = SumOf(tally.ByMonth());
  if (all.Total() == 0) {
    page.Element("p", "No article was among the entries that were checked.");
    return;
  }
  all.Add(tally.other_months());
  page.Element(
      "p",
      "What the operator recorded of each article's signature when it was archived; by month in UTC, "
      "by the operator's clock.");
  if (report.first_index > 0) {
    page.Element("p", fmt::format("Only articles from entry #{} on are counted: what this run looked at.",
                                  report.first_index));
  }
  WriteLegend(all, page);
  const Shown shown = ShownOf(tally);
  WriteMonths(tally, shown, page);
  if (shown.publishers.empty()) {
    page.Element("p",
                 "By publisher there is nothing to show: the log's entries name none, and the articles were "
                 "not looked at.");
    return;
  }
  WritePublishers(tally, shown, page);
}

}  // namespace chirograph::internal
