// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_html.h"

#include <fmt/format.h>

#include <string_view>

#include "crypto/sha256.h"
#include "proto/check_report_text.h"
#include "proto/internal/html_writer.h"
#include "proto/internal/report_sections.h"
#include "proto/internal/report_style.h"
#include "proto/readable_text.h"

namespace chirograph {
namespace {

using internal::HtmlWriter;

// The policy keeps a browser from loading or running anything, whatever the page says.
constexpr std::string_view kHead =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n";

std::string_view ClassOf(CheckResult result) {
  switch (result) {
    case CheckResult::kNothingWrong:
      return "good";
    case CheckResult::kNotFinished:
      return "doubt";
    case CheckResult::kFindings:
    case CheckResult::kAlarm:
      break;
  }
  return "bad";
}

void WriteHead(const CheckReport& report, HtmlWriter& page) {
  page.Markup(kHead);
  page.Element("title", fmt::format("{}: {} - {}", report.origin, HeadlineOf(report), TitleOf(report)));
  page.Markup("<style>")
      .Markup(internal::kReportStyle)
      .Markup("</style>\n</head>\n<body>\n<main>\n<header>\n");
  page.Element("p class=\"kicker\"", fmt::format("{} \u00b7 {} \u00b7 {}", TitleOf(report), report.origin,
                                                 TimeForPeople(report.ended)));
  page.Markup(fmt::format("<div class=\"verdict {}\">\n", ClassOf(ResultOf(report))));
  page.Element("h1", HeadlineOf(report)).Element("p class=\"lead\"", SummaryOf(report));
  page.Markup("</div>\n</header>\n");
}

void WriteNote(std::string_view title, std::string_view note, HtmlWriter& page) {
  if (note.empty()) return;
  page.Element("h3", title).Markup("<pre>").Lines(note).Markup("</pre>\n");
}

void WriteAlarm(const CheckAlarm& alarm, HtmlWriter& page) {
  page.Element("h2", "The alarm").Element("p", alarm.message);
  page.Markup("<pre>").Lines(alarm.what_it_proves).Markup("</pre>\n");
  if (alarm.evidence_dir.empty()) {
    page.Element("p",
                 "The evidence could not be written to disk: the two notes below are all there is of it.");
  } else {
    page.Markup("<p>The evidence is in the folder ").Element("code", alarm.evidence_dir);
    page.Markup(
        " of the machine that checked. Keep it, and show it to the archive's operator and to others who use "
        "this log.</p>\n");
  }
  WriteNote("The checkpoint that was trusted", alarm.trusted_note, page);
  WriteNote("The checkpoint that came", alarm.received_note, page);
}

void WritePair(std::string_view name, std::string_view value, bool is_bytes, HtmlWriter& page) {
  if (value.empty()) return;
  page.Element("dt", name).Element(is_bytes ? "dd class=\"bytes\"" : "dd", value);
}

std::string CheckedBy(const CheckReport& report) {
  const std::string_view who = report.kind == CheckKind::kAudit
                                   ? "somebody who believes nothing that the archive says, on his own machine"
                                   : "the operator, of his own archive: a self-check";
  return fmt::format("{}, with {}", who, report.software);
}

void WriteChecked(const CheckReport& report, HtmlWriter& page) {
  page.Element("h2", "What was checked, and by whom");
  page.Markup("<dl class=\"pairs\">\n");
  WritePair("Checked by", CheckedBy(report), false, page);
  WritePair("When",
            fmt::format("{} to {}, by the clock of that machine", TimeForPeople(report.started),
                        TimeForPeople(report.ended)),
            false, page);
  WritePair("Archive", report.archive, true, page);
  WritePair("Log", report.origin, true, page);
  WritePair("Log's key", report.verifier_key, true, page);
  if (!report.checkpoint_note.empty()) {
    WritePair("Tree size", WithThousands(report.checkpoint.tree_size), false, page);
    WritePair("Root hash", ToHex(report.checkpoint.root_hash), true, page);
  }
  page.Markup("</dl>\n<dl class=\"facts\">\n");
  for (const CheckFact& fact : FactsOf(report)) {
    page.Markup("<div>").Element("dt", fact.what).Element("dd", fact.fact).Element("dd", fact.by_whom);
    page.Markup("</div>\n");
  }
  page.Markup("</dl>\n").Element("h3", "Whose word it is that a key is the publisher's");
  page.Element("p", WhoseKeys(report));
  WriteNote("The checkpoint, as the log signed it", report.checkpoint_note, page);
}

void WriteNotClaimed(const CheckReport& report, HtmlWriter& page) {
  page.Element("h2", "What this does not show").Markup("<ul>\n");
  for (const std::string& claim : NotClaimed(report)) {
    const std::size_t end = claim.find('.') + 1;  // of what it is about
    page.Markup("<li>").Element("strong", claim.substr(0, end)).Text(claim.substr(end)).Markup("</li>\n");
  }
  page.Markup("</ul>\n");
}

void WriteSteps(const CheckReport& report, HtmlWriter& page) {
  page.Element("h2", "How to check it by hand");
  page.Element("p",
               "Take the log's key from where the operator publishes it, not from this page, and compare.");
  page.Markup("<ol>\n");
  for (const CheckStep& step : StepsOf(report)) {
    page.Markup("<li>").Element("p", step.what).Markup("<pre>").Lines(step.commands).Markup("</pre></li>\n");
  }
  page.Markup("</ol>\n");
  page.Markup(
      "<p>Other people's tools can check the log without Chirograph: its checkpoints, tiles and proofs are "
      "those of "
      "the C2SP specifications <a href=\"https://c2sp.org/signed-note\">signed-note</a>, <a "
      "href=\"https://c2sp.org/tlog-checkpoint\">tlog-checkpoint</a>, <a "
      "href=\"https://c2sp.org/tlog-tiles\">tlog-tiles</a> and <a "
      "href=\"https://c2sp.org/tlog-proof\">tlog-proof</a>, over the Merkle tree of RFC 6962 with "
      "SHA-256.</p>\n");
}

}  // namespace

std::string CheckReportHtml(const CheckReport& report) {
  HtmlWriter page;
  WriteHead(report, page);
  if (report.alarm) WriteAlarm(*report.alarm, page);
  // Who has to read of findings must not have to look for them.
  const bool has_findings = report.finding_count + report.earlier_finding_count > 0;
  if (has_findings) internal::WriteFindings(report, page);
  internal::WriteUncheckedReceipts(report, page);
  WriteChecked(report, page);
  if (!has_findings) internal::WriteFindings(report, page);
  WriteNotClaimed(report, page);
  internal::WriteVerdicts(report, page);
  WriteSteps(report, page);
  page.Markup("<footer>")
      .Text(fmt::format("Written by {} at {}. This page loads nothing and runs nothing; save it, "
                        "print it, pass it on.",
                        report.software, TimeForPeople(report.ended)));
  page.Markup("</footer>\n</main>\n</body>\n</html>\n");
  return page.Take();
}

}  // namespace chirograph
