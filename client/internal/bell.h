// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_BELL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_BELL_H_

#include <chrono>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "crypto/mutex.h"

namespace chirograph::internal {

// Wakes one thread that watches several things, each under a lock of its own. The thread notes Rings() before
// it looks, and waits for another one if it found nothing: what happens in between is not missed.
// Thread-safe.
class Bell {
 public:
  void Ring() {
    MutexLock lock(mutex_);
    ++rings_;
    rung_.NotifyAll();
  }
  std::uint64_t Rings() {
    MutexLock lock(mutex_);
    return rings_;
  }
  // Waits until it has rung since Rings() was `seen`, or `timeout` has passed.
  void WaitFor(std::uint64_t seen, std::chrono::nanoseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    MutexLock lock(mutex_);
    while (rings_ == seen) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left.count() <= 0 || !rung_.WaitFor(mutex_, left)) return;
    }
  }

 private:
  Mutex mutex_;
  CondVar rung_;
  std::uint64_t rings_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_BELL_H_
