// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CHECK_REPORTER_H_
#define CHIROGRAPH_SERVICE_CHECK_REPORTER_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "chirograph/v1/check_archive.pb.h"
#include "crypto/note.h"
#include "proto/check_report.h"

namespace chirograph {

// Gathers what the report of `chirographd check` says, while the check goes on. Memory: the tally's bound and
// kMaxReportFindings. Not thread-safe.
class CheckReporter {
 public:
  // Begins at `now`. `archive`: the folder that is checked. `keyring`: the file; empty: none.
  CheckReporter(std::string archive, std::string keyring, const NoteVerifier& log, absl::Time now);

  // The next message of a check with outcomes.
  void Take(const v1::CheckArchiveResponse& message);

  // The check is over at `now`, and that is the report. `not_finished`: why it ended before its summary;
  // empty: it did not.
  CheckReport Finish(std::string_view not_finished, absl::Time now);

 private:
  void Take(const v1::CheckSummary& summary);
  void AddSteps();

  const std::string keyring_;
  CheckReport report_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CHECK_REPORTER_H_
