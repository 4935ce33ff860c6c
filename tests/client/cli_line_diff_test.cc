// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "client/cli/line_diff.h"
#include "fmt/format.h"

namespace chirograph::cli_line_diff_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// `before` with the hunks of `diff` applied, as `patch` does; the test fails where they do not fit.
std::vector<std::string> Applied(const std::string& before, const LineDiff& diff) {
  const std::vector<std::string> old_lines = SplitLines(before);
  std::vector<std::string> result;
  std::size_t at = 0;
  for (const DiffHunk& hunk : diff.hunks) {
    const std::size_t begin = hunk.before_lines == 0 ? hunk.before_line : hunk.before_line - 1;
    for (; at < begin && at < old_lines.size(); ++at) result.push_back(old_lines[at]);
    EXPECT_EQ(result.size(), hunk.after_lines == 0 ? hunk.after_line : hunk.after_line - 1);
    std::size_t removed = 0;
    std::size_t added = 0;
    for (const std::string& line : hunk.lines) {
      if (line[0] != '+') {
        EXPECT_LT(at, old_lines.size());
        if (at >= old_lines.size()) return result;
        EXPECT_EQ(old_lines[at++], line.substr(1));
        ++removed;
      }
      if (line[0] != '-') result.push_back(line.substr(1)), ++added;
    }
    EXPECT_EQ(removed, hunk.before_lines);
    EXPECT_EQ(added, hunk.after_lines);
  }
  result.insert(result.end(), old_lines.begin() + static_cast<long>(at), old_lines.end());
  return result;
}

std::size_t EditsIn(const LineDiff& diff) {
  std::size_t edits = 0;
  for (const DiffHunk& hunk : diff.hunks) {
    for (const std::string& line : hunk.lines) edits += line[0] == ' ' ? 0 : 1;
  }
  return edits;
}

// Edits in the shortest way, by the table that everybody knows.
std::size_t FewestEdits(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      common[i + 1][j + 1] = a[i] == b[j] ? common[i][j] + 1 : std::max(common[i][j + 1], common[i + 1][j]);
    }
  }
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

TEST(CliLineDiffTest, EqualTextsDoNotDiffer) {
  EXPECT_THAT(DiffLines("", "").hunks, IsEmpty());
  EXPECT_THAT(DiffLines("a\nb\n", "a\nb\n").hunks, IsEmpty());
  EXPECT_THAT(DiffLines("a", "a\n").hunks, IsEmpty());
}

TEST(CliLineDiffTest, ShowsAChangeWithThreeLinesAroundIt) {
  const LineDiff diff = DiffLines("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
  ASSERT_EQ(diff.hunks.size(), 1U);
  EXPECT_THAT(diff.hunks[0].lines, ElementsAre(" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"));
  EXPECT_EQ(HunkHeading(diff.hunks[0]), "@@ -2,7 +2,7 @@");
}

TEST(CliLineDiffTest, ChangesFarFromEachOtherAreHunksOfTheirOwn) {
  std::string before;
  std::string after;
  for (int i = 0; i < 30; ++i) {
    before += fmt::format("{}\n", i);
    after += i == 5 || i == 25 ? "changed\n" : fmt::format("{}\n", i);
  }
  const LineDiff diff = DiffLines(before, after);
  ASSERT_EQ(diff.hunks.size(), 2U);
  EXPECT_EQ(HunkHeading(diff.hunks[0]), "@@ -3,7 +3,7 @@");
  EXPECT_EQ(HunkHeading(diff.hunks[1]), "@@ -23,7 +23,7 @@");
}

TEST(CliLineDiffTest, FromNothingAndToNothing) {
  EXPECT_EQ(HunkHeading(DiffLines("", "a\nb\n").hunks.at(0)), "@@ -0,0 +1,2 @@");
  EXPECT_EQ(HunkHeading(DiffLines("a\nb\n", "").hunks.at(0)), "@@ -1,2 +0,0 @@");
}

TEST(CliLineDiffTest, IsAPatchAndAsShortAsCanBe) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    const auto text = [&random] {
      std::string lines;
      for (unsigned count = random() % 30; count > 0; --count) {
        lines += fmt::format("{}\n", static_cast<char>('a' + random() % 4));
      }
      return lines;
    };
    const std::string before = text();
    const std::string after = text();
    const LineDiff diff = DiffLines(before, after);
    ASSERT_EQ(Applied(before, diff), SplitLines(after)) << before << "---\n" << after;
    ASSERT_EQ(EditsIn(diff), FewestEdits(SplitLines(before), SplitLines(after))) << before << "---\n"
                                                                                 << after;
    EXPECT_FALSE(diff.gave_up);
  }
}

TEST(CliLineDiffTest, GivesUpWhereTooMuchDiffersAndIsAPatchStill) {
  std::string before = "same\n";
  std::string after = "same\n";
  for (std::size_t i = 0; i < kMaxDiffEdits; ++i) {
    before += fmt::format("old {}\n", i);
    after += fmt::format("new {}\n", i);
  }
  before += "end\n";
  after += "end\n";
  const LineDiff diff = DiffLines(before, after);
  EXPECT_TRUE(diff.gave_up);
  EXPECT_EQ(Applied(before, diff), SplitLines(after));
}

TEST(CliLineDiffTest, LongTextsWithFewChangesAreNoTrouble) {
  std::string before;
  for (int i = 0; i < 200'000; ++i) before += fmt::format("{}\n", i);
  const LineDiff diff = DiffLines(before, "first\n" + before + "last\n");
  EXPECT_FALSE(diff.gave_up);
  EXPECT_EQ(EditsIn(diff), 2U);
}

}  // namespace
}  // namespace chirograph::cli_line_diff_test
