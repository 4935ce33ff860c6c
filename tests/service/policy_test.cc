// SPDX-License-Identifier: Apache-2.0
#include "service/policy.h"

#include <gtest/gtest.h>

namespace chirograph::policy_test {
namespace {

TEST(PolicyTest, RejectsByDefaultWhatASignatureThatWasThereCannotExplain) {
  const Policy policy;
  for (const bool has_keys : {false, true}) {
    EXPECT_EQ(policy.Decide(Verdict::kInvalid, has_keys), PolicyAction::kReject);
    EXPECT_EQ(policy.Decide(Verdict::kMalformed, has_keys), PolicyAction::kReject);
    EXPECT_EQ(policy.Decide(Verdict::kValid, has_keys), PolicyAction::kAccept);
    EXPECT_EQ(policy.Decide(Verdict::kUnknownKey, has_keys), PolicyAction::kAccept);
    EXPECT_EQ(policy.Decide(Verdict::kKeyRevoked, has_keys), PolicyAction::kAccept);
    EXPECT_EQ(policy.Decide(Verdict::kKeyOutOfPeriod, has_keys), PolicyAction::kAccept);
  }
}

TEST(PolicyTest, RejectsUnsignedOnlyWhereThePublisherHasKeys) {
  const Policy policy;
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, false), PolicyAction::kAccept);
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, true), PolicyAction::kReject);
}

TEST(PolicyTest, SettingAVerdictChangesThatVerdictAlone) {
  const Policy defaults;
  for (const Verdict set : kAllVerdicts) {
    Policy policy;
    const bool accepted = policy.Decide(set, false) == PolicyAction::kAccept;
    const PolicyAction other = accepted ? PolicyAction::kReject : PolicyAction::kAccept;
    policy.Set(set, other);
    for (const Verdict verdict : kAllVerdicts) {
      EXPECT_EQ(policy.Decide(verdict, false), verdict == set ? other : defaults.Decide(verdict, false))
          << VerdictName(set) << " set, asked for " << VerdictName(verdict);
    }
    EXPECT_EQ(policy.Decide(Verdict::kUnsigned, true), PolicyAction::kReject);
  }
}

TEST(PolicyTest, UnsignedWithKeysIsSetByItself) {
  Policy policy;
  policy.SetUnsignedWithKeys(PolicyAction::kAccept);
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, true), PolicyAction::kAccept);
  policy.Set(Verdict::kUnsigned, PolicyAction::kReject);
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, true), PolicyAction::kAccept);
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, false), PolicyAction::kReject);
}

TEST(PolicyTest, ActionsHaveNames) {
  EXPECT_EQ(PolicyActionName(PolicyAction::kAccept), "accept");
  EXPECT_EQ(PolicyActionName(PolicyAction::kReject), "reject");
  EXPECT_EQ(PolicyActionFromName("accept"), PolicyAction::kAccept);
  EXPECT_EQ(PolicyActionFromName("reject"), PolicyAction::kReject);
  EXPECT_EQ(PolicyActionFromName("Accept"), std::nullopt);
  EXPECT_EQ(PolicyActionFromName(""), std::nullopt);
}

}  // namespace
}  // namespace chirograph::policy_test
