// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/internal/report_sections.h"
#include "tests/proto/report_fixture.h"

namespace chirograph::internal::report_verdicts_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Written(const CheckReport& report) {
  HtmlWriter page;
  WriteVerdicts(report, page);
  return page.Take();
}

CheckReport WithoutArticles() {
  CheckReport report = MakeReport();
  report.at_ingest = {};
  return report;
}

TEST(ReportVerdictsTest, ChartsHaveTheirFiguresInTables) {
  const std::string html = Written(MakeReport());
  EXPECT_THAT(html,
              HasSubstr("20 VALID<span class=\"soft\">a key of the publisher verified the signature</span>"));
  EXPECT_THAT(html, Not(HasSubstr("KEY_REVOKED")));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">2026-11</th>\n<td class=\"number\">16</td>\n"
                              "<td>6 VALID, 10 UNSIGNED</td>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">news.example</th>\n<td class=\"number\">20</td>\n"
                              "<td>20 VALID</td>"));
  // All, and each of the two publishers.
  EXPECT_EQ(CountOf("<svg class=\"columns\"", html), 3U);
  EXPECT_EQ(CountOf("<svg class=\"row\"", html), 2U);
  // The one with the most articles first.
  EXPECT_LT(html.find("news.example"), html.find("blog.example"));
  EXPECT_THAT(html, Not(HasSubstr("Only articles from entry")));
}

TEST(ReportVerdictsTest, WithoutArticlesThereIsNoChart) {
  const std::string html = Written(WithoutArticles());
  EXPECT_THAT(html, HasSubstr("No article was among the entries"));
  EXPECT_THAT(html, Not(HasSubstr("<svg")));
}

TEST(ReportVerdictsTest, ArticlesThatWereNotLookedAtHaveNoPublisher) {
  CheckReport report = WithoutArticles();
  report.at_ingest.Add(std::nullopt, InMonth(2026, 11), Verdict::kValid);
  const std::string html = Written(report);
  EXPECT_EQ(CountOf("<svg class=\"columns\"", html), 1U);
  EXPECT_THAT(html, HasSubstr("By publisher there is nothing to show"));
}

TEST(ReportVerdictsTest, ThoseOfNobodyKnowsWhomHaveARow) {
  CheckReport report = MakeReport();
  report.at_ingest.Add(std::nullopt, InMonth(2026, 11), Verdict::kValid);
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("(not known: what ties the article to the log is missing)</th>\n"
                              "<td class=\"number\">1</td>"));
  EXPECT_EQ(CountOf("<svg class=\"row\"", html), 3U);
}

TEST(ReportVerdictsTest, AnIncrementalOneSaysWhatItCounts) {
  CheckReport report = MakeReport();
  report.first_index = 1000;
  EXPECT_THAT(Written(report), HasSubstr("Only articles from entry #1000 on are counted"));
}

TEST(ReportVerdictsTest, ManyPublishersAreCutAndCounted) {
  CheckReport report = WithoutArticles();
  for (int i = 0; i < 40; ++i) {
    for (int n = 0; n <= i; ++n)
      report.at_ingest.Add(fmt::format("p{}.example", i), InMonth(2026, 11), Verdict::kValid);
  }
  std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">p39.example</th>\n<td class=\"number\">40</td>"));
  EXPECT_THAT(html, Not(HasSubstr("p24.example")));
  // 1 + 2 + ... + 25.
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">25 other publishers</th>\n<td class=\"number\">325</td>"));
  EXPECT_EQ(CountOf("<svg class=\"row\"", html), kMaxShownPublishers + 1);
  EXPECT_EQ(CountOf("<svg class=\"columns\"", html), kMaxPublisherPanels + 1);
  EXPECT_THAT(html, HasSubstr("The 6 publishers with the most articles, by month"));
  for (std::size_t i = 0; i < VerdictTally::kMaxPublishers; ++i) {
    report.at_ingest.Add(fmt::format("q{}.example", i), InMonth(2026, 11), Verdict::kValid);
  }
  html = Written(report);
  EXPECT_THAT(html, HasSubstr("1,985 other publishers, and all that came after the first 2,000"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">2,325</td>"));
}

TEST(ReportVerdictsTest, MonthsWithoutArticlesAreGaps) {
  CheckReport report = WithoutArticles();
  report.at_ingest.Add("a", InMonth(2026, 1), Verdict::kValid);
  report.at_ingest.Add("a", InMonth(2026, 12), Verdict::kValid);
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("viewBox=\"0 0 120 100\""));
  EXPECT_EQ(CountOf("<th scope=\"row\">2026-", html), 2U);
  EXPECT_THAT(html, Not(HasSubstr("left out")));
}

TEST(ReportVerdictsTest, ManyMonthsAreCutAndCounted) {
  CheckReport report = WithoutArticles();
  const int months = static_cast<int>(VerdictTally::kMaxMonths);
  for (int i = 0; i < months + 3; ++i) {
    report.at_ingest.Add("a", InMonth(2000 + i / 12, 1 + i % 12), Verdict::kValid);
  }
  const std::string html = Written(report);
  // 240 are counted, of which the last 60 are shown: 2015 to 2019.
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">before 2015-01</th>\n<td class=\"number\">180</td>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">in other months</th>\n<td class=\"number\">3</td>"));
  EXPECT_EQ(CountOf("<th scope=\"row\">20", html), kMaxShownMonths);
  EXPECT_THAT(html, HasSubstr("viewBox=\"0 0 600 100\""));
}

TEST(ReportVerdictsTest, OneWrongTimeDoesNotPushTheOthersOff) {
  CheckReport report = WithoutArticles();
  report.at_ingest.Add("a", InMonth(2026, 11), Verdict::kValid);
  report.at_ingest.Add("a", InMonth(9999, 12), Verdict::kValid);
  const std::string html = Written(report);
  EXPECT_THAT(html, HasSubstr("viewBox=\"0 0 20 100\""));
  EXPECT_THAT(html, HasSubstr("Months without articles are left out of the charts."));
}

TEST(ReportVerdictsTest, NamesOfPublishersAreEscaped) {
  CheckReport report = WithoutArticles();
  report.at_ingest.Add("<script>alert(1)</script>", InMonth(2026, 11), Verdict::kValid);
  report.at_ingest.Add("", InMonth(2026, 11), Verdict::kUnsigned);
  const std::string html = Written(report);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(html, HasSubstr("(names no publisher)"));
}

}  // namespace
}  // namespace chirograph::internal::report_verdicts_test
