// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/resume_option.h"

namespace chirograph::cli_resume_option_test {
namespace {

TEST(CliResumeOptionTest, EveryTokenComesBackAsItWas) {
  for (int size = 1; size <= 128; ++size) {
    for (const char byte : {'\0', '\xFB', '\xFF', 'a'}) {
      const std::string token(static_cast<std::size_t>(size), byte);
      const std::string text = ResumeText(token);
      EXPECT_EQ(text.find_first_of("+/= "), std::string::npos);
      ASSERT_TRUE(ResumeOption(text).ok()) << text;
      EXPECT_EQ(*ResumeOption(text), token);
    }
  }
}

TEST(CliResumeOptionTest, WhatIsNoTokenIsRefused) {
  for (const char* text : {"A", "!!!!", "AA==", "A+AA", "A/AA", "AB", "AAAA A"}) {
    EXPECT_THAT(std::string(ResumeOption(text).status().message()),
                testing::HasSubstr("--resume is no token"))
        << text;
  }
}

TEST(CliResumeOptionTest, AnEmptyOneIsNotABeginning) {
  EXPECT_THAT(std::string(ResumeOption("").status().message()), testing::HasSubstr("--resume is empty"));
}

}  // namespace
}  // namespace chirograph::cli_resume_option_test
