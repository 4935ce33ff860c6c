// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/cli/progress_bar.h"
#include "client/cli/text.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_progress_bar_test {
namespace {

TEST(CliProgressBarTest, ShowsCountsBarPercentAndNote) {
  EXPECT_EQ(ProgressLine(312, 509, "3 refused", 80),
            "312/509 [##################............]  61%  3 refused");
  EXPECT_EQ(ProgressLine(0, 4, "", 80), "0/4 [..............................]   0%");
  EXPECT_EQ(ProgressLine(4, 4, "", 80), "4/4 [##############################] 100%");
  EXPECT_EQ(ProgressLine(0, 0, "", 80), "0/0 [##############################] 100%");
}

TEST(CliProgressBarTest, OfALongNoteThereIsAsMuchAsLeavesAShortBar) {
  EXPECT_EQ(ProgressLine(12, 20, "1,204/s, 0:42 left, 3 refused", 60),
            "12/20 [#########......]  60%  1,204/s, 0:42 left, 3 refused");
  EXPECT_EQ(ProgressLine(12, 20, "1,204/s, 0:42 left, 3 refused", 50),
            "12/20 [#########.......]  60%  1,204/s, 0:42 left");
}

TEST(CliProgressBarTest, TheRateIsThatOfTheLastSeconds) {
  const absl::Time start = absl::FromUnixSeconds(1000);
  Rate rate(start);
  EXPECT_FALSE(rate.PerSecond().has_value());
  rate.Note(start + absl::Milliseconds(100), 50);
  EXPECT_FALSE(rate.PerSecond().has_value()) << "too little is known";
  rate.Note(start + absl::Seconds(2), 200);
  EXPECT_DOUBLE_EQ(*rate.PerSecond(), 100);
  for (int i = 3; i <= 30; ++i) rate.Note(start + absl::Seconds(i), 200);
  EXPECT_DOUBLE_EQ(*rate.PerSecond(), 0) << "nothing has gone on for long";
}

TEST(CliProgressBarTest, TheTimeLeftIsSaidWhereItCanBeTold) {
  EXPECT_EQ(RateText(std::nullopt, 100), "");
  EXPECT_EQ(RateText(1204.5, 50'000), "1,204/s, 0:42 left");
  EXPECT_EQ(RateText(2.5, 1000), "2.5/s, 6:41 left");
  EXPECT_EQ(RateText(10.0, 100'000), "10/s, 2:46:41 left");
  EXPECT_EQ(RateText(10.0, 0), "10/s");
  EXPECT_EQ(RateText(0.0, 100), "0.0/s");
}

TEST(CliProgressBarTest, NeverFillsTheTerminalsWidth) {
  for (int columns = 0; columns < 120; ++columns) {
    const std::string line = ProgressLine(1234, 56789, "12 new, 3 refused", columns);
    EXPECT_LT(static_cast<int>(DisplayWidth(line)), std::max(columns, 1)) << line;
  }
}

TEST(CliProgressBarTest, RedrawsAtMostTenTimesASecondAndAtTheEnd) {
  FakeHost host;
  host.variables["TERM"] = "xterm";
  host.terminals = {Stream::kError};
  Console console(host);
  {
    ProgressBar bar(console, host, 3);
    bar.Show(1, "first");
    bar.Show(2, "second");  // in the same instant
    bar.Show(3, "third");
  }
  EXPECT_NE(host.err.find("first"), std::string::npos);
  EXPECT_EQ(host.err.find("second"), std::string::npos);
  EXPECT_NE(host.err.find("third"), std::string::npos);
}

}  // namespace
}  // namespace chirograph::cli_progress_bar_test
