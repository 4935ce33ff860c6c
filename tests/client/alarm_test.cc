// SPDX-License-Identifier: Apache-2.0
#include "client/alarm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace chirograph::alarm_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr AlarmKind kKinds[] = {AlarmKind::kTwoRoots, AlarmKind::kInconsistent, AlarmKind::kRolledBack,
                                AlarmKind::kTwoEntries};

TEST(AlarmTest, NamesItsKinds) {
  EXPECT_EQ(AlarmKindName(AlarmKind::kTwoRoots), "TWO_ROOTS");
  EXPECT_EQ(AlarmKindName(AlarmKind::kInconsistent), "INCONSISTENT");
  EXPECT_EQ(AlarmKindName(AlarmKind::kRolledBack), "ROLLED_BACK");
  EXPECT_EQ(AlarmKindName(AlarmKind::kTwoEntries), "TWO_ENTRIES");
}

TEST(AlarmTest, WhatIsSignedTwiceConvictsTheKeyAndNeverTheNetwork) {
  for (const AlarmKind kind : {AlarmKind::kTwoRoots, AlarmKind::kTwoEntries}) {
    std::string text(AlarmProofText(kind));
    for (char& c : text) c = c == '\n' ? ' ' : c;
    EXPECT_THAT(text, AllOf(HasSubstr("this cannot come from the network"),
                            HasSubstr("nobody who has not the log's key can make such a pair"),
                            Not(HasSubstr("Ask again"))))
        << AlarmKindName(kind);
  }
}

TEST(AlarmTest, WhatHangsOnAnAnswerThatNobodySignedIsToBeAskedAgain) {
  for (const AlarmKind kind : {AlarmKind::kRolledBack, AlarmKind::kInconsistent}) {
    std::string text(AlarmProofText(kind));
    for (char& c : text) c = c == '\n' ? ' ' : c;
    EXPECT_THAT(text, AllOf(HasSubstr("nobody signed"), HasSubstr("whoever sits between here and the server"),
                            HasSubstr("Ask again with TLS"), Not(HasSubstr("cannot come from the network"))))
        << AlarmKindName(kind);
  }
}

TEST(AlarmTest, ProofTextsFitIntoAHundredColumnsAndEndWithoutALineFeed) {
  for (const AlarmKind kind : kKinds) {
    const std::string text(AlarmProofText(kind));
    EXPECT_EQ(text.back(), '.') << AlarmKindName(kind);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

}  // namespace
}  // namespace chirograph::alarm_test
