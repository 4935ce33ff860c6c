// SPDX-License-Identifier: Apache-2.0
#include "service/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace chirograph::worker_pool_test {
namespace {

TEST(WorkerPoolTest, OneThreadRunsWorkInTheOrderOfPosting) {
  std::vector<int> order;
  {
    WorkerPool pool(1);
    for (int i = 0; i < 100; ++i) pool.Post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(WorkerPoolTest, FinishesWhatWasPostedBeforeItGoes) {
  std::atomic<int> done = 0;
  std::promise<void> gate;
  const std::shared_future<void> opened(gate.get_future());
  auto pool = std::make_unique<WorkerPool>(2);
  for (int i = 0; i < 50; ++i) {
    pool->Post([&done, opened] {
      opened.wait();
      ++done;
    });
  }
  EXPECT_EQ(done, 0);
  gate.set_value();
  pool.reset();
  EXPECT_EQ(done, 50);
}

TEST(WorkerPoolTest, ThreadsWorkAtTheSameTime) {
  // Each piece of work ends only when both run.
  std::promise<void> first;
  std::promise<void> second;
  std::shared_future<void> first_runs(first.get_future());
  std::shared_future<void> second_runs(second.get_future());
  WorkerPool pool(2);
  std::promise<std::thread::id> first_thread;
  std::promise<std::thread::id> second_thread;
  pool.Post([&] {
    first.set_value();
    second_runs.wait();
    first_thread.set_value(std::this_thread::get_id());
  });
  pool.Post([&] {
    second.set_value();
    first_runs.wait();
    second_thread.set_value(std::this_thread::get_id());
  });
  EXPECT_NE(first_thread.get_future().get(), second_thread.get_future().get());
}

TEST(WorkerPoolTest, WorkMayPostWork) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1);
    pool.Post([&] {
      ++done;
      pool.Post([&] { ++done; });
    });
  }
  EXPECT_EQ(done, 2);
}

TEST(WorkerPoolTest, GoesWithoutWorkToo) { const WorkerPool pool(3); }

}  // namespace
}  // namespace chirograph::worker_pool_test
