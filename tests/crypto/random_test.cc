// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace chirograph::random_test {
namespace {

TEST(RandomTest, GivesAsManyBytesAsAskedFor) {
  for (const std::size_t count : {0, 1, 12, 16, 32, 4096}) {
    const absl::StatusOr<std::string> bytes = RandomBytes(count);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    EXPECT_EQ(bytes->size(), count);
  }
}

// By chance this fails once in 2^100 runs.
TEST(RandomTest, NeverGivesTheSameTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(*RandomBytes(16));
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace chirograph::random_test
