// SPDX-License-Identifier: Apache-2.0
#include "client/cli/progress_bar.h"

#include <algorithm>

#include "client/cli/text.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr int kBarColumns = 30;
constexpr int kFewestBarColumns = 5;
constexpr absl::Duration kRefresh = absl::Milliseconds(100);

}  // namespace

std::string ProgressLine(std::uint64_t done, std::uint64_t total, std::string_view note, int columns) {
  const std::string counts = fmt::format("{}/{} ", WithThousands(done), WithThousands(total));
  const std::string percent = fmt::format(" {:3}%", total == 0 ? 100 : done * 100 / total);
  // One column stays free, so that the terminal does not begin a new line.
  const int room = columns - 1 - static_cast<int>(counts.size() + percent.size()) - 2;
  if (room < kFewestBarColumns) return counts.substr(0, static_cast<std::size_t>(std::max(columns - 1, 0)));
  const int bar = std::min(kBarColumns, room);
  const auto full = total == 0 ? static_cast<std::size_t>(bar)
                               : static_cast<std::size_t>(done * static_cast<std::uint64_t>(bar) / total);
  std::string line = fmt::format("{}[{}{}]{}", counts, std::string(full, '#'),
                                 std::string(static_cast<std::size_t>(bar) - full, '.'), percent);
  if (!note.empty() && static_cast<int>(DisplayWidth(note)) + 2 <= room - bar)
    line += fmt::format("  {}", note);
  return line;
}

ProgressBar::ProgressBar(Console& console, Host& host, std::uint64_t total)
    : console_(console), host_(host), total_(total) {
  if (console_.shows_progress()) console_.ShowProgress(ProgressLine(0, total_, "", host_.TerminalColumns()));
}

ProgressBar::~ProgressBar() { console_.EndProgress(); }

void ProgressBar::Show(std::uint64_t done, std::string_view note) {
  if (!console_.shows_progress()) return;
  const absl::Time now = host_.Now();
  if (done < total_ && now - shown_ < kRefresh) return;
  shown_ = now;
  console_.ShowProgress(ProgressLine(done, total_, note, host_.TerminalColumns()));
}

}  // namespace chirograph
