// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_
#define CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "client/cli/console.h"
#include "client/cli/host.h"

namespace chirograph {

// "  312/509 [############........]  61%  3 refused", no wider than `columns`; without the note, then the
// bar, where that is too narrow.
std::string ProgressLine(std::uint64_t done, std::uint64_t total, std::string_view note, int columns);

// Shows it at the bottom of a terminal, at most ten times a second; nothing where standard error is none.
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
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_PROGRESS_BAR_H_
