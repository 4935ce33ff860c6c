// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CHECK_PRINTER_H_
#define CHIROGRAPH_SERVICE_CHECK_PRINTER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "chirograph/v1/check_archive.pb.h"

namespace chirograph {

// How `chirographd check` prints what a check says: what is for standard output, and what for standard error.
struct CheckOutput {
  std::string out;
  std::string err;
};

// For a person: findings and the summary are output, progress is for standard error. With --json: one object
// a line, all of it output (docs/json-output.md). Not thread-safe.
class CheckPrinter {
 public:
  struct Options {
    bool json = false;
    bool articles = false;     // each article's outcome for a person, too
    bool is_terminal = false;  // of standard error: progress is one line that changes
    std::string keyring;       // the file; empty: none
    absl::Time began;          // by the clock of `now` below
  };
  explicit CheckPrinter(Options options) : options_(std::move(options)) {}

  CheckOutput Print(const v1::CheckArchiveResponse& message, absl::Time now);

 private:
  std::string ProgressLine(const v1::CheckProgress& progress, absl::Time now) const;
  std::string Summary(const v1::CheckSummary& summary) const;
  // Before anything else goes to a terminal that shows progress.
  std::string EndProgress();

  const Options options_;
  bool shows_progress_ = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CHECK_PRINTER_H_
