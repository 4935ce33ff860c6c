// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_WORKER_POOL_H_
#define CHIROGRAPH_SERVICE_WORKER_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "crypto/mutex.h"

namespace chirograph {

// Threads for what neither the sequencer's thread nor one of gRPC's should be held up by. Thread-safe. Its
// queue is bounded by whoever posts: the services post at most once a call that is in flight.
class WorkerPool {
 public:
  // `threads` > 0.
  explicit WorkerPool(int threads);

  // Finishes what was posted.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on one of the threads, in the order of posting.
  void Post(std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_WORKER_POOL_H_
