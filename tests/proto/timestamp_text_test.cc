// SPDX-License-Identifier: Apache-2.0
//
// The part of article_fields.h that is about times.
#include "proto/internal/timestamp_text.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

#include "proto/article_fields.h"
#include "tests/proto/test_seed.h"

namespace chirograph::timestamp_text_test {
namespace {

TEST(TimestampFromCanonicalTextTest, TakesTheProto3JsonForm) {
  const auto time = TimestampFromCanonicalText("2021-02-14T15:21:00.120Z");
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(time->seconds(), 1613316060);
  EXPECT_EQ(time->nanos(), 120'000'000);
  for (const std::string_view text :
       {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z",
        "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "1969-12-31T23:59:59.999Z",
        "2021-02-14T15:21:00.000001Z", "2021-02-14T15:21:00.000000001Z"}) {
    const auto timestamp = TimestampFromCanonicalText(text);
    ASSERT_TRUE(timestamp.has_value()) << text;
    EXPECT_TRUE(IsValidTimestamp(*timestamp));
    EXPECT_EQ(google::protobuf::util::TimeUtil::ToString(*timestamp), text);
  }
}

TEST(TimestampFromCanonicalTextTest, RefusesEveryOtherSpelling) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2021-02-14",
                                      "2021-02-14T15:21Z",
                                      "2021-02-14T15:21:00",
                                      "2021-02-14T15:21:00z",
                                      "2021-02-14t15:21:00Z",
                                      "2021-02-14 15:21:00Z",
                                      "2021-02-14T15:21:00+00:00",
                                      "2021-02-14T15:21:00.Z",
                                      "2021-02-14T15:21:00.1Z",
                                      "2021-02-14T15:21:00.12Z",
                                      "2021-02-14T15:21:00.1200Z",
                                      "2021-02-14T15:21:00.000Z",
                                      "2021-02-14T15:21:00.120000Z",
                                      "2021-02-14T15:21:00.000000Z",
                                      "2021-02-14T15:21:00.120000000Z",
                                      "2021-02-14T15:21:00.000001000Z",
                                      "2021-02-14T15:21:00.0000000000Z",
                                      "2021-02-14T15:21:00,120Z",
                                      "2021-02-14T15:21:00.+12Z",
                                      "2021-02-14T15:21:00.-12Z",
                                      "0000-01-01T00:00:00Z",
                                      "10000-01-01T00:00:00Z",
                                      "+021-02-14T15:21:00Z",
                                      "2021-00-14T15:21:00Z",
                                      "2021-13-14T15:21:00Z",
                                      "2021-02-00T15:21:00Z",
                                      "2021-02-29T15:21:00Z",
                                      "1900-02-29T15:21:00Z",
                                      "2021-04-31T15:21:00Z",
                                      "2021-02-14T24:00:00Z",
                                      "2021-02-14T15:60:00Z",
                                      "2021-02-14T15:21:60Z",
                                      "2021-2-14T15:21:00Z",
                                      "2021-02-14T15:21:0aZ",
                                      "2021/02/14T15:21:00Z",
                                      " 2021-02-14T15:21:00Z",
                                      "2021-02-14T15:21:00Z ",
                                      "2021-02-14T15:21:00ZZ",
                                      "2021-02-14T15-21:00Z",
                                      "2021-02-14T15:21-00Z"}) {
    EXPECT_FALSE(TimestampFromCanonicalText(text).has_value()) << text;
  }
  EXPECT_FALSE(TimestampFromCanonicalText(std::string_view("2021-02-14T15:21:00\0Z", 21)).has_value());
}

TEST(TimestampTextTest, RandomTimesAreWrittenAsProtobufWritesThemAndReadBack) {
  std::mt19937_64 random(TestSeed());
  std::uniform_int_distribution<std::int64_t> seconds(-62135596800, 253402300799);
  for (int i = 0; i < 20'000; ++i) {
    google::protobuf::Timestamp time;
    time.set_seconds(seconds(random));
    const std::int32_t step = std::array{1'000'000'000, 1'000'000, 1000, 1}[random() % 4];
    time.set_nanos(static_cast<std::int32_t>(random() % 1'000'000'000) / step * step);
    std::string text = ">";
    AppendTimestampText(time, &text);
    ASSERT_EQ(text, ">" + google::protobuf::util::TimeUtil::ToString(time));
    const auto back = TimestampFromCanonicalText(std::string_view(text).substr(1));
    ASSERT_TRUE(back.has_value()) << text;
    ASSERT_EQ(back->seconds(), time.seconds());
    ASSERT_EQ(back->nanos(), time.nanos());
  }
}

TEST(IsValidTimestampTest, KnowsTheRange) {
  const auto valid = [](std::int64_t seconds, std::int32_t nanos) {
    google::protobuf::Timestamp time;
    time.set_seconds(seconds);
    time.set_nanos(nanos);
    return IsValidTimestamp(time);
  };
  EXPECT_TRUE(valid(-62135596800, 0));
  EXPECT_FALSE(valid(-62135596801, 999'999'999));
  EXPECT_TRUE(valid(253402300799, 999'999'999));
  EXPECT_FALSE(valid(253402300800, 0));
  EXPECT_FALSE(valid(0, -1));
  EXPECT_FALSE(valid(0, 1'000'000'000));
}

TEST(WriteTimestampTextTest, WritesTheLongestFormIntoTheRoomThatIsPromised) {
  google::protobuf::Timestamp time;
  time.set_seconds(253402300799);
  time.set_nanos(999'999'999);
  std::string room(internal::kMaxTimestampChars + 1, '#');
  const char* const end = internal::WriteTimestampText(time, room.data());
  EXPECT_EQ(end, room.data() + internal::kMaxTimestampChars);
  EXPECT_EQ(room, "9999-12-31T23:59:59.999999999Z#");
}

}  // namespace
}  // namespace chirograph::timestamp_text_test
