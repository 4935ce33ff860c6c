// SPDX-License-Identifier: Apache-2.0
//
// What the page says and does not do. How it looks, tests/pages/ sees in a browser.
#include "proto/check_report_html.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/proto/report_fixture.h"

namespace chirograph::check_report_html_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CheckReportHtmlTest, SaysWhatWasCheckedAndWhatIsNotClaimed) {
  const CheckReport report = MakeReport();
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, testing::StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(html, HasSubstr("<h1>Nothing wrong was found</h1>"));
  EXPECT_THAT(html, HasSubstr("<div class=\"verdict good\">"));
  EXPECT_THAT(html, HasSubstr("on his own machine, with chirograph 0.1.0"));
  EXPECT_THAT(html, HasSubstr(report.verifier_key));
  EXPECT_THAT(html, HasSubstr("<pre>" + report.checkpoint_note + "</pre>"));
  EXPECT_THAT(html, HasSubstr("<strong>Truth.</strong> A genuine signature"));
  EXPECT_THAT(html, HasSubstr("chirograph audit --full --server 127.0.0.1:7443\n"));
  EXPECT_THAT(html, HasSubstr("openssl pkeyutl -verify"));
  EXPECT_THAT(html, HasSubstr("https://c2sp.org/tlog-checkpoint"));
  EXPECT_THAT(html, Not(HasSubstr("The alarm")));
  EXPECT_LT(html.find("What was checked"), html.find("What was found"));
}

TEST(CheckReportHtmlTest, FindingsComeFirst) {
  CheckReport report = MakeReport();
  AddFinding(ContentMismatch(41), report);
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("<h1>1 finding</h1>"));
  EXPECT_THAT(html, HasSubstr("<div class=\"verdict bad\">"));
  EXPECT_LT(html.find("What was found"), html.find("What was checked"));
}

TEST(CheckReportHtmlTest, NamesReceiptsThatCouldNotBeChecked) {
  CheckReport report = MakeReport();
  EXPECT_THAT(CheckReportHtml(report), Not(HasSubstr("could not be checked")));
  for (int i = 0; i < 60; ++i) AddUncheckedReceipt(fmt::format("<{}>.tlog-proof", i), "is none", report);
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("Receipts that could not be checked"));
  EXPECT_THAT(html, HasSubstr("&lt;49&gt;.tlog-proof"));
  EXPECT_THAT(html, Not(HasSubstr("&lt;50&gt;.tlog-proof")));
  EXPECT_THAT(html, HasSubstr("10 more are left out here"));
}

TEST(CheckReportHtmlTest, OneThatIsNotFinishedIsInDoubt) {
  CheckReport report = MakeReport();
  report.not_finished = "the archive is away";
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("<h1>Not finished</h1>"));
  EXPECT_THAT(html, HasSubstr("<div class=\"verdict doubt\">"));
  EXPECT_THAT(html, HasSubstr("the archive is away"));
}

TEST(CheckReportHtmlTest, AnAlarmHasItsEvidence) {
  CheckReport report = MakeFullReport();
  std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("<h1>ALARM: the log contradicts what it signed before</h1>"));
  EXPECT_THAT(html, HasSubstr("two root hashes for tree size 1204"));
  EXPECT_THAT(html, HasSubstr("<code>/state/evidence/1</code>"));
  // Trusted, received, and what the log was held to.
  EXPECT_EQ(CountOf("<pre>" + report.checkpoint_note, html), 3U);
  report.alarm->evidence_dir.clear();
  report.checkpoint_note.clear();
  html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("could not be written to disk"));
  EXPECT_THAT(html, Not(HasSubstr("Root hash")));
}

TEST(CheckReportHtmlTest, TheOperatorsOwnIsHeadedSo) {
  CheckReport report = MakeReport();
  report.kind = CheckKind::kSelfCheck;
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, HasSubstr("Self-check by the operator"));
  EXPECT_THAT(html, HasSubstr("<strong>Independence.</strong>"));
  EXPECT_THAT(html, Not(HasSubstr("auditor")));
}

// Whatever strangers write, into every text that a report has of them.
TEST(CheckReportHtmlTest, NothingOfStrangersIsMarkup) {
  const std::string evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'\x1b[2J\xE2\x80\xAE\xFF";
  CheckReport report = MakeFullReport();
  report.archive = report.origin = report.verifier_key = report.checkpoint_note = report.not_finished = evil;
  report.alarm = CheckAlarm{evil, evil, evil, evil, evil};
  report.steps = {{evil, evil}};
  report.at_ingest.Add(evil, InMonth(2026, 11), Verdict::kValid);
  v1::Finding finding = ContentMismatch(1);
  finding.set_subject(evil);
  finding.set_expected(evil);
  finding.set_found(evil);
  AddFinding(finding, report);
  AddEarlierFinding(finding, report);
  const std::string html = CheckReportHtml(report);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("\"&gt;<")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(html, Not(HasSubstr("\xFF")));
  EXPECT_GT(CountOf("&lt;script&gt;", html), 15U);
}

TEST(CheckReportHtmlTest, LoadsAndRunsNothing) {
  const std::string html = CheckReportHtml(MakeFullReport());
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline';"));
  for (const char* loading :
       {"<script", "<link", "<img", "<iframe", "<object", "src=", "url(", "@import", "@font-face"}) {
    EXPECT_THAT(html, Not(HasSubstr(loading))) << loading;
  }
  EXPECT_FALSE(std::regex_search(html, std::regex(" on[a-z]+=")));
}

// Every element that is opened is closed, in order.
TEST(CheckReportHtmlTest, TagsAreInPairs) {
  const std::string html = CheckReportHtml(MakeFullReport());
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  for (std::sregex_iterator at(html.begin(), html.end(), tag), end; at != end; ++at) {
    const std::string name = (*at)[2];
    if (name == "meta" || (*at)[3].length() > 0) continue;
    if ((*at)[1].length() == 0) {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << at->str() << " at " << at->position();
    ASSERT_EQ(open.back(), name) << "at " << at->position();
    open.pop_back();
  }
  EXPECT_TRUE(open.empty()) << open.back();
}

TEST(CheckReportHtmlTest, IsOfBoundedSize) {
  CheckReport report = MakeReport();
  v1::Finding finding = ContentMismatch(1);
  finding.set_found(std::string(1'000'000, '<'));
  for (std::size_t i = 0; i < kMaxReportFindings + 1; ++i) AddFinding(finding, report);
  EXPECT_LT(CheckReportHtml(report).size(), 500'000U);
}

}  // namespace
}  // namespace chirograph::check_report_html_test
