// SPDX-License-Identifier: Apache-2.0
#include "client/cli/progress_bar.h"

#include <algorithm>

#include "client/cli/text.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr int kBarColumns = 30;
constexpr int kShortBarColumns = 10;  // beside a note
constexpr int kFewestBarColumns = 5;
constexpr absl::Duration kRefresh = absl::Milliseconds(100);
constexpr absl::Duration kRateWindow = absl::Seconds(10);
constexpr absl::Duration kShortestRate = absl::Milliseconds(500);

// The first parts of `note`, as many as fit into `columns`.
std::string_view FittingPart(std::string_view note, int columns) {
  while (static_cast<int>(DisplayWidth(note)) > columns) {
    const std::size_t comma = note.rfind(", ");
    if (comma == std::string_view::npos) return "";
    note = note.substr(0, comma);
  }
  return note;
}

}  // namespace

std::string ProgressLine(std::uint64_t done, std::uint64_t total, std::string_view note, int columns) {
  const std::string counts = fmt::format("{}/{} ", WithThousands(done), WithThousands(total));
  const std::string percent = fmt::format(" {:3}%", total == 0 ? 100 : done * 100 / total);
  // One column stays free, so that the terminal does not begin a new line.
  const int room = columns - 1 - static_cast<int>(counts.size() + percent.size()) - 2;
  if (room < kFewestBarColumns) return counts.substr(0, static_cast<std::size_t>(std::max(columns - 1, 0)));
  const std::string_view part = FittingPart(note, room - kShortBarColumns - 2);
  const int note_columns = part.empty() ? 0 : static_cast<int>(DisplayWidth(part)) + 2;
  const int bar = std::min(kBarColumns, room - note_columns);
  const auto full = total == 0 ? static_cast<std::size_t>(bar)
                               : static_cast<std::size_t>(done * static_cast<std::uint64_t>(bar) / total);
  std::string line = fmt::format("{}[{}{}]{}", counts, std::string(full, '#'),
                                 std::string(static_cast<std::size_t>(bar) - full, '.'), percent);
  if (!part.empty()) line += fmt::format("  {}", part);
  return line;
}

void Rate::Note(absl::Time now, std::uint64_t done) {
  samples_.emplace_back(now, done);
  while (samples_.size() > 2 && now - samples_[1].first >= kRateWindow) samples_.pop_front();
}

std::optional<double> Rate::PerSecond() const {
  const absl::Duration span = samples_.back().first - samples_.front().first;
  if (span < kShortestRate) return std::nullopt;
  return static_cast<double>(samples_.back().second - samples_.front().second) / absl::ToDoubleSeconds(span);
}

std::string RateText(std::optional<double> per_second, std::uint64_t left) {
  if (!per_second.has_value()) return "";
  std::string text =
      fmt::format("{}/s", *per_second < 10 ? fmt::format("{:.1f}", *per_second)
                                           : WithThousands(static_cast<std::uint64_t>(*per_second)));
  constexpr double kLongest = 100.0 * 3600;
  const double seconds = *per_second > 0 ? static_cast<double>(left) / *per_second : kLongest;
  if (left == 0 || seconds >= kLongest) return text;
  const auto whole = static_cast<std::uint64_t>(seconds) + 1;
  const std::uint64_t hours = whole / 3600;
  const std::uint64_t minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}, {}:{:02}:{:02} left", text, hours, minutes, whole % 60);
  return fmt::format("{}, {}:{:02} left", text, minutes, whole % 60);
}

ProgressBar::ProgressBar(Console& console, Host& host, std::uint64_t total)
    : console_(console), host_(host), total_(total), rate_(host.Now()) {
  if (console_.shows_progress()) console_.ShowProgress(ProgressLine(0, total_, "", host_.TerminalColumns()));
}

ProgressBar::~ProgressBar() { console_.EndProgress(); }

void ProgressBar::Show(std::uint64_t done, std::string_view note) {
  if (!console_.shows_progress()) return;
  const absl::Time now = host_.Now();
  if (done < total_ && now - shown_ < kRefresh) return;
  shown_ = now;
  rate_.Note(now, done);
  const std::string rate = RateText(rate_.PerSecond(), total_ - std::min(done, total_));
  const std::string all = fmt::format("{}{}{}", rate, rate.empty() || note.empty() ? "" : ", ", note);
  console_.ShowProgress(ProgressLine(done, total_, all, host_.TerminalColumns()));
}

}  // namespace chirograph
