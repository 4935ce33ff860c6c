// SPDX-License-Identifier: Apache-2.0
//
// The writer by itself; canonical_form_test.cc has what it writes for articles, escapes at every place among
// it.
#include "proto/internal/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace chirograph::internal::json_writer_test {
namespace {

TEST(JsonWriterTest, WritesEveryTokenWithCommasBetweenAndNoneAtTheEnds) {
  std::string text = "what was there before";
  JsonWriter writer(&text, 1000);
  google::protobuf::Timestamp time;
  time.set_seconds(1613316060);
  ASSERT_TRUE(writer.Begin('{') && writer.Name("empty") && writer.Begin('[') && writer.End(']'));
  ASSERT_TRUE(writer.Key("a\"b") && writer.Begin('[') && writer.String("x,") && writer.Literal("null"));
  ASSERT_TRUE(writer.Integer(std::numeric_limits<std::int32_t>::min()) && writer.Integer(0));
  ASSERT_TRUE(writer.Number(-1.5e-300) && writer.Time(time) && writer.End(']') && writer.End('}'));
  ASSERT_TRUE(writer.Finish());
  EXPECT_FALSE(writer.overflowed());
  EXPECT_EQ(text, "{\"empty\":[],\"a\\\"b\":[\"x,\",null,-2147483648,0,-1.5e-300,\"2021-02-14T15:21:00Z\"]}");
}

TEST(JsonWriterTest, EscapesEveryControlCharacterAsRfc8785Says) {
  std::string all;
  for (char c = 0; c < 0x20; ++c) all += c;
  std::string text;
  JsonWriter writer(&text, 1000);
  ASSERT_TRUE(writer.String(all + "\"\\/\x7f") && writer.Finish());
  EXPECT_EQ(
      text,
      "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
      "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d"
      "\\u001e\\u001f\\\"\\\\/\x7f\"");
}

TEST(JsonWriterTest, WhatIsNotUtf8IsRefusedAndIsNoOverflow) {
  for (const std::string_view wrong :
       {"\xff", "a\xc3", "\xed\xa0\x80", "12345678\xc0\x80", "\xf4\x90\x80\x80"}) {
    std::string text;
    JsonWriter writer(&text, 1000);
    EXPECT_FALSE(writer.String(wrong));
    EXPECT_FALSE(writer.overflowed());
    EXPECT_FALSE(JsonWriter(&text, 1000).Key(wrong));
  }
}

TEST(JsonWriterTest, TakesExactlyTheLimitAndNotOneByteMore) {
  // Some below and some above the room that it takes at once.
  for (const std::size_t length : {0U, 1U, 7U, 100U, 4094U, 4095U, 100'000U}) {
    const std::string value(length, 'x');
    const std::size_t bytes = length + 2;
    std::string text;
    JsonWriter fits(&text, bytes);
    ASSERT_TRUE(fits.String(value) && fits.Finish()) << length;
    EXPECT_FALSE(fits.overflowed());
    EXPECT_EQ(text, "\"" + value + "\"");
    JsonWriter over(&text, bytes - 1);
    EXPECT_FALSE(over.String(value) && over.Finish()) << length;
    EXPECT_TRUE(over.overflowed()) << length;
  }
}

TEST(JsonWriterTest, StopsWellBeforeWhatIsOverTheLimitFillsMemory) {
  std::string text;
  JsonWriter writer(&text, 100);
  int written = 0;
  while (writer.Integer(12345)) ASSERT_LT(++written, 10'000);
  EXPECT_TRUE(writer.overflowed());
  EXPECT_LT(text.capacity(), 10'000U);
}

TEST(JsonWriterTest, EscapesThatLengthenATextCountTowardsTheLimit) {
  std::string text;
  JsonWriter writer(&text, 100'000);
  EXPECT_FALSE(writer.String(std::string(50'000, '\x01')) && writer.Finish());
  EXPECT_TRUE(writer.overflowed());
}

}  // namespace
}  // namespace chirograph::internal::json_writer_test
