// SPDX-License-Identifier: Apache-2.0
#include "client/cli/line_diff.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr std::size_t kContextLines = 3;

// Lines as numbers: equal lines, and no others, have equal ones.
using Lines = std::vector<std::size_t>;

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

enum class Edit { kSame, kRemove, kAdd };

// The furthest points that 0, 1, ... edits lead to. `reached[d][k + d]` is the x on diagonal k (x - y) after
// d edits; the last of them has reached the end. Nothing: it takes more than kMaxDiffEdits.
std::optional<std::vector<std::vector<long>>> Search(const Lines& a, const Lines& b) {
  const long n = static_cast<long>(a.size());
  const long m = static_cast<long>(b.size());
  std::vector<std::vector<long>> reached;
  for (long d = 0; d <= static_cast<long>(kMaxDiffEdits); ++d) {
    std::vector<long> now(static_cast<std::size_t>(2 * d + 1), -1);
    for (long k = -d; k <= d; k += 2) {
      long x = 0;
      if (d > 0) {
        const std::vector<long>& last = reached.back();
        const auto at = [&](long diagonal) { return last[static_cast<std::size_t>(diagonal + d - 1)]; };
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        x = down ? at(k + 1) : at(k - 1) + 1;
      }
      long y = x - k;
      while (x < n && y < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)]) ++x, ++y;
      now[static_cast<std::size_t>(k + d)] = x;
      if (x >= n && y >= m) {
        reached.push_back(std::move(now));
        return reached;
      }
    }
    reached.push_back(std::move(now));
  }
  return std::nullopt;
}

// The way back through what Search found, turned round.
std::vector<Edit> TraceBack(const std::vector<std::vector<long>>& reached, std::size_t n, std::size_t m) {
  std::vector<Edit> edits;
  long x = static_cast<long>(n);
  long y = static_cast<long>(m);
  for (long d = static_cast<long>(reached.size()) - 1; d > 0; --d) {
    const std::vector<long>& last = reached[static_cast<std::size_t>(d - 1)];
    const auto at = [&](long diagonal) { return last[static_cast<std::size_t>(diagonal + d - 1)]; };
    const long k = x - y;
    const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
    const long from_x = down ? at(k + 1) : at(k - 1);
    const long from_y = from_x - (down ? k + 1 : k - 1);
    for (; x > from_x + (down ? 0 : 1); --x, --y) edits.push_back(Edit::kSame);
    edits.push_back(down ? Edit::kAdd : Edit::kRemove);
    x = from_x;
    y = from_y;
  }
  edits.insert(edits.end(), static_cast<std::size_t>(x), Edit::kSame);
  std::reverse(edits.begin(), edits.end());
  return edits;
}

// Cuts `edits` into hunks.
std::vector<DiffHunk> MakeHunks(const std::vector<Edit>& edits, const std::vector<std::string_view>& before,
                                const std::vector<std::string_view>& after) {
  std::vector<DiffHunk> hunks;
  std::size_t a = 0;          // lines of `before` so far
  std::size_t b = 0;          // of `after`
  std::size_t unchanged = 0;  // in a row, up to here
  bool open = false;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i] == Edit::kSame) {
      if (open && unchanged < kContextLines) hunks.back().lines.push_back(fmt::format(" {}", before[a]));
      ++unchanged, ++a, ++b;
      // Far enough behind the last change that the next one, if it is as far again, stands by itself.
      if (open && unchanged > 2 * kContextLines) open = false;
      continue;
    }
    if (!open) {
      const std::size_t context = std::min(unchanged, kContextLines);
      hunks.push_back({a - context + 1, 0, b - context + 1, 0, {}});
      for (std::size_t line = a - context; line < a; ++line) {
        hunks.back().lines.push_back(fmt::format(" {}", before[line]));
      }
    } else if (unchanged > kContextLines) {
      // The lines between two changes of one hunk, of which the first were taken as context.
      for (std::size_t line = a - unchanged + kContextLines; line < a; ++line) {
        hunks.back().lines.push_back(fmt::format(" {}", before[line]));
      }
    }
    open = true;
    unchanged = 0;
    hunks.back().lines.push_back(edits[i] == Edit::kRemove ? fmt::format("-{}", before[a++])
                                                           : fmt::format("+{}", after[b++]));
  }
  return hunks;
}

void CountLines(DiffHunk* hunk) {
  for (const std::string& line : hunk->lines) {
    if (line[0] != '+') ++hunk->before_lines;
    if (line[0] != '-') ++hunk->after_lines;
  }
  if (hunk->before_lines == 0) --hunk->before_line;
  if (hunk->after_lines == 0) --hunk->after_line;
}

}  // namespace

LineDiff DiffLines(std::string_view before, std::string_view after) {
  const std::vector<std::string_view> old_lines = Split(before);
  const std::vector<std::string_view> new_lines = Split(after);
  const std::size_t shorter = std::min(old_lines.size(), new_lines.size());
  std::size_t head = 0;
  while (head < shorter && old_lines[head] == new_lines[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head &&
         old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) {
    ++tail;
  }
  std::unordered_map<std::string_view, std::size_t> numbers;
  const auto number_middle = [&](const std::vector<std::string_view>& lines) {
    Lines middle;
    for (std::size_t i = head; i < lines.size() - tail; ++i) {
      middle.push_back(numbers.try_emplace(lines[i], numbers.size()).first->second);
    }
    return middle;
  };
  const Lines old_middle = number_middle(old_lines);
  const Lines new_middle = number_middle(new_lines);

  LineDiff diff;
  std::vector<Edit> edits(head, Edit::kSame);
  if (const auto reached = Search(old_middle, new_middle)) {
    const std::vector<Edit> middle = TraceBack(*reached, old_middle.size(), new_middle.size());
    edits.insert(edits.end(), middle.begin(), middle.end());
  } else {
    diff.gave_up = true;
    edits.insert(edits.end(), old_middle.size(), Edit::kRemove);
    edits.insert(edits.end(), new_middle.size(), Edit::kAdd);
  }
  edits.insert(edits.end(), tail, Edit::kSame);
  diff.hunks = MakeHunks(edits, old_lines, new_lines);
  for (DiffHunk& hunk : diff.hunks) CountLines(&hunk);
  return diff;
}

std::string HunkHeading(const DiffHunk& hunk) {
  return fmt::format("@@ -{},{} +{},{} @@", hunk.before_line, hunk.before_lines, hunk.after_line,
                     hunk.after_lines);
}

}  // namespace chirograph
