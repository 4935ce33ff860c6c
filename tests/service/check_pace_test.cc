// SPDX-License-Identifier: Apache-2.0
#include "service/internal/check_pace.h"

#include <gtest/gtest.h>

namespace chirograph::check_pace_test {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'800'000'000);

TEST(CheckPaceTest, WithoutALimitNothingIsHeldUp) {
  CheckPace pace(kBegin, 0);
  EXPECT_EQ(pace.Share(1024), 1024u);
  pace.Spend(1'000'000, kBegin);
  EXPECT_EQ(pace.not_before(), kBegin);
}

TEST(CheckPaceTest, KeepsToItsLimit) {
  CheckPace pace(kBegin, 50);
  EXPECT_EQ(pace.Share(1024), 5u);
  EXPECT_EQ(pace.Share(3), 3u);
  EXPECT_EQ(CheckPace(kBegin, 1).Share(1024), 1u);
  // Ten seconds of steps that take no time themselves.
  absl::Time now = kBegin;
  std::uint64_t done = 0;
  while (now < kBegin + absl::Seconds(10)) {
    const std::uint64_t share = pace.Share(1024);
    pace.Spend(share, now);
    done += share;
    now = pace.not_before();
  }
  EXPECT_EQ(done, 500u);
}

TEST(CheckPaceTest, TimeThatWasLostIsNotMadeUpFor) {
  CheckPace pace(kBegin, 10);
  pace.Spend(1, kBegin + absl::Hours(1));
  EXPECT_EQ(pace.not_before(), kBegin + absl::Hours(1) + absl::Milliseconds(100));
}

TEST(CheckPaceTest, TellsByTimeAndByWork) {
  CheckPace pace(kBegin, 0);
  EXPECT_FALSE(pace.TellNow(kBegin + absl::Milliseconds(999)));
  EXPECT_TRUE(pace.TellNow(kBegin + absl::Seconds(1)));
  EXPECT_FALSE(pace.TellNow(kBegin + absl::Milliseconds(1999)));
  pace.Spend(CheckPace::kProgressUnits - 1, kBegin);
  EXPECT_FALSE(pace.TellNow(kBegin + absl::Milliseconds(1999)));
  pace.Spend(1, kBegin);
  EXPECT_TRUE(pace.TellNow(kBegin + absl::Milliseconds(1999)));
  EXPECT_FALSE(pace.TellNow(kBegin + absl::Milliseconds(1999)));
  // A clock that was set back.
  EXPECT_TRUE(pace.TellNow(kBegin - absl::Hours(1)));
}

}  // namespace
}  // namespace chirograph::check_pace_test
