// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/ingest_result.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_ingest_result_test {
namespace {

using nlohmann::ordered_json;

IngestResult Answered(IngestFate fate, v1::Verdict verdict, v1::VerdictReason reason) {
  IngestAnswer answer;
  answer.fate = fate;
  answer.verification.set_verdict(verdict);
  answer.verification.set_reason(reason);
  if (fate == IngestFate::kArchived || fate == IngestFate::kAlreadyArchived) {
    answer.report.index = 1204;
    answer.report.checkpoint = Checkpoint{"test.example", 2000, {}, {}};
    answer.report.opening.emplace();
    answer.report.log_entry.emplace();
    answer.report.log_entry->mutable_article_record()->mutable_ingest_time()->set_seconds(1);
  }
  return {{"posts/a.md", false}, answer};
}

IngestResult ValidArchived() {
  return Answered(IngestFate::kArchived, v1::VERDICT_VALID, v1::VERDICT_REASON_SIGNATURE_VERIFIED);
}
IngestResult InvalidRefused() {
  return Answered(IngestFate::kRefused, v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY);
}

std::string LineOf(const IngestResult& result) {
  FakeHost host;
  const Console console(host);
  return IngestLine(std::get<IngestAnswer>(result.outcome), result.file.path, console);
}

TEST(CliIngestResultTest, CountsByVerdictAndFate) {
  IngestTally tally;
  tally.Add(ValidArchived());
  tally.Add(ValidArchived());
  tally.Add(InvalidRefused());
  tally.Add({{"b.md", false}, CouldNot(absl::InvalidArgumentError("unreadable"))});
  tally.Add({{"c.md", false}, NotSent{}});
  EXPECT_EQ(tally.files(), 5U);
  EXPECT_EQ(tally.of(IngestFate::kArchived), 2U);
  EXPECT_EQ(tally.of(IngestFate::kRefused), 1U);
  EXPECT_EQ(tally.failed(), 1U);
  EXPECT_EQ(tally.not_sent(), 1U);
  EXPECT_EQ(tally.tree_size(), 2000U);

  ArticleFiles files;
  files.files.resize(5);
  files.hidden = 3;
  const auto summary = SummaryJson(tally, files, 1.5)["summary"];
  EXPECT_EQ(summary["files"], 5);
  EXPECT_EQ(summary["byVerdict"]["VALID"]["archived"], 2);
  EXPECT_EQ(summary["byVerdict"]["INVALID"]["refused"], 1);
  EXPECT_EQ(summary["skippedHidden"], 3);

  const std::vector<std::string> lines = SummaryLines(tally, files, 1.5);
  EXPECT_THAT(lines,
              testing::ElementsAre("5 files in 1.5 s, 3 a second",
                                   "                         new  already archived   refused",
                                   "  VALID                    2                 0         0",
                                   "  INVALID                  0                 0         1",
                                   "Could not be done: 1", "Not sent: 1", "Skipped: 3 hidden",
                                   "The verdicts are the archive's; every receipt was checked here, up "
                                   "to tree size 2,000."));
}

TEST(CliIngestResultTest, WithoutAnyAnswerTheSummaryHasNoTable) {
  IngestTally tally;
  tally.Add({{"a.md", false}, CouldNot(absl::InvalidArgumentError("unreadable"))});
  tally.Add({{"b.md", false}, NotSent{}});
  ArticleFiles files;
  files.files.resize(2);
  EXPECT_THAT(SummaryLines(tally, files, 1.0),
              testing::ElementsAre("2 files in 1.0 s, 2 a second", "Could not be done: 1", "Not sent: 1"));
}

TEST(CliIngestResultTest, WhatIsNotToBeSentAfterAnAlarmIsNotAskedFor) {
  EXPECT_THAT(NotSentText(NotSent{true, false}), testing::HasSubstr("send it again"));
  EXPECT_EQ(NotSentText(NotSent{false, true}), "not sent, because of the alarm");
  EXPECT_THAT(NotSentText(NotSent{true, true}), testing::Not(testing::HasSubstr("send")));
  EXPECT_EQ(NotSentLine(NotSent{true, false}, "a\x1b.md"),
            "unconfirmed       a\\x1b.md: it may be archived or not");
}

TEST(CliIngestResultTest, TheExitCodeIsThatOfTheOutcome) {
  EXPECT_EQ(ExitCodeOf(ValidArchived()), ExitCode::kWell);
  EXPECT_EQ(ExitCodeOf(InvalidRefused()), ExitCode::kNo);
  EXPECT_EQ(ExitCodeOf(IngestResult{{"a", true}, NotSent{}}), ExitCode::kCouldNot);
  EXPECT_EQ(ExitCodeOf(IngestResult{{"a", true}, CouldNot(absl::UnavailableError(""))}), ExitCode::kCouldNot);
  EXPECT_EQ(ExitCodeOf(IngestResult{{"a", true}, DoesNotCheck("")}), ExitCode::kCouldNot);
  EXPECT_EQ(ExitCodeOf(IngestResult{{"a", true}, Alarmed(Alarm{})}), ExitCode::kAlarm);
}

TEST(CliIngestResultTest, ARefusalIsOneLineWithReasonAndAdvice) {
  EXPECT_EQ(LineOf(ValidArchived()), "archived          VALID              posts/a.md  #1204");
  const std::string line = LineOf(InvalidRefused());
  EXPECT_THAT(line, testing::StartsWith("refused           INVALID            posts/a.md: "));
  EXPECT_THAT(line,
              testing::EndsWith(
                  "; it was changed after signing (get the original, or sign it again), or signed with a key "
                  "that the archive does not have (give its operator the key)"));
}

TEST(CliIngestResultTest, WhatWasNotSentIsNotCalledRefused) {
  const IngestResult result =
      Answered(IngestFate::kNotWanted, v1::VERDICT_UNSIGNED, v1::VERDICT_REASON_NO_SECURED_FIELD);
  EXPECT_THAT(LineOf(result), testing::StartsWith("not sent          UNSIGNED           posts/a.md: "));
  EXPECT_THAT(LineOf(result), testing::Not(testing::HasSubstr("refused")));
  IngestTally tally;
  tally.Add(result);
  ArticleFiles files;
  files.files.resize(1);
  EXPECT_THAT(SummaryLines(tally, files, 1.0),
              testing::Contains("  UNSIGNED                 0                 0         0         1"));
}

TEST(CliIngestResultTest, JsonHasEveryMemberAlways) {
  const std::vector<std::string> members = {
      "path",          "outcome",      "verdict", "reason",   "publisher",  "keyId",       "algorithm",
      "articleDigest", "sourceDigest", "index",   "treeSize", "ingestTime", "receiptFile", "refusal"};
  for (const IngestResult& result : {ValidArchived(), InvalidRefused()}) {
    const ordered_json json = IngestJson(result);
    std::vector<std::string> present;
    for (const auto& [name, value] : json.items()) present.push_back(name);
    EXPECT_EQ(present, members);
  }
  EXPECT_EQ(IngestJson(ValidArchived())["index"], 1204);
  EXPECT_EQ(IngestJson(ValidArchived())["ingestTime"], "1970-01-01T00:00:01Z");
  EXPECT_TRUE(IngestJson(InvalidRefused())["index"].is_null());
}

TEST(CliIngestResultTest, JsonOfAFailureSaysWhatKindItIs) {
  const IngestResult result = {
      {"a.md", true}, ServerError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUEUE_FULL)};
  const ordered_json error = IngestJson(result)["error"];
  EXPECT_EQ(error["kind"], "COULD_NOT");
  EXPECT_EQ(error["reason"], "QUEUE_FULL");
  EXPECT_EQ(error["message"], "the server says no");
  EXPECT_TRUE(error["line"].is_null());
  EXPECT_TRUE(error["evidenceDir"].is_null());
}

}  // namespace
}  // namespace chirograph::cli_ingest_result_test
