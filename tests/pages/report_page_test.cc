// SPDX-License-Identifier: Apache-2.0
//
// A report's page as people see it: in Chromium, on a phone and on a desk. Skipped where there is no
// Chromium, but not in CI. With CHIROGRAPH_KEEP_PAGES=DIR the pages are left there, to be looked at.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "client/receipt_file.h"
#include "proto/check_report_html.h"
#include "proto/stored_format.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"
#include "tests/pages/browser.h"
#include "tests/proto/report_fixture.h"

namespace chirograph::report_page_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kPhone = 390;
constexpr int kDesk = 1280;

class ReportPageTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!FindBrowser().empty()) return;
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") {
      FAIL() << "Chromium is not installed, and in CI nothing may be skipped";
    }
    GTEST_SKIP() << "Chromium is not installed (Debian package chromium; ./run interop installs it)";
  }

  std::string Write(const std::string& name, std::string_view html) {
    WriteBytes(folder_ / name, html);
    return Keep(name);
  }
  // Leaves a copy where it is asked for.
  std::string Keep(const std::string& name) {
    if (const char* keep = std::getenv("CHIROGRAPH_KEEP_PAGES"); keep != nullptr) {
      std::filesystem::copy_file(folder_ / name, std::string(keep) + "/" + name,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    return folder_ / name;
  }

  // It is as wide as the window at most, everything in it is seen, it loads nothing; at each width, in light
  // and in dark.
  void ExpectReadable(const std::string& page, std::size_t charts, const std::vector<std::string>& texts) {
    for (const int width : {kPhone, kDesk}) {
      for (const ColorScheme scheme : {ColorScheme::kLight, ColorScheme::kDark}) {
        SCOPED_TRACE(
            fmt::format("{} at {} px, {}", page, width, scheme == ColorScheme::kDark ? "dark" : "light"));
        const LaidOutPage laid_out = LayOut(page, width, scheme);
        EXPECT_GT(laid_out.width, width - 20);
        EXPECT_LE(laid_out.width, width);
        EXPECT_LE(laid_out.content_width, laid_out.width);
        EXPECT_THAT(laid_out.overflowing, IsEmpty());
        EXPECT_THAT(laid_out.faint, IsEmpty());
        EXPECT_THAT(laid_out.empty_charts, IsEmpty());
        EXPECT_EQ(laid_out.charts, charts);
        EXPECT_THAT(laid_out.requests, IsEmpty());
        EXPECT_EQ(laid_out.language, "en");
        for (const std::string& text : texts) EXPECT_THAT(laid_out.text, HasSubstr(text));
      }
    }
  }

  const TemporaryFolder folder_;
};

// What is looked for below is found where it is wrong.
TEST_F(ReportPageTest, AWrongPageIsSeenToBe) {
  const std::string page =
      Write("wrong.html",
            "<!DOCTYPE html><html lang=\"de\"><meta name=\"viewport\" content=\"width=device-width\"><body>"
            "<p style=\"color:#bbb;background:#fff\">faint</p><pre>" +
                std::string(300, 'x') +
                "</pre><svg viewBox=\"0 0 1 1\" style=\"width:5em;height:0\"></svg>"
                "<img src=\"http://127.0.0.1:1/x.png\"></body></html>");
  const LaidOutPage laid_out = LayOut(page, kPhone);
  EXPECT_GT(laid_out.content_width, laid_out.width);
  EXPECT_THAT(laid_out.overflowing, Not(IsEmpty()));
  EXPECT_EQ(laid_out.faint.size(), 1U);
  EXPECT_EQ(laid_out.empty_charts.size(), 1U);
  EXPECT_EQ(laid_out.requests.size(), 1U);
  EXPECT_EQ(laid_out.language, "de");
}

TEST_F(ReportPageTest, WithAllThatThereMayBe) {
  CheckReport report = MakeFullReport();
  // Names as long as they can be, findings and months to the bounds.
  report.origin = std::string(300, 'o');
  report.archive = std::string(300, 'a') + ":7443";
  for (int i = 0; i < 40; ++i) {
    const std::string name = fmt::format("{}{}.example", std::string(i % 2 == 0 ? 240 : 5, 'p'), i);
    for (int n = 0; n < 300; ++n) {
      report.at_ingest.Add(name, InMonth(2021 + n / 60, 1 + n % 12), kAllVerdicts[n % 7]);
    }
  }
  v1::Finding finding = ContentMismatch(18'000'000'000'000'000'000U);
  finding.set_found(std::string(5000, 'f'));
  finding.set_expected("sha256:" + std::string(64, 'e'));
  for (int i = 0; i < 60; ++i) AddFinding(finding, report);
  ExpectReadable(Write("full.html", CheckReportHtml(report)), /*charts=*/7 + 1 + 17 + 6,
                 {"ALARM: the log contradicts", "Entry #18000000000000000000", "other publishers",
                  "What this does not show", "openssl pkeyutl", "<b>eve</b>"});
}

TEST_F(ReportPageTest, TheOperatorsOwn) {
  CheckReport report = MakeReport();
  report.kind = CheckKind::kSelfCheck;
  report.not_finished = "it was interrupted";
  ExpectReadable(Write("self-check.html", CheckReportHtml(report)), /*charts=*/2 + 1 + 2 + 2,
                 {"Self-check by the operator", "Not finished"});
}

// Of a real audit by the CLI, of some hundred articles whose server lies.
class AuditPageTest : public ReportPageTest {
 protected:
  static constexpr int kArticles = 420;

  // One publisher that signs, with some forgeries among his; one whose key nobody has; some that do not sign.
  TestLog MakeLog() {
    TestLog log;
    for (int i = 0; i < kArticles; ++i) {
      const std::string title = fmt::format("Article {}", i);
      if (i % 5 < 2) {
        log.AddDocument(MakeSignedDocument(title, news_), news_.MakeKeyring());
      } else if (i % 5 == 2) {
        log.AddDocument(MakeSignedDocument(title, other_), news_.MakeKeyring());
      } else if (i % 35 == 3) {
        log.AddDocument(MakeSignedDocument(title, TestPublisher("news.example")), news_.MakeKeyring());
      } else {
        log.AddDocument(MakeDocument(title, fmt::format("blog{}.example", i % 4)));
      }
    }
    return OverMonths(log);
  }
  // The same entries, but over 14 months up to November 2026.
  static TestLog OverMonths(const TestLog& log) {
    TestLog dated;
    for (std::uint64_t index = 0; index < log.tree_size(); ++index) {
      const int month = 9 + static_cast<int>(index * 14 / log.tree_size());
      const auto time = ToTimestamp(InMonth(2025 + month / 12, 1 + month % 12));
      v1::LogEntry entry = ParseLogEntry(log.entry(index).log_entry).value();
      if (entry.has_key_event()) {
        *entry.mutable_key_event()->mutable_event_time() = time;
      } else {
        *entry.mutable_article_record()->mutable_ingest_time() = time;
      }
      dated.AddEntry({SerializeLogEntry(entry).value(), log.entry(index).opening, log.entry(index).content});
    }
    return dated;
  }

  // The first article at `index` or behind it.
  static std::uint64_t ArticleFrom(const TestLog& log, std::uint64_t index) {
    while (log.entry(index).content.empty()) ++index;
    return index;
  }

  const TestPublisher news_{"news.example"};
  const TestPublisher other_{"gazette.example"};
};

TEST_F(AuditPageTest, SaysWhatWasFound) {
  const TestLog log = MakeLog();
  TestServer server(log, TestServerOptions{news_.MakeKeyring(), "", ""});
  Lies lies;
  lies.entries = [without = ArticleFrom(log, 77), another = ArticleFrom(log, 300)](
                     int, v1::StreamEntriesResponse& message) {
    for (int i = 0; i < message.entries_size(); ++i) {
      v1::StoredEntry& entry = *message.mutable_entries(i);
      const std::uint64_t index = message.first_index() + static_cast<std::uint64_t>(i);
      if (index % 100 == 41 && entry.has_content()) entry.set_content(FlipBit(entry.content(), 5));
      if (index == without) entry.clear_opening();
      if (index == another) entry.set_log_entry(FlipBit(entry.log_entry(), 10));  // of the opening's digest
    }
  };
  server.Tell(lies);
  const Ran run = RunCli({"audit", "--report", folder_ / "audit.html", "--report", folder_ / "audit.json",
                          "--server", server.address(), "--state-dir", folder_ / "state", "--log-key",
                          server.log().verifier().vkey()});
  EXPECT_EQ(run.code, ExitCode::kNo) << run.err;
  const nlohmann::json json = nlohmann::json::parse(ReadBytes(folder_ / "audit.json"));
  EXPECT_EQ(json["found"]["count"], 7);
  EXPECT_EQ(json["atIngest"]["byPublisher"].size(), 6U);
  EXPECT_EQ(json["atIngest"]["unknownPublishers"]["articles"], 2);
  // Verdicts in the legend; months of all; publishers, with who is not known; months of each.
  ExpectReadable(
      Keep("audit.html"), /*charts=*/4 + 1 + 7 + 6,
      {"7 findings", "CONTENT_MISMATCH", "Entry #41", "OPENING_MISSING", "OPENING_MISMATCH", "ENTRY_MISMATCH",
       "news.example", "2025-10", "2026-11", server.log().verifier().vkey(), "What this does not show"});
}

}  // namespace
}  // namespace chirograph::report_page_test
