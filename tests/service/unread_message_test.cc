// SPDX-License-Identifier: Apache-2.0
#include "service/unread_message.h"

#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/archive_service.pb.h"

namespace chirograph::unread_message_test {
namespace {

TEST(UnreadMessageTest, IsUnreadUntilItIsParsedInto) {
  v1::IngestArticlesRequest message;
  EXPECT_FALSE(IsUnread(message));
  MarkUnread(&message);
  EXPECT_TRUE(IsUnread(message));
  ASSERT_TRUE(message.ParseFromString(""));
  EXPECT_FALSE(IsUnread(message));
}

TEST(UnreadMessageTest, WhatCouldNotBeParsedWasTouched) {
  v1::IngestArticlesRequest message;
  MarkUnread(&message);
  ASSERT_FALSE(message.ParseFromString("\x0a\x7f"));
  EXPECT_FALSE(IsUnread(message));
}

TEST(UnreadMessageTest, AnUnknownFieldOfTheClientsIsNoMark) {
  v1::IngestArticlesRequest message;
  MarkUnread(&message);
  ASSERT_TRUE(message.ParseFromString(std::string("\xa0\x06\x01", 3)));
  EXPECT_EQ(message.GetReflection()->GetUnknownFields(message).field_count(), 1);
  EXPECT_FALSE(IsUnread(message));
}

}  // namespace
}  // namespace chirograph::unread_message_test
