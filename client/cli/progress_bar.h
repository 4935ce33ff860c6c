// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_
#define CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "client/cli/console.h"
#include "client/cli/host.h"

namespace chirograph {

// "  312/509 [############........]  61%  3 refused", no wider than `columns`. Of the note, parted by ", ",
// there are as many parts as leave a short bar; then the bar goes too.
std::string ProgressLine(std::uint64_t done, std::uint64_t total, std::string_view note, int columns);

// How fast something goes, by the last ten seconds.
class Rate {
 public:
  explicit Rate(absl::Time start) { samples_.emplace_back(start, 0); }
  // `done` so far in all.
  void Note(absl::Time now, std::uint64_t done);
  // Nothing while too little is known.
  std::optional<double> PerSecond() const;

 private:
  std::deque<std::pair<absl::Time, std::uint64_t>> samples_;  // the last is the newest
};

// "1,204/s, 0:42 left": with hours where there are any. Empty where nothing is known; the time alone is
// missing where nothing is left, or nothing goes on.
std::string RateText(std::optional<double> per_second, std::uint64_t left);

// Shows it at the bottom of a terminal, with rate and time left before the note, at most ten times a second;
// nothing where standard error is none.
class ProgressBar {
 public:
  // `console` and `host` must outlive the bar.
  ProgressBar(Console& console, Host& host, std::uint64_t total);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(std::uint64_t done, std::string_view note);

 private:
  Console& console_;
  Host& host_;
  const std::uint64_t total_;
  absl::Time shown_ = absl::InfinitePast();
  Rate rate_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_
