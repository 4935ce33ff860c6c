// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/constant_time.h"

#include <gtest/gtest.h>

namespace chirograph::internal::constant_time_test {
namespace {

constexpr std::uint32_t kNumbers[] = {0, 1, 2, 15, 16, 17, 255, 256, 0x7ffffffe, 0x7fffffff};

TEST(ConstantTimeTest, MasksAreAllOnesOrZero) {
  for (const std::uint32_t a : kNumbers) {
    EXPECT_EQ(MaskIsZero(a), a == 0 ? ~0U : 0U) << a;
    for (const std::uint32_t b : kNumbers) {
      EXPECT_EQ(MaskLess(a, b), a < b ? ~0U : 0U) << a << " " << b;
      EXPECT_EQ(MaskNotGreater(a, b), a <= b ? ~0U : 0U) << a << " " << b;
    }
  }
}

TEST(ConstantTimeTest, SelectsByMask) {
  EXPECT_EQ(Select(~0U, 7, 9), 7u);
  EXPECT_EQ(Select(0, 7, 9), 9u);
}

}  // namespace
}  // namespace chirograph::internal::constant_time_test
