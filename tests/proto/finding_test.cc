// SPDX-License-Identifier: Apache-2.0
#include "proto/finding.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace chirograph::finding_test {
namespace {

TEST(FindingTest, EveryCodeHasANameAndWordsOfItsOwn) {
  std::set<std::string_view> texts;
  const auto* const codes = v1::FindingCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::FindingCode>(codes->value(i)->number());
    EXPECT_EQ("FINDING_CODE_" + FindingCodeName(code), codes->value(i)->name());
    EXPECT_TRUE(texts.insert(FindingCodeText(code)).second) << FindingCodeText(code);
  }
  EXPECT_EQ(FindingCodeName(static_cast<v1::FindingCode>(999)), "999");
}

TEST(FindingTest, IsDescribedInALine) {
  v1::Finding finding = MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, 41, "a", "b");
  EXPECT_EQ(
      DescribeFinding(finding),
      "#41 CONTENT_MISMATCH: the stored article is not the one that was archived (expected a, found b)");
  finding.clear_expected();
  finding.clear_index();
  finding.set_subject("tile/1/000");
  EXPECT_EQ(DescribeFinding(finding),
            "CONTENT_MISMATCH tile/1/000: the stored article is not the one that was archived (b)");
  finding.set_expected("a");
  finding.clear_found();
  EXPECT_EQ(DescribeFinding(finding),
            "CONTENT_MISMATCH tile/1/000: the stored article is not the one that was archived (expected a)");
}

}  // namespace
}  // namespace chirograph::finding_test
