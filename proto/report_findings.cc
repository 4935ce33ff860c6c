// SPDX-License-Identifier: Apache-2.0
//
// The findings on a report's page.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "proto/finding.h"
#include "proto/finding_advice.h"
#include "proto/internal/report_sections.h"
#include "proto/readable_text.h"

namespace chirograph::internal {
namespace {

using Findings = std::vector<const v1::Finding*>;

// By code, the codes in the order in which they come first.
std::vector<Findings> ByCode(const std::vector<v1::Finding>& findings) {
  std::vector<Findings> groups;
  std::map<v1::FindingCode, std::size_t> places;
  for (const v1::Finding& finding : findings) {
    const auto [place, is_new] = places.emplace(finding.code(), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&finding);
  }
  return groups;
}

void WritePair(std::string_view name, std::string_view value, HtmlWriter& page) {
  if (value.empty()) return;
  page.Element("dt", name).Element("dd class=\"bytes\"", value);
}

void WriteFinding(const v1::Finding& finding, HtmlWriter& page) {
  page.Markup("<li>");
  page.Element("div class=\"where\"", finding.has_index() ? fmt::format("Entry #{}", finding.index())
                                                          : std::string("Of no single entry"));
  page.Markup("<dl class=\"pairs\">\n");
  WritePair("It is of", finding.subject(), page);
  WritePair("Expected", finding.expected(), page);
  WritePair("Found", finding.found(), page);
  page.Markup("</dl></li>\n");
}

// "the stored ..." as a sentence.
std::string Sentence(std::string_view text) {
  std::string sentence(text);
  if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') sentence[0] -= 'a' - 'A';
  return sentence + ".";
}

void WriteGroup(const Findings& findings, HtmlWriter& page) {
  const v1::FindingCode code = findings.front()->code();
  const FindingAdvice advice = AdviceOn(code);
  page.Markup("<section class=\"group\">").Element("h3", Sentence(FindingCodeText(code)));
  page.Markup("<p class=\"code\">").Element("code", FindingCodeName(code));
  page.Text(", " + Counted(findings.size(), "finding")).Markup("</p>\n");
  page.Markup("<dl class=\"pairs\">\n");
  page.Element("dt", "It may come from").Element("dd", advice.may_come_from);
  page.Element("dt", "What to do").Element("dd", advice.what_to_do);
  page.Markup("</dl>\n<ol class=\"found\">\n");
  const std::size_t shown = std::min(findings.size(), kMaxShownFindings);
  for (std::size_t i = 0; i < shown; ++i) WriteFinding(*findings[i], page);
  page.Markup("</ol>\n");
  if (shown < findings.size()) {
    page.Element(
        "p class=\"small soft\"",
        fmt::format("{} more of this code are left out here. The same report as JSON has them: --report "
                    "FILE.json.",
                    WithThousands(findings.size() - shown)));
  }
  page.Markup("</section>\n");
}

void WriteAll(const std::vector<v1::Finding>& findings, std::uint64_t count, HtmlWriter& page) {
  for (const Findings& group : ByCode(findings)) WriteGroup(group, page);
  if (count <= findings.size()) return;
  page.Element(
      "p", fmt::format("There are {} more, which were counted and not kept: a report keeps the first {}. The "
                       "check itself printed each; with --json, a line for each.",
                       WithThousands(count - findings.size()), WithThousands(findings.size())));
}

std::string_view NothingFound(const CheckReport& report) {
  if (report.alarm) return "The alarm above. What came before it has no finding besides.";
  return report.not_finished.empty() ? "Nothing wrong was found." : "Nothing wrong was found so far.";
}

}  // namespace

void WriteUncheckedReceipts(const CheckReport& report, HtmlWriter& page) {
  if (report.unchecked_receipt_count == 0) return;
  page.Element("h2", "Receipts that could not be checked");
  page.Element("p", "The log was not held to these. They may be damaged, of another log, or no receipts.");
  page.Markup("<ol class=\"found\">\n");
  const std::size_t shown = std::min(report.unchecked_receipts.size(), kMaxShownFindings);
  for (std::size_t i = 0; i < shown; ++i) {
    page.Markup("<li><dl class=\"pairs\">\n");
    WritePair("File", report.unchecked_receipts[i].file, page);
    WritePair("Problem", report.unchecked_receipts[i].problem, page);
    page.Markup("</dl></li>\n");
  }
  page.Markup("</ol>\n");
  if (shown < report.unchecked_receipt_count) {
    page.Element("p class=\"small soft\"",
                 fmt::format("{} more are left out here. The same report as JSON has them, up to {}.",
                             WithThousands(report.unchecked_receipt_count - shown),
                             WithThousands(kMaxReportFindings)));
  }
}

void WriteFindings(const CheckReport& report, HtmlWriter& page) {
  page.Element("h2", "What was found");
  if (report.finding_count == 0) {
    page.Element("p", NothingFound(report));
  } else {
    page.Element(
        "p", fmt::format("{}, each with what stands against it. An index is a position in the log, counted "
                         "from 0.",
                         Counted(report.finding_count, "finding")));
    WriteAll(report.findings, report.finding_count, page);
  }
  if (report.earlier_finding_count == 0) return;
  page.Element("h3",
               fmt::format("{} of earlier checks, which {}", Counted(report.earlier_finding_count, "finding"),
                           report.earlier_finding_count == 1 ? "stands" : "stand"));
  page.Element("p",
               "What they are of was not looked at again. A check from the beginning does that: --full.");
  WriteAll(report.earlier_findings, report.earlier_finding_count, page);
}

}  // namespace chirograph::internal
