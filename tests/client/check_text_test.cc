// SPDX-License-Identifier: Apache-2.0
#include "client/internal/check_text.h"

#include <gtest/gtest.h>

namespace chirograph::internal::check_text_test {
namespace {

std::string Repeated(std::string_view word, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i == 0 ? "" : " ") + std::string(word);
  return text;
}

TEST(CheckTextTest, SetsBlocksOffByAnEmptyLine) {
  CheckText text;
  text.Heading("1. One");
  text.Paragraph("Words.");
  text.Row("Name", "value", 6);
  text.Row("A longer name", "other", 6);
  text.Row("alone", "", 6);
  text.Command("a");
  text.Command("b", "c");
  text.Item("Shows:", "this.");
  text.Item("-", "that.");
  text.Heading("2. Two");
  EXPECT_EQ(
      std::move(text).Take(),
      "1. One\n======\n\nWords.\n\n  Name   value\n  A longer name other\n  alone\n\n  $ a\n  $ b\n  = c\n\n"
      "  Shows: this.\n  - that.\n\n\n2. Two\n======\n");
}

TEST(CheckTextTest, FillsLinesOf80Characters) {
  CheckText text;
  text.Paragraph(Repeated("1234567", 11));
  text.Paragraph(Repeated("123456789", 8) + " 1 " + std::string(100, 'x') + " y");
  text.Item("-", Repeated("1234567", 10));
  EXPECT_EQ(std::move(text).Take(), Repeated("1234567", 10) + "\n1234567\n\n" + Repeated("123456789", 8) +
                                        "\n1\n" + std::string(100, 'x') + "\ny\n\n  - " +
                                        Repeated("1234567", 9) + "\n    1234567\n");
}

TEST(CheckTextTest, CountsCodePoints) {
  CheckText text;
  text.Paragraph(Repeated("\xC3\xA4", 40) + " x");
  text.Row("\xC3\xA4", "v", 2);
  EXPECT_EQ(std::move(text).Take(), Repeated("\xC3\xA4", 40) + "\nx\n\n  \xC3\xA4  v\n");
}

TEST(CheckTextTest, AParagraphNeverLooksLikeACommand) {
  CheckText text;
  text.Paragraph(Repeated("1234567", 10) + "   $ rm = x");
  const std::string all = std::move(text).Take();
  EXPECT_EQ(all.find("\n  $ "), std::string::npos);
}

}  // namespace
}  // namespace chirograph::internal::check_text_test
