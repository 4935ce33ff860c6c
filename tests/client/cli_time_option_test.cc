// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "client/cli/time_option.h"

namespace chirograph::cli_time_option_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const absl::Time kOtherwise = absl::FromUnixSeconds(7);

absl::Time Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), absl::UTCTimeZone());
}

TEST(CliTimeOptionTest, ATimeOfAnyOffsetIsThatInstant) {
  EXPECT_EQ(TimeOption("--at", "2026-11-23T08:01:00Z", kOtherwise).value(), Utc(2026, 11, 23, 8, 1));
  EXPECT_EQ(TimeOption("--at", "2026-11-23T01:01:00+02:00", kOtherwise).value(), Utc(2026, 11, 22, 23, 1));
  EXPECT_EQ(TimeOption("--at", "2026-11-23T08:01:00.25-00:30", kOtherwise).value(),
            Utc(2026, 11, 23, 8, 31) + absl::Milliseconds(250));
}

TEST(CliTimeOptionTest, ADateIsItsFirstInstantInUtc) {
  EXPECT_EQ(TimeOption("--at", "2024-02-29", kOtherwise).value(), Utc(2024, 2, 29));
}

TEST(CliTimeOptionTest, TheFirstAndTheLastAreThoseOfAnArchive) {
  EXPECT_EQ(TimeOption("--at", "0001-01-01", kOtherwise).value(), Utc(1, 1, 1));
  EXPECT_EQ(TimeOption("--at", "9999-12-31T23:59:59Z", kOtherwise).value(), Utc(9999, 12, 31, 23, 59, 59));
}

TEST(CliTimeOptionTest, AnOptionThatIsNotGivenIsTheOtherTime) {
  EXPECT_EQ(TimeOption("--at", "", kOtherwise).value(), kOtherwise);
}

// "infinite-past" is a time to the library that reads it, but none that anybody can mean.
TEST(CliTimeOptionTest, WhatIsNoTimeIsNamedWithItsOptionAndWhatWasExpected) {
  for (const char* text : {"yesterday",
                           " ",
                           "2026",
                           "2026-11",
                           "2026-02-30",
                           "2025-02-29",
                           "2026-13-01",
                           "2026-11-23T08:01:00",
                           "2026-11-23 08:01:00Z",
                           "2026-11-23T24:01:00Z",
                           "2026-11-23T08:01Z",
                           "2026-11-23Z",
                           "2026-11-23x",
                           "1795420800",
                           "infinite-future",
                           "infinite-past",
                           "99999-01-01T00:00:00Z",
                           "10000-01-01",
                           "-001-01-01",
                           "0000-01-01",
                           "0000-12-31T23:59:59Z",
                           "9999-12-31T23:59:59-00:01",
                           "2026-11-23T08:01:60Z"}) {
    const absl::StatusOr<absl::Time> time = TimeOption("--not-after", text, kOtherwise);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_TRUE(absl::IsInvalidArgument(time.status())) << text;
    EXPECT_THAT(std::string(time.status().message()),
                AllOf(HasSubstr("--not-after"), HasSubstr(std::string("\"") + text + "\""),
                      HasSubstr("2026-11-23T08:01:00Z or 2026-11-23")));
  }
}

}  // namespace
}  // namespace chirograph::cli_time_option_test
