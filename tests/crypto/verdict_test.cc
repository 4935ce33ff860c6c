// SPDX-License-Identifier: Apache-2.0
#include "crypto/verdict.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace chirograph::verdict_test {
namespace {

TEST(VerdictTest, EachHasTheNameOfItsProtobufValue) {
  EXPECT_EQ(VerdictName(Verdict::kValid), "VALID");
  EXPECT_EQ(VerdictName(Verdict::kUnsigned), "UNSIGNED");
  EXPECT_EQ(VerdictName(Verdict::kMalformed), "MALFORMED");
  EXPECT_EQ(VerdictName(Verdict::kUnknownKey), "UNKNOWN_KEY");
  EXPECT_EQ(VerdictName(Verdict::kKeyRevoked), "KEY_REVOKED");
  EXPECT_EQ(VerdictName(Verdict::kKeyOutOfPeriod), "KEY_OUT_OF_PERIOD");
  EXPECT_EQ(VerdictName(Verdict::kInvalid), "INVALID");
}

TEST(VerdictTest, ReadsBackEachName) {
  for (const Verdict verdict : kAllVerdicts) EXPECT_EQ(VerdictFromName(VerdictName(verdict)), verdict);
}

TEST(VerdictTest, KnowsNoOtherName) {
  for (const char* name : {"", "valid", "VERDICT_VALID", "UNKNOWN", "VALID "}) {
    EXPECT_EQ(VerdictFromName(name), std::nullopt) << name;
  }
}

TEST(VerdictTest, EachReasonHasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  for (int number = 1; number <= 13; ++number) {
    const auto reason = static_cast<VerdictReason>(number);
    names.insert(VerdictReasonName(reason));
    texts.insert(VerdictReasonText(reason));
    EXPECT_NE(VerdictReasonText(reason).back(), '.');
  }
  EXPECT_EQ(names.size(), 13u);
  EXPECT_EQ(texts.size(), 13u);
  EXPECT_FALSE(names.contains("UNKNOWN"));
  EXPECT_FALSE(texts.contains("unknown"));
}

TEST(VerdictTest, OneReasonStandsForBadPaddingTagAndSignature) {
  EXPECT_EQ(VerdictReasonName(VerdictReason::kDoesNotVerify), "DOES_NOT_VERIFY");
  for (const char* word : {"padding", "tag", "envelope", "decrypt"}) {
    EXPECT_EQ(VerdictReasonText(VerdictReason::kDoesNotVerify).find(word), std::string_view::npos);
  }
}

}  // namespace
}  // namespace chirograph::verdict_test
