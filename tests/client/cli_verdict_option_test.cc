// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/verdict_option.h"

namespace chirograph::cli_verdict_option_test {
namespace {

TEST(CliVerdictOptionTest, TakesEveryVerdictInEitherCase) {
  for (const Verdict verdict : kAllVerdicts) {
    EXPECT_THAT(*VerdictOption({std::string(VerdictName(verdict))}), testing::ElementsAre(verdict));
  }
  EXPECT_THAT(*VerdictOption({"valid", "Key_Revoked"}),
              testing::ElementsAre(Verdict::kValid, Verdict::kKeyRevoked));
  EXPECT_TRUE(VerdictOption({})->empty());
}

TEST(CliVerdictOptionTest, SaysWhichThereAre) {
  const auto verdicts = VerdictOption({"VALID", "GOOD"});
  ASSERT_FALSE(verdicts.ok());
  EXPECT_THAT(std::string(verdicts.status().message()),
              testing::HasSubstr("--verdict is none: \"GOOD\"; expected one of VALID, UNSIGNED,"));
}

}  // namespace
}  // namespace chirograph::cli_verdict_option_test
