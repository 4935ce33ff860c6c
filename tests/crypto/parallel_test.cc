// SPDX-License-Identifier: Apache-2.0
#include "crypto/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace chirograph::parallel_test {
namespace {

TEST(ParallelTest, DoesEachOnce) {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    for (const std::size_t count : {0U, 1U, 3U, 100U}) {
      std::vector<std::atomic<int>> done(count);
      ForEachInParallel(count, threads, [&done](std::size_t i) { ++done[i]; });
      for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
    }
  }
}

}  // namespace
}  // namespace chirograph::parallel_test
