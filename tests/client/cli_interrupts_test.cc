// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>

#include "absl/time/clock.h"
#include "client/cli/interrupts.h"

namespace chirograph::cli_interrupts_test {
namespace {

void WaitFor(const std::atomic<int>& count) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (count == 0 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
}

TEST(CliInterruptsTest, TheFirstCallsBackInsteadOfEndingTheProcess) {
  std::atomic<int> calls = 0;
  for (int round = 0; round < 2; ++round) {
    calls = 0;
    const auto watch = WatchProcessInterrupts([&calls] { ++calls; });
    ASSERT_NE(watch, nullptr);
    raise(SIGINT);
    WaitFor(calls);
    EXPECT_EQ(calls, 1);
  }
}

TEST(CliInterruptsDeathTest, TheSecondEndsIt) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        std::atomic<int> calls = 0;
        const auto watch = WatchProcessInterrupts([&calls] { ++calls; });
        raise(SIGINT);
        WaitFor(calls);
        raise(SIGINT);
        std::_Exit(0);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(CliInterruptsDeathTest, AfterItWentAnInterruptEndsTheProcessAsEver) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        WatchProcessInterrupts([] {}).reset();
        raise(SIGINT);
        std::_Exit(0);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(CliInterruptsDeathTest, WhereInterruptsAreIgnoredTheyStayIgnored) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        signal(SIGINT, SIG_IGN);
        const auto watch = WatchProcessInterrupts([] { std::_Exit(3); });
        raise(SIGINT);
        raise(SIGINT);
        std::_Exit(watch == nullptr ? 0 : 4);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace chirograph::cli_interrupts_test
