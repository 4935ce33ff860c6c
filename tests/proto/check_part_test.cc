// SPDX-License-Identifier: Apache-2.0
#include "proto/check_part.h"

#include <gtest/gtest.h>

namespace chirograph::check_part_test {
namespace {

TEST(CheckPartTest, HasWhatWasPutIn) {
  CheckParts parts = {CheckPart::kTimes, CheckPart::kCatalog};
  EXPECT_TRUE(parts.has(CheckPart::kTimes));
  EXPECT_TRUE(parts.has(CheckPart::kCatalog));
  EXPECT_FALSE(parts.has(CheckPart::kRoot));
  parts.Add(CheckPart::kRoot);
  EXPECT_TRUE(parts.has(CheckPart::kRoot));
  EXPECT_FALSE(CheckParts().has(CheckPart::kEntryForm));
}

}  // namespace
}  // namespace chirograph::check_part_test
