// SPDX-License-Identifier: Apache-2.0
#include "proto/finding_advice.h"

#include <gtest/gtest.h>

namespace chirograph::finding_advice_test {
namespace {

TEST(FindingAdviceTest, EveryCodeHasSome) {
  const std::string_view none = AdviceOn(v1::FINDING_CODE_UNSPECIFIED).what_to_do;
  const auto* const codes = v1::FindingCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::FindingCode>(codes->value(i)->number());
    const FindingAdvice advice = AdviceOn(code);
    EXPECT_TRUE(advice.may_come_from.ends_with(".")) << codes->value(i)->name();
    EXPECT_TRUE(advice.what_to_do.ends_with(".")) << codes->value(i)->name();
    if (code != v1::FINDING_CODE_UNSPECIFIED) {
      EXPECT_NE(advice.what_to_do, none) << codes->value(i)->name();
    }
  }
}

}  // namespace
}  // namespace chirograph::finding_advice_test
