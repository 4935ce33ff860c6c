// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_PARALLEL_H_
#define CHIROGRAPH_CRYPTO_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace chirograph {

// Calls `work` with each number below `count`, on up to `threads` threads, of which this is one; returns when
// all are done.
template <typename Work>
void ForEachInParallel(std::size_t count, std::size_t threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto go = [&next, &work, count] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  // A thread costs as much as checking some few articles.
  constexpr std::size_t kFewestEach = 4;
  const std::size_t helpers = std::min(threads, count / kFewestEach + 1) - 1;
  std::vector<std::thread> others;
  for (std::size_t i = 0; i < helpers; ++i) others.emplace_back(go);
  go();
  for (std::thread& other : others) other.join();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_PARALLEL_H_
