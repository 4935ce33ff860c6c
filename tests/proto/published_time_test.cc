// SPDX-License-Identifier: Apache-2.0
#include "proto/published_time.h"

#include <gtest/gtest.h>

#include <string>

namespace chirograph::published_time_test {
namespace {

absl::Time Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), absl::UTCTimeZone());
}

TEST(ReadLooseTimeTest, ReadsTheSpellingsThatPeopleUse) {
  const absl::Time instant = Utc(2021, 2, 14, 15, 21, 7);
  for (const char* text :
       {"2021-02-14T15:21:07Z", "2021-02-14t15:21:07z", "2021-02-14T15:21:07+00:00",
        "2021-02-14T15:21:07+0000", "2021-02-14T17:21:07+02:00", "2021-02-14T10:21:07.000-05:00",
        "2021-02-14T15:21:07", "2021-02-14 15:21:07", "2021-02-14 15:21:07 UTC", "2021-02-14 15:21:07 GMT",
        "2021-02-14 15:21:07 Z", "2021-02-14 16:21:07 +01:00", "2021-02-14 16:21:07 +0100",
        "2021/02/14 15:21:07", "Sun, 14 Feb 2021 15:21:07 +0000", "Sun, 14 Feb 2021 15:21:07 GMT",
        "14 Feb 2021 17:21:07 +0200", "  2021-02-14T15:21:07Z\n"}) {
    EXPECT_EQ(ReadLooseTime(text), instant) << text;
  }
  EXPECT_EQ(ReadLooseTime("2021-02-14T15:21"), Utc(2021, 2, 14, 15, 21));
  EXPECT_EQ(ReadLooseTime("2021-02-14 15:21 +01:00"), Utc(2021, 2, 14, 14, 21));
  EXPECT_EQ(ReadLooseTime("2021-02-14"), Utc(2021, 2, 14));
  EXPECT_EQ(ReadLooseTime("2021/2/14"), Utc(2021, 2, 14));
}

TEST(ReadLooseTimeTest, KeepsNanoseconds) {
  EXPECT_EQ(ReadLooseTime("2021-02-14T15:21:07.123456789Z"),
            Utc(2021, 2, 14, 15, 21, 7) + absl::Nanoseconds(123456789));
}

TEST(ReadLooseTimeTest, WhatIsNoTimeIsNone) {
  for (const char* text :
       {"", "  ", "yesterday", "2021", "2021-13-01", "2021-02-30", "2021-02-14T25:00:00Z", "12:30",
        "1613316067", "2021-02-14 and more", "infinite-future", "0000-01-01", "-0001-01-01", "10000-01-01"}) {
    EXPECT_EQ(ReadLooseTime(text), std::nullopt) << text;
  }
  EXPECT_EQ(ReadLooseTime("2021-02-14" + std::string(200, '0')), std::nullopt);
  EXPECT_EQ(ReadLooseTime(std::string("2021-02-14\0", 11)), std::nullopt);
}

TEST(PublishedTimeOfTest, TheTypedTimeGoesFirstThenTheStrings) {
  v1::Article article;
  EXPECT_EQ(PublishedTimeOf(article), std::nullopt);
  auto& extra = *article.mutable_extra()->mutable_fields();
  extra["date"].set_string_value("2020-01-01");
  EXPECT_EQ(PublishedTimeOf(article), Utc(2020, 1, 1));
  extra["publishedDateTime"].set_string_value("2021-01-01 10:00");
  EXPECT_EQ(PublishedTimeOf(article), Utc(2021, 1, 1, 10));
  extra["publishedDateTime"].set_string_value("soon");
  EXPECT_EQ(PublishedTimeOf(article), Utc(2020, 1, 1));
  extra["date"].set_number_value(20200101);
  EXPECT_EQ(PublishedTimeOf(article), std::nullopt);
  article.mutable_published_date_time()->set_seconds(-1);
  article.mutable_published_date_time()->set_nanos(5);
  EXPECT_EQ(PublishedTimeOf(article), absl::FromUnixSeconds(-1) + absl::Nanoseconds(5));
}

}  // namespace
}  // namespace chirograph::published_time_test
