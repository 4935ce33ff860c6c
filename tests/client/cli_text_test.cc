// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "client/cli/text.h"

namespace chirograph {
namespace {

TEST(CliTextTest, PadsByCodePoints) {
  EXPECT_EQ(DisplayWidth("\xC3\xA4\xC3\xB6"), 2U);
  EXPECT_EQ(PadRight("\xC3\xA4", 3), "\xC3\xA4  ");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(CliTextTest, SeparatesThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1204), "1,204");
  EXPECT_EQ(WithThousands(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(CliTextTest, CountsInSingularAndPlural) {
  EXPECT_EQ(Counted(1, "file"), "1 file");
  EXPECT_EQ(Counted(0, "file"), "0 files");
  EXPECT_EQ(Counted(1204, "file"), "1,204 files");
}

TEST(CliTextTest, WritesTimesInUtc) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 15), absl::UTCTimeZone());
  EXPECT_EQ(TimeForPeople(time), "2026-11-23 08:01Z");
  EXPECT_EQ(TimeForPrograms(time), "2026-11-23T08:01:15Z");
  EXPECT_EQ(TimeForPrograms(time + absl::Milliseconds(250)), "2026-11-23T08:01:15.25Z");
}

TEST(CliTextTest, ShortensDigests) { EXPECT_EQ(ShortDigest(Sha256("")), "sha256:e3b0c442..."); }

TEST(CliTextTest, TheBeginningOfALogIsInWords) {
  EXPECT_EQ(FirstEntries(1), "the first entry of the log");
  EXPECT_EQ(FirstEntries(1204), "the first 1,204 entries of the log");
}

}  // namespace
}  // namespace chirograph
