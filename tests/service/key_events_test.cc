// SPDX-License-Identifier: Apache-2.0
#include "service/key_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "proto/stored_format.h"
#include "tests/service/fake_clock.h"
#include "tests/service/test_publisher.h"

namespace chirograph::key_events_test {
namespace {

// The log once `events` were appended.
LoggedKeys Logged(const std::vector<v1::KeyEvent>& events, LoggedKeys keys = {}) {
  for (const v1::KeyEvent& event : events) {
    keys.insert_or_assign(KeyName{event.publisher_domain(), event.key_id()},
                          LoggedKey{static_cast<std::uint64_t>(keys.size()), event});
  }
  return keys;
}

std::vector<std::string> NamesOf(const std::vector<v1::KeyEvent>& events) {
  std::vector<std::string> names;
  names.reserve(events.size());
  for (const v1::KeyEvent& event : events) names.push_back(event.publisher_domain() + " " + event.key_id());
  return names;
}

TEST(KeyEventsTest, ANewKeyIsDescribedInFull) {
  TestPublisher publisher(kTestDomain, "2026", KeyAlgorithm::kEcdsaP256Sha256, EnvelopeKind::kAes256Gcm);
  publisher.key.not_before = kTestNow - absl::Hours(1);
  publisher.key.not_after = kTestNow + absl::Hours(1);
  publisher.key.revoked_at = kTestNow;
  const auto events = MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow);
  ASSERT_EQ(events.size(), 1u);
  const v1::KeyEvent& event = events[0];
  EXPECT_EQ(event.publisher_domain(), kTestDomain);
  EXPECT_EQ(event.key_id(), "2026");
  EXPECT_EQ(event.algorithm(), v1::KEY_ALGORITHM_ECDSA_P256_SHA256);
  EXPECT_EQ(event.envelope(), v1::ENVELOPE_KIND_AES_256_GCM);
  EXPECT_EQ(event.public_key(), publisher.key.public_key->spki());
  EXPECT_EQ(FromTimestamp(event.not_before()), *publisher.key.not_before);
  EXPECT_EQ(FromTimestamp(event.not_after()), *publisher.key.not_after);
  EXPECT_EQ(FromTimestamp(event.revoked_at()), *publisher.key.revoked_at);
  EXPECT_FALSE(event.withdrawn());
  EXPECT_EQ(FromTimestamp(event.event_time()), kTestNow);
}

TEST(KeyEventsTest, TheEnvelopeKeyIsNotLogged) {
  const TestPublisher publisher(kTestDomain, "2026", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Cbc);
  const auto events = MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].SerializeAsString().find(publisher.key.envelope_key), std::string::npos);
}

TEST(KeyEventsTest, AKeyWithoutBoundsHasNone) {
  const TestPublisher publisher;
  const auto events = MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(events[0].has_not_before());
  EXPECT_FALSE(events[0].has_not_after());
  EXPECT_FALSE(events[0].has_revoked_at());
}

TEST(KeyEventsTest, WhatTheLogSaysAlreadyIsNotSaidAgain) {
  TestPublisher publisher;
  publisher.key.not_after = kTestNow + absl::Hours(1) + absl::Nanoseconds(1);  // more than is logged
  const Keyring keyring = KeyringOf({&publisher});
  const LoggedKeys logged = Logged(MissingKeyEvents(keyring, {}, kTestNow));
  EXPECT_TRUE(MissingKeyEvents(keyring, logged, kTestNow + absl::Hours(1)).empty());
  EXPECT_TRUE(MissingKeyEvents(Keyring(), {}, kTestNow).empty());
}

TEST(KeyEventsTest, EveryChangeOfAKeyIsNew) {
  const std::vector<std::function<void(PublisherKey&)>> changes = {
      [](PublisherKey& key) { key.not_before = kTestNow; },
      [](PublisherKey& key) { key.not_after = kTestNow; },
      [](PublisherKey& key) { key.revoked_at = kTestNow; },
      [](PublisherKey& key) { key.public_key = TestPublisher().key.public_key; },
      [](PublisherKey& key) {
        key.envelope = EnvelopeKind::kAes128Cbc;
        key.envelope_key = std::string(16, 'k');
      },
  };
  for (const auto& change : changes) {
    TestPublisher publisher;
    const LoggedKeys logged = Logged(MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow));
    change(publisher.key);
    const auto events = MissingKeyEvents(KeyringOf({&publisher}), logged, kTestNow + absl::Hours(1));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(FromTimestamp(events[0].event_time()), kTestNow + absl::Hours(1));
    const LoggedKeys then = Logged(events, logged);
    EXPECT_TRUE(MissingKeyEvents(KeyringOf({&publisher}), then, kTestNow).empty());
  }
}

TEST(KeyEventsTest, AnotherEnvelopeKeyIsNoChange) {
  TestPublisher publisher(kTestDomain, "2026", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Cbc);
  const LoggedKeys logged = Logged(MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow));
  publisher.key.envelope_key = std::string(32, 'k');
  EXPECT_TRUE(MissingKeyEvents(KeyringOf({&publisher}), logged, kTestNow).empty());
}

TEST(KeyEventsTest, AKeyThatWasTakenOutIsWithdrawnOnce) {
  const TestPublisher publisher;
  const auto added = MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow);
  const LoggedKeys logged = Logged(added);
  const auto events = MissingKeyEvents(Keyring(), logged, kTestNow + absl::Hours(1));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].withdrawn());
  EXPECT_EQ(events[0].key_id(), "key-1");
  EXPECT_EQ(events[0].public_key(), added[0].public_key());
  EXPECT_EQ(FromTimestamp(events[0].event_time()), kTestNow + absl::Hours(1));
  EXPECT_TRUE(MissingKeyEvents(Keyring(), Logged(events, logged), kTestNow).empty());
}

TEST(KeyEventsTest, AKeyThatComesBackIsSaidAgain) {
  const TestPublisher publisher;
  LoggedKeys logged = Logged(MissingKeyEvents(KeyringOf({&publisher}), {}, kTestNow));
  logged = Logged(MissingKeyEvents(Keyring(), logged, kTestNow), logged);
  const auto events = MissingKeyEvents(KeyringOf({&publisher}), logged, kTestNow);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(events[0].withdrawn());
}

TEST(KeyEventsTest, EventsAreInTheOrderOfTheKeysNames) {
  const TestPublisher b2("b.example", "2");
  const TestPublisher b1("b.example", "1");
  const TestPublisher c("c.example", "1");
  const TestPublisher a("a.example", "9");
  const LoggedKeys logged = Logged(MissingKeyEvents(KeyringOf({&b1}), {}, kTestNow));
  const auto events = MissingKeyEvents(KeyringOf({&c, &b2, &a}), logged, kTestNow);
  EXPECT_THAT(NamesOf(events),
              ::testing::ElementsAre("a.example 9", "b.example 1", "b.example 2", "c.example 1"));
  EXPECT_TRUE(events[1].withdrawn());
}

TEST(KeyEventsTest, KeysOfTwoPublishersWithOneIdAreTwoKeys) {
  const TestPublisher a("a.example", "1");
  const TestPublisher b("b.example", "1");
  const LoggedKeys logged = Logged(MissingKeyEvents(KeyringOf({&a, &b}), {}, kTestNow));
  EXPECT_EQ(logged.size(), 2u);
  const auto events = MissingKeyEvents(KeyringOf({&a}), logged, kTestNow);
  EXPECT_THAT(NamesOf(events), ::testing::ElementsAre("b.example 1"));
}

}  // namespace
}  // namespace chirograph::key_events_test
