// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_FAILURE_REPORT_H_
#define CHIROGRAPH_CLIENT_CLI_FAILURE_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "client/answer.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

ExitCode ExitCodeOf(const Failure& failure);

// {"message", "line", "column", "kind", "reason", "evidenceDir"}: see docs/json-output.md.
nlohmann::ordered_json FailureJson(const Failure& failure);

// What failed, in a line. Not escaped: it may quote the server.
std::string DescribeFailure(const Failure& failure);

// What else there is to say of an alarm, on standard error: where the evidence lies and what to do.
void PrintAlarmAdvice(const Alarm& alarm, Console& console);

// Reports the failure of a whole command, on standard error, with --json as {"error": ...} on standard
// output; an alarm on standard error too, and what ends with kUsage there alone. Returns ExitCodeOf(failure).
ExitCode ReportFailure(const Failure& failure, Console& console);

// Reports that the file at `path` could not be read or written: on standard error, or with --json as {"path",
// "error"}. Returns kCouldNot.
ExitCode ReportFileFailure(const std::string& path, const absl::Status& status, Console& console);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_FAILURE_REPORT_H_
