// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/internal/report_sections.h"
#include "tests/proto/report_fixture.h"

namespace chirograph::internal::report_findings_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string Written(const CheckReport& report) {
  HtmlWriter page;
  WriteFindings(report, page);
  return page.Take();
}

TEST(ReportFindingsTest, NothingIsSaidToBeNothing) {
  CheckReport report = MakeReport();
  EXPECT_THAT(Written(report), HasSubstr("<p>Nothing wrong was found.</p>"));
  report.not_finished = "stopped";
  EXPECT_THAT(Written(report), HasSubstr("<p>Nothing wrong was found so far.</p>"));
  report.alarm.emplace();
  EXPECT_THAT(Written(report), AllOf(HasSubstr("<p>The alarm above."), Not(HasSubstr("Nothing wrong"))));
}

TEST(ReportFindingsTest, EachHasItsEvidenceAndWhatToDo) {
  CheckReport report = MakeReport();
  AddFinding(ContentMismatch(41), report);
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("<code>CONTENT_MISMATCH</code>, 1 finding</p>"));
  EXPECT_THAT(html, HasSubstr("<h3>The stored article is not the one that was archived.</h3>"));
  EXPECT_THAT(html, HasSubstr(">It may come from</dt>\n<dd>A damaged disk, or an article that was changed"));
  EXPECT_THAT(html, HasSubstr(">What to do</dt>\n<dd>Ask the operator for the bytes from a backup"));
  EXPECT_THAT(html, HasSubstr(">Entry #41</div>"));
  EXPECT_THAT(html, HasSubstr("<dt>Expected</dt>\n<dd class=\"bytes\">sha256:4555</dd>"));
  EXPECT_THAT(html, HasSubstr("<dt>Found</dt>\n<dd class=\"bytes\">sha256:ae3f</dd>"));
  EXPECT_THAT(html, Not(HasSubstr("It is of")));
  EXPECT_THAT(html, Not(HasSubstr("of earlier checks")));
}

TEST(ReportFindingsTest, WhatStrangersWroteIsEscaped) {
  const std::string html = Written(MakeFullReport());
  EXPECT_THAT(html, HasSubstr("/home/&lt;b&gt;eve&lt;/b&gt;/\\x1b[2J.tlog-proof"));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
}

TEST(ReportFindingsTest, ThoseOfOneCodeStandTogether) {
  CheckReport report = MakeReport();
  AddFinding(ContentMismatch(1), report);
  v1::Finding other;
  other.set_code(v1::FINDING_CODE_TILE_MISMATCH);
  AddFinding(other, report);
  AddFinding(ContentMismatch(3), report);
  const std::string html = Written(report);
  EXPECT_EQ(CountOf("<section", html), 2U);
  EXPECT_THAT(html, HasSubstr("</code>, 2 findings</p>"));
  EXPECT_LT(html.find("Entry #3<"), html.find("TILE_MISMATCH"));
  EXPECT_THAT(html, HasSubstr("Of no single entry"));
}

TEST(ReportFindingsTest, TheNumberThatIsShownIsBoundedAndTheRestCounted) {
  CheckReport report = MakeReport();
  const std::size_t all = kMaxReportFindings + 7;
  for (std::size_t i = 0; i < all; ++i) AddFinding(ContentMismatch(i), report);
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("<p>10,007 findings, each"));
  EXPECT_EQ(CountOf("class=\"where\"", html), kMaxShownFindings);
  EXPECT_THAT(html, HasSubstr("9,950 more of this code are left out here."));
  EXPECT_THAT(html, HasSubstr("There are 7 more, which were counted and not kept"));
}

TEST(ReportFindingsTest, EarlierOnesStandApart) {
  CheckReport report = MakeReport();
  AddEarlierFinding(ContentMismatch(7), report);
  report.earlier_finding_count = 3;
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("<p>Nothing wrong was found.</p>"));
  EXPECT_THAT(html, HasSubstr("<h3>3 findings of earlier checks, which stand</h3>"));
  EXPECT_THAT(html, HasSubstr(">Entry #7</div>"));
  EXPECT_THAT(html, HasSubstr("There are 2 more"));
}

}  // namespace
}  // namespace chirograph::internal::report_findings_test
