// SPDX-License-Identifier: Apache-2.0
#include "service/internal/check_outcomes.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/finding.h"

namespace chirograph::check_outcomes_test {
namespace {

TEST(CheckOutcomesTest, StandingSaysWhatThenAndNowAreBesideEachOther) {
  EXPECT_EQ(StandingOf(v1::VERDICT_VALID, v1::VERDICT_VALID), v1::ARTICLE_STANDING_VALID_NOW);
  EXPECT_EQ(StandingOf(v1::VERDICT_VALID, v1::VERDICT_KEY_REVOKED), v1::ARTICLE_STANDING_KEY_REVOKED_SINCE);
  EXPECT_EQ(StandingOf(v1::VERDICT_VALID, v1::VERDICT_KEY_OUT_OF_PERIOD),
            v1::ARTICLE_STANDING_VALID_WHEN_INGESTED);
  EXPECT_EQ(StandingOf(v1::VERDICT_VALID, v1::VERDICT_UNKNOWN_KEY), v1::ARTICLE_STANDING_VALID_WHEN_INGESTED);
  EXPECT_EQ(StandingOf(v1::VERDICT_UNKNOWN_KEY, v1::VERDICT_VALID), v1::ARTICLE_STANDING_VALID_SINCE);
  EXPECT_EQ(StandingOf(v1::VERDICT_UNSIGNED, v1::VERDICT_UNSIGNED), v1::ARTICLE_STANDING_NOT_VALID);
  EXPECT_EQ(StandingOf(v1::VERDICT_VALID, v1::VERDICT_UNSPECIFIED), v1::ARTICLE_STANDING_UNSPECIFIED);
}

TEST(CheckOutcomesTest, MessagesAreBoundedAndNothingIsLost) {
  CheckOutcomes report;
  const std::string text(5000, 'x');
  constexpr std::size_t kFindings = 2000;
  for (std::size_t i = 0; i < kFindings; ++i) {
    report.Found(MakeFinding(v1::FINDING_CODE_URL_MISMATCH, i, text, text));
  }
  EXPECT_EQ(report.findings(), kFindings);
  std::size_t told = 0;
  for (bool all = false; !all;) {
    v1::CheckArchiveResponse message;
    all = report.TakeFindings(&message);
    EXPECT_LE(message.ByteSizeLong(), CheckOutcomes::kMaxFindingBytes);
    for (const v1::Finding& finding : message.findings()) {
      EXPECT_EQ(finding.index(), told++);
      EXPECT_EQ(finding.expected().size(), CheckOutcomes::kMaxTextBytes + 3);
    }
  }
  EXPECT_EQ(told, kFindings);
  v1::CheckSummary summary;
  report.Summarize(&summary);
  ASSERT_EQ(summary.findings_by_code_size(), 1);
  EXPECT_EQ(summary.findings_by_code(0).findings(), kFindings);
}

TEST(CheckOutcomesTest, TextsAreCutBetweenCharacters) {
  CheckOutcomes report;
  std::string text(CheckOutcomes::kMaxTextBytes - 1, 'x');
  report.Found(MakeFinding(v1::FINDING_CODE_URL_MISMATCH, 1, text + "\xe2\x82\xac", ""));
  v1::CheckArchiveResponse message;
  EXPECT_TRUE(report.TakeFindings(&message));
  EXPECT_EQ(message.findings(0).expected(), text + "...");
}

}  // namespace
}  // namespace chirograph::check_outcomes_test
