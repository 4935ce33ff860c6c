// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CHECK_COMMAND_H_
#define CHIROGRAPH_SERVICE_CHECK_COMMAND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/clock.h"

namespace chirograph {

// What `chirographd check` is asked for.
struct CheckCommandOptions {
  std::string data_dir;
  std::string keyring;  // the file; empty: none
  bool allow_shared_key_file = false;
  std::uint64_t start_index = 0;
  std::optional<std::uint64_t> end_index;  // absent: all
  std::uint32_t max_articles_per_second = 0;
  bool json = false;
  bool articles = false;
  std::vector<std::string> reports;  // files to write; IsReportPath (proto/check_report_file.h)
};

// Checks the archive in data_dir on all cores, and prints what there is to say on standard output and
// standard error, and what was asked for as a report into files, also where the check ends early. Whether
// nothing was found. Errors: of OpenStoredArchive and LoadKeyring; OutOfRange: the range is not within the
// log; InvalidArgument: a report's ending is none; those of WriteFileAtomically, of a report, before the
// check begins; Unavailable: the disk, or standard output, could not.
absl::StatusOr<bool> RunCheckCommand(const CheckCommandOptions& options, const Clock& clock);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CHECK_COMMAND_H_
