// SPDX-License-Identifier: Apache-2.0
#include "client/answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace chirograph::answer_test {
namespace {

TEST(AnswerTest, HoldsAValue) {
  Answer<std::unique_ptr<int>> answer(std::make_unique<int>(7));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(**answer, 7);
  const std::unique_ptr<int> taken = *std::move(answer);
  EXPECT_EQ(*taken, 7);
}

TEST(AnswerTest, HoldsAFailureOfEachKind) {
  const Answer<int> could_not(CouldNot(absl::UnavailableError("no route")));
  ASSERT_FALSE(could_not.ok());
  EXPECT_EQ(could_not.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(could_not.failure().status, absl::UnavailableError("no route"));
  EXPECT_FALSE(could_not.failure().alarm.has_value());

  const Answer<int> does_not_check(DoesNotCheck("the index is 4, not 3"));
  EXPECT_EQ(does_not_check.failure().kind, FailureKind::kDoesNotCheck);
  EXPECT_EQ(does_not_check.failure().status, absl::DataLossError("the index is 4, not 3"));

  Alarm alarm;
  alarm.kind = AlarmKind::kTwoRoots;
  alarm.message = "two roots for size 4";
  const Answer<int> alarmed(Alarmed(alarm));
  EXPECT_EQ(alarmed.failure().kind, FailureKind::kAlarm);
  ASSERT_TRUE(alarmed.failure().alarm.has_value());
  EXPECT_EQ(alarmed.failure().alarm->kind, AlarmKind::kTwoRoots);
  EXPECT_EQ(alarmed.failure().status, absl::DataLossError("two roots for size 4"));
}

TEST(AnswerTest, NamesItsKinds) {
  EXPECT_EQ(FailureKindName(FailureKind::kCouldNot), "COULD_NOT");
  EXPECT_EQ(FailureKindName(FailureKind::kBadOptions), "BAD_OPTIONS");
  EXPECT_EQ(FailureKindName(FailureKind::kUntrusted), "UNTRUSTED");
  EXPECT_EQ(FailureKindName(FailureKind::kDoesNotCheck), "DOES_NOT_CHECK");
  EXPECT_EQ(FailureKindName(FailureKind::kAlarm), "ALARM");
}

}  // namespace
}  // namespace chirograph::answer_test
