// SPDX-License-Identifier: Apache-2.0
#include "service/internal/frequent_terms.h"

#include <gtest/gtest.h>

#include <string>

namespace chirograph::frequent_terms_test {
namespace {

TEST(FrequentTermsTest, WhatIsKnownHoldsOfALongerListAndOfLess) {
  FrequentTerms terms;
  EXPECT_FALSE(terms.Has("a", 0, 100));
  terms.Add("a", 10, 50);
  EXPECT_TRUE(terms.Has("a", 10, 50));
  EXPECT_TRUE(terms.Has("a", 9, 51));
  EXPECT_FALSE(terms.Has("a", 11, 50));
  EXPECT_FALSE(terms.Has("a", 10, 49));
  EXPECT_FALSE(terms.Has("b", 0, 100));
}

TEST(FrequentTermsTest, KeepsWhatSaysMore) {
  FrequentTerms terms;
  terms.Add("a", 10, 50);
  terms.Add("a", 2, 5);
  EXPECT_TRUE(terms.Has("a", 10, 50));
  terms.Add("a", 10, 40);
  EXPECT_TRUE(terms.Has("a", 10, 40));
  terms.Add("a", 10, 60);
  EXPECT_TRUE(terms.Has("a", 10, 40));
  terms.Add("a", 20, 60);
  EXPECT_TRUE(terms.Has("a", 20, 60));
  EXPECT_FALSE(terms.Has("a", 20, 59));
}

TEST(FrequentTermsTest, IsBounded) {
  FrequentTerms terms;
  for (int i = 0; i < 5000; ++i) terms.Add(std::to_string(i), 1, 1);
  EXPECT_FALSE(terms.Has("0", 1, 1));
  EXPECT_TRUE(terms.Has("4999", 1, 1));
}

}  // namespace
}  // namespace chirograph::frequent_terms_test
