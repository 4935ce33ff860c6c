// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CHECK_PACE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CHECK_PACE_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"

namespace chirograph {

// How fast a check may go, and when it is to say how far it is. Pure; not thread-safe.
class CheckPace {
 public:
  // Between two words of progress: at most so long, and so many units.
  static constexpr absl::Duration kProgressTime = absl::Seconds(1);
  static constexpr std::uint64_t kProgressUnits = 10'000;

  // At most `per_second` units a second; 0: any number.
  CheckPace(absl::Time now, std::uint64_t per_second)
      : per_second_(per_second), not_before_(now), told_at_(now) {}

  // Units to do at once, at most `most`: with a limit, a tenth of a second's.
  std::uint64_t Share(std::uint64_t most) const {
    if (per_second_ == 0) return most;
    return std::clamp<std::uint64_t>(per_second_ / 10, 1, most);
  }

  // `units` were done, in a share that began at `began`. Time that was lost is not made up for.
  void Spend(std::uint64_t units, absl::Time began) {
    units_ += units;
    if (per_second_ == 0) return;
    not_before_ = std::max(not_before_, began) +
                  absl::Seconds(1) * (static_cast<double>(units) / static_cast<double>(per_second_));
  }

  // When the next share may begin.
  absl::Time not_before() const { return not_before_; }

  // Whether it is time to say how far it is; if so, it is said.
  bool TellNow(absl::Time now) {
    // Also where the clock was set back.
    const absl::Duration passed = now < told_at_ ? told_at_ - now : now - told_at_;
    if (passed < kProgressTime && units_ - told_units_ < kProgressUnits) return false;
    told_at_ = now;
    told_units_ = units_;
    return true;
  }

 private:
  const std::uint64_t per_second_;
  absl::Time not_before_;
  absl::Time told_at_;
  std::uint64_t units_ = 0;
  std::uint64_t told_units_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CHECK_PACE_H_
