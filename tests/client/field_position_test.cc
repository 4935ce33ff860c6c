// SPDX-License-Identifier: Apache-2.0
#include "client/internal/field_position.h"

#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/log_entry.pb.h"

namespace chirograph::internal::field_position_test {
namespace {

TEST(FieldPositionTest, FindsEachField) {
  v1::ArticleRecord record;
  record.set_opening_digest(std::string(200, 'x'));  // whose length takes two bytes
  record.set_verdict_at_ingest(v1::VERDICT_VALID);
  record.set_key_event_index(300);
  const std::string bytes = record.SerializeAsString();
  const auto fields = FindFields(bytes);
  ASSERT_TRUE(fields.has_value());
  ASSERT_EQ(fields->size(), 3U);
  EXPECT_EQ((*fields)[0].number, 1);
  EXPECT_EQ((*fields)[0].begin, 0U);
  EXPECT_EQ((*fields)[0].value, 3U);
  EXPECT_EQ((*fields)[0].end, 203U);
  EXPECT_EQ((*fields)[1].begin, 203U);
  EXPECT_EQ((*fields)[1].value, 204U);
  EXPECT_EQ((*fields)[1].end, 205U);
  EXPECT_EQ((*fields)[2].number, 4);
  EXPECT_EQ((*fields)[2].end, bytes.size());
  EXPECT_EQ(FindField(bytes, 4)->value, 206U);
  EXPECT_FALSE(FindField(bytes, 3).has_value());
}

TEST(FieldPositionTest, OfAFieldThatIsThereTwiceTheLastCounts) {
  v1::Opening first;
  first.set_url("a");
  const std::string bytes = first.SerializeAsString() + first.SerializeAsString();
  EXPECT_EQ(FindField(bytes, 8)->begin, bytes.size() / 2);
}

TEST(FieldPositionTest, WhatIsNoMessageHasNoFields) {
  EXPECT_TRUE(FindFields("")->empty());
  for (const std::string& bytes : {std::string("\x0a", 1),
                                   std::string("\x0a\x05"
                                               "abc"),
                                   std::string("\x08", 1), std::string("\x08\x80", 2), std::string("\0\0", 2),
                                   std::string("\x0d"
                                               "abcd"),
                                   std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f")}) {
    EXPECT_FALSE(FindFields(bytes).has_value()) << testing::PrintToString(bytes);
    EXPECT_FALSE(FindField(bytes, 1).has_value());
  }
}

}  // namespace
}  // namespace chirograph::internal::field_position_test
