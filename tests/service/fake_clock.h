// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_FAKE_CLOCK_H_
#define CHIROGRAPH_TESTS_SERVICE_FAKE_CLOCK_H_

#include <cstdint>

#include "crypto/mutex.h"
#include "service/clock.h"

namespace chirograph {

// 2026-03-01T12:00:00Z: when the tests' archives begin.
inline const absl::Time kTestNow = absl::FromUnixSeconds(1772366400);

// Stands still until it is set, backwards too. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = kTestNow) : now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(mutex_);
    ++looks_;
    return now_;
  }
  // How often Now was called.
  std::uint64_t looks() const {
    MutexLock lock(mutex_);
    return looks_;
  }
  void Set(absl::Time now) {
    MutexLock lock(mutex_);
    now_ = now;
  }
  void Advance(absl::Duration by) {
    MutexLock lock(mutex_);
    now_ += by;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  mutable std::uint64_t looks_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_FAKE_CLOCK_H_
