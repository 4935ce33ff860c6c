// SPDX-License-Identifier: Apache-2.0
#include "proto/whole_number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chirograph::whole_number_test {
namespace {

TEST(WholeNumberTest, TakesWhatIsInTheRange) {
  for (const char* const text : {"1", "7", "10", "256"})
    EXPECT_EQ(WhyNoWholeNumber(text, 1, 256), "") << text;
  EXPECT_EQ(WhyNoWholeNumber("0", 0, 0), "");
  EXPECT_EQ(WhyNoIndex("9223372036854775807"), "");
}

TEST(WholeNumberTest, SaysWhatIsOutOfTheRange) {
  EXPECT_EQ(WhyNoWholeNumber("0", 1, 256), "\"0\" is no integer from 1 to 256");
  EXPECT_EQ(WhyNoWholeNumber("257", 1, 256), "\"257\" is no integer from 1 to 256");
  EXPECT_NE(WhyNoIndex("9223372036854775808"), "");
  EXPECT_NE(WhyNoIndex("99999999999999999999999"), "");
}

TEST(WholeNumberTest, RefusesWhatCLI11WouldTakeForAnother) {
  for (const char* const text :
       {"-1", "010", "0x10", "00", "+1", " 1", "1 ", "1.0", "1e3", "1,000", "", "one"}) {
    EXPECT_NE(WhyNoWholeNumber(text, 0, ~std::uint64_t{0}), "") << text;
  }
}

TEST(WholeNumberTest, ShowsWhatATerminalWouldObey) {
  EXPECT_THAT(WhyNoWholeNumber("\x1b[2J", 0, 1), testing::Not(testing::HasSubstr("\x1b")));
}

}  // namespace
}  // namespace chirograph::whole_number_test
