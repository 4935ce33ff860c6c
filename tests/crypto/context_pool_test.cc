// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/context_pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace chirograph::internal::context_pool_test {
namespace {

struct Context {
  bool is_in_use = false;
};

using Pool = ContextPool<std::unique_ptr<Context>>;

TEST(ContextPoolTest, MakesOneOnlyWhereNoneIsIdle) {
  Pool pool;
  int made = 0;
  const auto make = [&made] {
    ++made;
    return std::make_unique<Context>();
  };
  for (int i = 0; i < 3; ++i) static_cast<void>(pool.Take(make).get());
  EXPECT_EQ(made, 1);
  {
    const auto first = pool.Take(make);
    const auto second = pool.Take(make);
    EXPECT_NE(first.get(), second.get());
    EXPECT_EQ(made, 2);
  }
  const auto first = pool.Take(make);
  const auto second = pool.Take(make);
  EXPECT_EQ(made, 2);
}

TEST(ContextPoolTest, TakesTheOneThatWasAdded) {
  Pool pool;
  auto context = std::make_unique<Context>();
  const Context* const added = context.get();
  pool.Add(std::move(context));
  EXPECT_EQ(pool.Take([] { return std::make_unique<Context>(); }).get(), added);
}

TEST(ContextPoolTest, NeverGivesOneToTwoThreads) {
  Pool pool;
  std::atomic<int> shared = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        const auto lease = pool.Take([] { return std::make_unique<Context>(); });
        shared += lease.get()->is_in_use ? 1 : 0;
        lease.get()->is_in_use = true;
        if (i % 64 == 0) std::this_thread::yield();
        lease.get()->is_in_use = false;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared, 0);
}

}  // namespace
}  // namespace chirograph::internal::context_pool_test
