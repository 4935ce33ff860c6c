// SPDX-License-Identifier: Apache-2.0
#include "client/cli/failure_report.h"

#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "crypto/source_position.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {

using nlohmann::ordered_json;

namespace {

// The server's ErrorReason as ErrorInfo spells it, without its prefix; null where it gave none.
ordered_json ReasonJson(const Failure& failure) {
  if (!failure.server_error || !failure.server_error->reason) return nullptr;
  constexpr std::string_view kPrefix = "ERROR_REASON_";
  const std::string& name = v1::ErrorReason_Name(*failure.server_error->reason);
  return name.compare(0, kPrefix.size(), kPrefix) == 0 ? name.substr(kPrefix.size()) : name;
}

}  // namespace

ExitCode ExitCodeOf(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::kCouldNot:
    case FailureKind::kDoesNotCheck:
      return ExitCode::kCouldNot;
    case FailureKind::kBadOptions:
    case FailureKind::kUntrusted:
      return ExitCode::kUsage;
    case FailureKind::kAlarm:
      return ExitCode::kAlarm;
  }
  return ExitCode::kCouldNot;
}

ordered_json FailureJson(const Failure& failure) {
  ordered_json json = ErrorJson(std::string(failure.status.message()), PositionOf(failure.status));
  json["kind"] = FailureKindName(failure.kind);
  json["reason"] = ReasonJson(failure);
  json["evidenceDir"] = TextOrNull(failure.alarm ? failure.alarm->evidence_dir : "");
  return json;
}

std::string DescribeFailure(const Failure& failure) {
  const std::string message(failure.status.message());
  switch (failure.kind) {
    case FailureKind::kCouldNot:
    case FailureKind::kBadOptions:
    case FailureKind::kUntrusted:
      return message;
    case FailureKind::kDoesNotCheck:
      return fmt::format("the archive's answer does not check: {}", message);
    case FailureKind::kAlarm:
      return fmt::format("ALARM: the log contradicts what it signed before: {}", message);
  }
  return message;
}

void PrintAlarmAdvice(const Alarm& alarm, Console& console) {
  if (alarm.evidence_dir.empty()) {
    console.Error(
        fmt::format("the evidence could not be written: {}", std::string(alarm.evidence_status.message())));
  } else {
    console.Hint(fmt::format("Evidence: {}", EscapeForTerminal(alarm.evidence_dir)));
  }
  console.Hint(AlarmProofText(alarm.kind));
  console.Hint(
      "Keep the evidence, and show it to the archive's operator and to others who use this log. What was\n"
      "trusted before is unchanged. Believe nothing new from this archive till this is explained.");
}

ExitCode ReportFailure(const Failure& failure, Console& console) {
  // What is wrong with the command line or the configuration is for a person alone, whoever asks.
  const bool as_json = console.json() && ExitCodeOf(failure) != ExitCode::kUsage;
  if (as_json) console.Json({{"error", FailureJson(failure)}});
  if (!as_json || failure.alarm) console.Error(DescribeFailure(failure));
  if (failure.alarm) PrintAlarmAdvice(*failure.alarm, console);
  return ExitCodeOf(failure);
}

ExitCode ReportFileFailure(const std::string& path, const absl::Status& status, Console& console) {
  const InputError error = InputErrorOf(status);
  if (console.json()) {
    console.Json(InputErrorJson(path, error));
  } else {
    console.Error(DescribeInput(path, error));
  }
  return ExitCode::kCouldNot;
}

}  // namespace chirograph
