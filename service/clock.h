// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CLOCK_H_
#define CHIROGRAPH_SERVICE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace chirograph {

// Where the server's time comes from, so that tests can set it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CLOCK_H_
