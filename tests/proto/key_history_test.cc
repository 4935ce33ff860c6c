// SPDX-License-Identifier: Apache-2.0
#include "proto/key_history.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/enum_conversion.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"

namespace chirograph::key_history_test {
namespace {

class KeyHistoryTest : public ::testing::Test {
 protected:
  static v1::KeyEvent EventOf(const TestPublisher& publisher, const std::string& id) {
    v1::KeyEvent event;
    event.set_publisher_domain(publisher.domain());
    event.set_key_id(id);
    event.set_algorithm(ToProto(publisher.key().public_key->algorithm()));
    event.set_envelope(ToProto(publisher.key().envelope));
    event.set_public_key(publisher.key().public_key->spki());
    *event.mutable_event_time() = ToTimestamp(TestTime());
    return event;
  }
  std::vector<std::uint64_t> InForce(const std::string& domain, std::uint64_t index) const {
    std::vector<std::uint64_t> indexes;
    for (const auto& [at, logged] : history_.InForce(domain, index)) indexes.push_back(at);
    return indexes;
  }

  const TestPublisher publisher_{"news.example"};
  const TestPublisher other_{"other.example", EnvelopeKind::kAes256Cbc};
  KeyHistory history_;
};

using Indexes = std::vector<std::uint64_t>;

TEST_F(KeyHistoryTest, AKeyIsInForceFromBehindItsEvent) {
  ASSERT_TRUE(history_.Add(5, EventOf(publisher_, "a")).ok());
  EXPECT_FALSE(history_.IsInForce(5, 5));
  EXPECT_TRUE(history_.IsInForce(5, 6));
  EXPECT_FALSE(history_.IsInForce(4, 6));
  EXPECT_EQ(InForce("news.example", 5), Indexes());
  EXPECT_EQ(InForce("news.example", 6), Indexes({5}));
  EXPECT_EQ(InForce("other.example", 6), Indexes());
  ASSERT_NE(history_.Find(5), nullptr);
  EXPECT_EQ(history_.Find(5)->key.public_key->spki(), publisher_.key().public_key->spki());
  EXPECT_EQ(history_.Find(6), nullptr);
}

TEST_F(KeyHistoryTest, ALaterEventOfTheSameKeyReplacesIt) {
  ASSERT_TRUE(history_.Add(1, EventOf(publisher_, "a")).ok());
  ASSERT_TRUE(history_.Add(2, EventOf(publisher_, "b")).ok());
  v1::KeyEvent revoked = EventOf(publisher_, "a");
  *revoked.mutable_revoked_at() = ToTimestamp(TestTime());
  ASSERT_TRUE(history_.Add(9, revoked).ok());
  EXPECT_TRUE(history_.IsInForce(1, 9));
  EXPECT_FALSE(history_.IsInForce(1, 10));
  EXPECT_TRUE(history_.IsInForce(9, 10));
  EXPECT_EQ(InForce("news.example", 9), Indexes({1, 2}));
  EXPECT_EQ(InForce("news.example", 10), Indexes({9, 2}));
  EXPECT_EQ(history_.Find(9)->key.revoked_at, TestTime());
}

TEST_F(KeyHistoryTest, AWithdrawnKeyIsNotInForce) {
  ASSERT_TRUE(history_.Add(1, EventOf(publisher_, "a")).ok());
  v1::KeyEvent withdrawn = EventOf(publisher_, "a");
  withdrawn.set_withdrawn(true);
  ASSERT_TRUE(history_.Add(3, withdrawn).ok());
  EXPECT_TRUE(history_.IsInForce(1, 3));
  EXPECT_FALSE(history_.IsInForce(1, 4));
  EXPECT_FALSE(history_.IsInForce(3, 4));
  EXPECT_EQ(InForce("news.example", 4), Indexes());
  EXPECT_EQ(history_.Find(3)->key.public_key, nullptr);
}

TEST_F(KeyHistoryTest, AnEnvelopeKeyIsNeverThere) {
  ASSERT_TRUE(history_.Add(0, EventOf(other_, "a")).ok());
  EXPECT_TRUE(history_.Find(0)->key.envelope_key_missing);
  EXPECT_TRUE(history_.Find(0)->key.envelope_key.empty());
}

TEST_F(KeyHistoryTest, WhatNoKeyringCouldHaveIsTold) {
  v1::KeyEvent event = EventOf(publisher_, "a");
  event.set_public_key("no key");
  EXPECT_TRUE(absl::IsInvalidArgument(history_.Add(0, event)));
  event = EventOf(publisher_, "no id!");
  EXPECT_TRUE(absl::IsInvalidArgument(history_.Add(1, event)));
  event = EventOf(publisher_, "a");
  event.set_publisher_domain("News.Example");
  EXPECT_TRUE(absl::IsInvalidArgument(history_.Add(2, event)));
  event = EventOf(publisher_, "a");
  *event.mutable_not_before() = ToTimestamp(TestTime());
  *event.mutable_not_after() = ToTimestamp(TestTime());
  EXPECT_TRUE(absl::IsInvalidArgument(history_.Add(3, event)));
  ASSERT_NE(history_.Find(0), nullptr);  // it is in the log all the same
  EXPECT_EQ(history_.Find(0)->key.public_key, nullptr);
  EXPECT_EQ(history_.events().size(), 4u);
}

}  // namespace
}  // namespace chirograph::key_history_test
