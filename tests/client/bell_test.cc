// SPDX-License-Identifier: Apache-2.0
#include "client/internal/bell.h"

#include <gtest/gtest.h>

#include <thread>

namespace chirograph::internal::bell_test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(BellTest, WhatRangAfterOneLookedIsNotMissed) {
  Bell bell;
  const std::uint64_t seen = bell.Rings();
  bell.Ring();
  bell.WaitFor(seen, hours(1));
  EXPECT_NE(bell.Rings(), seen);
}

TEST(BellTest, WakesWhoWaitsFromAnotherThread) {
  Bell bell;
  const std::uint64_t seen = bell.Rings();
  std::thread other([&bell] { bell.Ring(); });
  bell.WaitFor(seen, hours(1));
  other.join();
}

TEST(BellTest, WaitsNoLongerThanItIsTold) {
  Bell bell;
  bell.WaitFor(bell.Rings(), milliseconds(5));
  bell.WaitFor(bell.Rings(), milliseconds(-5));
}

}  // namespace
}  // namespace chirograph::internal::bell_test
