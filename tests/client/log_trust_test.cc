// SPDX-License-Identifier: Apache-2.0
#include "client/internal/log_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "client/server_origin.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"

namespace chirograph::internal::log_trust_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kServer[] = "archive.example:7443";

class LogTrustTest : public ::testing::Test {
 protected:
  LogTrustTest() { options_.server = kServer; }

  static v1::GetLogInfoResponse InfoOf(const TestLog& log) {
    v1::GetLogInfoResponse info;
    info.set_origin(log.verifier().name());
    info.set_verifier_key(log.verifier().vkey());
    return info;
  }
  Answer<TrustedLog> Settle(const TestLog& log) { return SettleTrust(options_, state_dir_, InfoOf(log)); }
  // The failure's message, once its kind has been looked at.
  std::string Fails(const v1::GetLogInfoResponse& info, FailureKind kind) {
    const Answer<TrustedLog> answer = SettleTrust(options_, state_dir_, info);
    if (answer.ok()) return "it is trusted";
    EXPECT_EQ(FailureKindName(answer.failure().kind), FailureKindName(kind));
    return std::string(answer.failure().status.message());
  }
  std::string Fails(const TestLog& log, FailureKind kind) { return Fails(InfoOf(log), kind); }
  // Decides for `log` as somebody does who has its key.
  void Trust(const TestLog& log) {
    options_.log_key = log.verifier().vkey();
    ASSERT_TRUE(Settle(log).ok());
    options_.log_key.reset();
  }

  const TempFolder folder_;
  const std::string state_dir_ = folder_.path() + "/state";
  const TestLog log_;
  ClientOptions options_;
};

// --- What decides ---

TEST_F(LogTrustTest, AKeyThatWasGivenIsTrustedAndRemembered) {
  options_.log_key = log_.verifier().vkey();
  Answer<TrustedLog> answer = Settle(log_);
  ASSERT_TRUE(answer.ok()) << answer.failure().status;
  EXPECT_EQ(answer->key.vkey(), log_.verifier().vkey());
  EXPECT_EQ((*answer->state.ReadLogKey())->vkey(), log_.verifier().vkey());
  EXPECT_EQ(**ReadServerOrigin(state_dir_, kServer), kTestOrigin);
  options_.log_key.reset();
  EXPECT_TRUE(Settle(log_).ok());
}

TEST_F(LogTrustTest, NobodyIsTrustedUnaskedAndNothingIsKeptOfHim) {
  EXPECT_THAT(
      Fails(log_, FailureKind::kUntrusted),
      AllOf(HasSubstr(log_.verifier().vkey()), HasSubstr("--log-key"), HasSubstr("--trust-first-use")));
  options_.on_first_contact = [](const FirstContact&) { return false; };
  EXPECT_THAT(Fails(log_, FailureKind::kUntrusted), HasSubstr(kServer));
  EXPECT_FALSE(std::filesystem::exists(state_dir_));
}

TEST_F(LogTrustTest, AsksAtFirstContactOnly) {
  std::vector<FirstContact> asked;
  options_.on_first_contact = [&asked](const FirstContact& contact) {
    asked.push_back(contact);
    return asked.size() > 1;
  };
  EXPECT_FALSE(Settle(log_).ok());
  EXPECT_TRUE(Settle(log_).ok());
  EXPECT_TRUE(Settle(log_).ok());
  ASSERT_THAT(asked, SizeIs(2)) << "a no is asked again, a yes is kept";
  EXPECT_EQ(asked[0].server, kServer);
  EXPECT_EQ(asked[0].origin, kTestOrigin);
  EXPECT_EQ(asked[0].verifier_key, log_.verifier().vkey());
}

TEST_F(LogTrustTest, TheSameLogMayMoveToAnotherAddressUnasked) {
  Trust(log_);
  options_.server = "elsewhere.example:7443";
  EXPECT_TRUE(Settle(log_).ok());
  EXPECT_EQ(**ReadServerOrigin(state_dir_, "elsewhere.example:7443"), kTestOrigin);
}

// --- What does not fit ---

TEST_F(LogTrustTest, AServerWhoseOwnWordsDoNotFitIsRefused) {
  options_.on_first_contact = [](const FirstContact&) { return true; };
  v1::GetLogInfoResponse info = InfoOf(log_);
  info.set_verifier_key("nonsense");
  EXPECT_THAT(Fails(info, FailureKind::kDoesNotCheck), HasSubstr("a verifier key that is none"));
  info = InfoOf(log_);
  info.set_origin("log.example/x");
  EXPECT_THAT(Fails(info, FailureKind::kDoesNotCheck),
              AllOf(HasSubstr("'log.example/x'"), HasSubstr("'log.example/test'")));
  EXPECT_FALSE(std::filesystem::exists(state_dir_));
}

TEST_F(LogTrustTest, AnotherKeyThanTheOneGivenIsRefusedNamingBoth) {
  options_.log_key = TestLog().verifier().vkey();
  EXPECT_THAT(Fails(log_, FailureKind::kDoesNotCheck),
              AllOf(HasSubstr(*options_.log_key), HasSubstr(log_.verifier().vkey())));
}

TEST_F(LogTrustTest, AGivenKeyThatIsNoneIsTheCallersMistake) {
  options_.log_key = "nonsense";
  EXPECT_THAT(Fails(log_, FailureKind::kBadOptions), HasSubstr("the log key that was given is none"));
}

TEST_F(LogTrustTest, ANewKeyOfAKnownLogIsRefusedWhoeverGivesIt) {
  Trust(log_);
  const TestLog other;
  options_.on_first_contact = [](const FirstContact&) { return true; };
  EXPECT_THAT(Fails(other, FailureKind::kDoesNotCheck),
              AllOf(HasSubstr(log_.verifier().vkey()), HasSubstr("chirograph log forget log.example/test")));
  options_.log_key = other.verifier().vkey();
  EXPECT_THAT(Fails(other, FailureKind::kDoesNotCheck), HasSubstr(log_.verifier().vkey()))
      << "the one given is not the one that is trusted";
  options_.log_key.reset();
  EXPECT_TRUE(Settle(log_).ok()) << "and the old one still is";
}

TEST_F(LogTrustTest, AKnownServerUnderAnotherNameIsRefusedUnlessItsKeyIsGiven) {
  Trust(log_);
  const TestLog other("log.example/other");
  options_.on_first_contact = [](const FirstContact&) { return true; };
  EXPECT_THAT(Fails(other, FailureKind::kDoesNotCheck),
              AllOf(HasSubstr(kTestOrigin), HasSubstr("log.example/other")));
  EXPECT_EQ(**ReadServerOrigin(state_dir_, kServer), kTestOrigin);
  Trust(other);
  EXPECT_EQ(**ReadServerOrigin(state_dir_, kServer), "log.example/other");
}

// --- The disk ---

TEST_F(LogTrustTest, ADamagedKeyIsNamed) {
  Trust(log_);
  Spill(state_dir_ + "/log.example%2Ftest/log-key", "nonsense");
  EXPECT_THAT(Fails(log_, FailureKind::kCouldNot), HasSubstr("log.example%2Ftest/log-key"));
}

TEST_F(LogTrustTest, ADamagedServersFileIsNamedAndMendedByAKeyThatIsGiven) {
  Trust(log_);
  Spill(state_dir_ + "/.servers/archive.example%3A7443", "two\nlines\n");
  EXPECT_THAT(Fails(log_, FailureKind::kCouldNot), HasSubstr(".servers/archive.example%3A7443"));
  Trust(log_);
  EXPECT_TRUE(Settle(log_).ok());
}

TEST_F(LogTrustTest, WhatCannotBeRememberedIsNotTrusted) {
  options_.log_key = log_.verifier().vkey();
  Spill(state_dir_, "a file");
  EXPECT_THAT(Fails(log_, FailureKind::kCouldNot), HasSubstr(state_dir_));
  std::filesystem::remove(state_dir_);
  Spill(state_dir_ + "/.servers", "a file");
  EXPECT_THAT(Fails(log_, FailureKind::kCouldNot), HasSubstr(state_dir_ + "/.servers"));
}

}  // namespace
}  // namespace chirograph::internal::log_trust_test
