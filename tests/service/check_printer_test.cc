// SPDX-License-Identifier: Apache-2.0
#include "service/check_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "nlohmann/json.hpp"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "service/archive_check.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::check_printer_test {
namespace {

using nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::CheckArchiveResponse MakeMessage() {
  v1::CheckArchiveResponse message;
  *message.add_findings() = MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 41, "a", "b\x1b[2J");
  v1::CheckedArticle& article = *message.add_articles();
  article.set_index(41);
  article.set_verdict_at_ingest(v1::VERDICT_VALID);
  article.set_reason_at_ingest(v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  article.set_verdict_now(v1::VERDICT_KEY_REVOKED);
  article.set_reason_now(v1::VERDICT_REASON_REVOKED);
  article.set_standing(v1::ARTICLE_STANDING_KEY_REVOKED_SINCE);
  article.set_signature(v1::SIGNATURE_CHECK_VERIFIED);
  article.set_publisher_domain("news.example");
  article.set_finding_count(1);
  *article.mutable_ingest_time() = ToTimestamp(absl::FromUnixMillis(1795420875250));
  v1::CheckProgress& progress = *message.mutable_progress();
  progress.set_stage(v1::CHECK_STAGE_ENTRIES);
  progress.set_next_index(500);
  progress.set_end_index(1000);
  progress.set_articles(500);
  return message;
}

TEST(CheckPrinterTest, PrintsForAPerson) {
  CheckPrinter printer({.began = kTestNow});
  const CheckOutput output = printer.Print(MakeMessage(), kTestNow + absl::Seconds(2));
  EXPECT_EQ(output.out,
            "FINDING #41 CONTENT_MISMATCH: the stored article is not the one that was archived "
            "(expected a, found b\\x1b[2J)\n");
  EXPECT_EQ(output.err, "checked up to entry 500 of 1000, 250 articles a second\n");
}

TEST(CheckPrinterTest, PrintsEachArticleWhereThatIsAskedFor) {
  CheckPrinter printer({.articles = true, .began = kTestNow});
  EXPECT_THAT(printer.Print(MakeMessage(), kTestNow).out,
              HasSubstr("#41 VALID (news.example): valid when ingested, key revoked since; findings: 1\n"));
}

TEST(CheckPrinterTest, APublisherThatCannotBeReadIsNotOne) {
  CheckPrinter printer({.articles = true, .began = kTestNow});
  v1::CheckArchiveResponse message = MakeMessage();
  message.mutable_articles(0)->set_publisher_domain("");
  EXPECT_THAT(printer.Print(message, kTestNow).out, HasSubstr("#41 VALID (no publisher): "));
  message.mutable_articles(0)->clear_publisher_domain();
  EXPECT_THAT(printer.Print(message, kTestNow).out, HasSubstr("#41 VALID (publisher not known): "));
}

TEST(CheckPrinterTest, OnATerminalProgressIsOneLine) {
  CheckPrinter printer({.is_terminal = true, .began = kTestNow});
  v1::CheckArchiveResponse message = MakeMessage();
  message.clear_findings();
  EXPECT_EQ(printer.Print(message, kTestNow).err,
            "\rchecked up to entry 500 of 1000, 0 articles a second\x1b[K");
  message.clear_progress();
  *message.add_findings() = MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 41, "", "");
  EXPECT_EQ(printer.Print(message, kTestNow).err, "\r\x1b[K");
  EXPECT_EQ(printer.Print(message, kTestNow).err, "");
}

TEST(CheckPrinterTest, WithJsonEachIsALine) {
  CheckPrinter printer({.json = true});
  const CheckOutput output = printer.Print(MakeMessage(), kTestNow);
  EXPECT_THAT(output.err, IsEmpty());
  std::istringstream lines(output.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(ordered_json::parse(line),
            ordered_json::parse(R"({"article":{"index":41,"verdictAtIngest":"VALID",
                "reasonAtIngest":"SIGNATURE_VERIFIED","verdictNow":"KEY_REVOKED","reasonNow":"REVOKED",
                "standing":"KEY_REVOKED_SINCE","signature":"VERIFIED","publisher":"news.example",
                "ingestTime":"2026-11-23T08:01:15.25Z","findings":1}})"));
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(ordered_json::parse(line)["finding"]["code"], "CONTENT_MISMATCH");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(ordered_json::parse(line)["progress"]["stage"], "ENTRIES");
}

TEST(CheckPrinterTest, TheSummaryIsHeadedSelfCheck) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_TRUE(archive.Ingest(publisher.Article(1)).ok());
  SpoilableArchive spoilt(archive);
  spoilt.Put(StoreColumn::kContent, EncodeIndex(1), "x");
  v1::CheckArchiveResponse message;
  *message.mutable_summary() = spoilt.Check().summary;
  CheckPrinter printer({.keyring = "keys.yaml", .began = kTestNow});
  const std::string text = printer.Print(message, kTestNow).out;
  EXPECT_TRUE(text.starts_with("self-check by the operator\n")) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("log         log.example/2026\n"), HasSubstr("tree size 2, root "),
                          HasSubstr("2 entries from index 0 on: 1 articles, 1 key events"),
                          HasSubstr("at ingest   1 VALID"), HasSubstr("by keys.yaml"),
                          HasSubstr("by the operator's clock"), HasSubstr("findings    1\n"),
                          HasSubstr("1 CONTENT_MISMATCH: the stored article")));
  CheckPrinter json({.json = true});
  const ordered_json parsed = ordered_json::parse(json.Print(message, kTestNow).out)["check"];
  EXPECT_EQ(parsed["heading"], "self-check by the operator");
  EXPECT_EQ(parsed["origin"], "log.example/2026");
  EXPECT_EQ(parsed["findingsByCode"]["CONTENT_MISMATCH"], 1);
  EXPECT_EQ(parsed["atIngest"]["byVerdict"]["VALID"], 1);
  EXPECT_TRUE(parsed["catalogTreeSize"].is_null());
}

}  // namespace
}  // namespace chirograph::check_printer_test
