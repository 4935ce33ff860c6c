// SPDX-License-Identifier: Apache-2.0
#include "client/audit_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/audit_state.pb.h"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"

namespace chirograph::audit_state_test {
namespace {

using ::testing::HasSubstr;

class AuditStateTest : public ::testing::Test {
 protected:
  AuditStateTest() {
    log_.AddKeyEvent("news.example", publisher_.key());
    log_.AddDocument(MakeDocument("a", ""));
    log_.AddDocument(MakeDocument("b", ""));
    for (std::uint64_t i = 0; i < 3; ++i) state_.tree.Append(LeafHash(log_.entry(i).log_entry));
    state_.past.next_index = 3;
    state_.past.last_time = TestTime();
    state_.past.last_time_index = 2;
    state_.past.time_before_last = TestTime() - absl::Seconds(1);
    state_.key_events.emplace(0, log_.entry(0).log_entry);
    state_.findings.push_back(MakeFinding(v1::FINDING_CODE_CONTENT_MISSING, 2, "a", "b"));
    state_.finding_count = 5;
    state_.audited_at = TestTime() + absl::Hours(1);
    state_.full_under_way = true;
  }

  v1::AuditState Message() const {
    v1::AuditState message;
    EXPECT_TRUE(message.ParseFromString(FormatAuditState(state_).substr(kAuditStateFormat.size())));
    return message;
  }
  static absl::Status Parse(const v1::AuditState& message) {
    return ParseAuditState(std::string(kAuditStateFormat) + message.SerializeAsString()).status();
  }

  const TestPublisher publisher_{"news.example"};
  TestLog log_;
  AuditState state_;
};

TEST_F(AuditStateTest, IsReadBackAsItWasWritten) {
  const absl::StatusOr<AuditState> read = ParseAuditState(FormatAuditState(state_));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->tree.tree_size(), 3u);
  EXPECT_EQ(read->tree.RootHash(), log_.RootHash(3));
  EXPECT_EQ(read->past.next_index, 3u);
  EXPECT_EQ(read->past.last_time, TestTime());
  EXPECT_EQ(read->past.last_time_index, 2u);
  EXPECT_EQ(read->past.time_before_last, TestTime() - absl::Seconds(1));
  EXPECT_EQ(read->key_events, state_.key_events);
  EXPECT_TRUE(read->past.keys.IsInForce(0, 1));
  EXPECT_TRUE(read->with_articles);
  ASSERT_EQ(read->findings.size(), 1u);
  EXPECT_EQ(read->findings[0].index(), 2u);
  EXPECT_EQ(read->finding_count, 5u);
  EXPECT_EQ(read->audited_at, state_.audited_at);
  EXPECT_TRUE(read->full_under_way);
}

TEST_F(AuditStateTest, AnEmptyOneToo) {
  AuditState empty;
  empty.with_articles = false;
  empty.audited_at = TestTime();
  const absl::StatusOr<AuditState> read = ParseAuditState(FormatAuditState(empty));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->tree.RootHash(), EmptyRootHash());
  EXPECT_EQ(read->past.last_time, absl::InfinitePast());
  EXPECT_FALSE(read->with_articles);
  EXPECT_FALSE(read->full_under_way);
}

TEST_F(AuditStateTest, DamageIsToldByWhatWasFound) {
  EXPECT_THAT(ParseAuditState("").status().ToString(), HasSubstr("first line"));
  EXPECT_THAT(ParseAuditState("chirograph audit state 2\n").status().ToString(), HasSubstr("first line"));
  EXPECT_THAT(ParseAuditState(std::string(kAuditStateFormat) + "\x0a").status().ToString(),
              HasSubstr("no AuditState"));
  v1::AuditState message = Message();
  message.set_subtree_roots(0, "short");
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("5 bytes"));
  message = Message();
  message.set_tree_size(4);
  EXPECT_TRUE(absl::IsDataLoss(Parse(message)));
  message = Message();
  message.mutable_key_events(0)->set_index(3);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("out of order"));
  message = Message();
  *message.add_key_events() = message.key_events(0);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("out of order"));
  message = Message();
  message.mutable_key_events(0)->set_log_entry(log_.entry(1).log_entry);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("no key event"));
  message = Message();
  message.mutable_key_events(0)->set_log_entry("none");
  EXPECT_TRUE(absl::IsDataLoss(Parse(message)));
  message = Message();
  message.mutable_last_entry_time()->set_nanos(-1);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("last_entry_time"));
  message = Message();
  message.mutable_time_before_last()->set_nanos(-1);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("time_before_last"));
  message = Message();
  message.mutable_audited_at()->set_nanos(-1);
  EXPECT_THAT(Parse(message).ToString(), HasSubstr("audited_at"));
}

}  // namespace
}  // namespace chirograph::audit_state_test
