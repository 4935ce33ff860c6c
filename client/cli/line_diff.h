// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_LINE_DIFF_H_
#define CHIROGRAPH_CLIENT_CLI_LINE_DIFF_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chirograph {

// Lines that were removed and added together, up to which the shortest way is looked for. Its cost is the
// square of it.
inline constexpr std::size_t kMaxDiffEdits = 1000;

// Some lines that changed, with up to 3 around them that did not. Line numbers are 1-based; where there are
// no lines, the one before.
struct DiffHunk {
  std::size_t before_line = 0;
  std::size_t before_lines = 0;
  std::size_t after_line = 0;
  std::size_t after_lines = 0;
  // ' ', '-' or '+', then the line without its line feed.
  std::vector<std::string> lines;
};

struct LineDiff {
  std::vector<DiffHunk> hunks;
  // The texts differ by more than kMaxDiffEdits lines: between the first and the last line that differ, all
  // of the one is removed and all of the other added.
  bool gave_up = false;
};

// What changed from `before` to `after`, with as few lines as can be: E. W. Myers, "An O(ND) difference
// algorithm", 1986. A text that ends without a line feed counts as if it had one. Time and memory are
// bounded.
LineDiff DiffLines(std::string_view before, std::string_view after);

// "@@ -1,3 +1,4 @@".
std::string HunkHeading(const DiffHunk& hunk);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_LINE_DIFF_H_
