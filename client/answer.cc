// SPDX-License-Identifier: Apache-2.0
#include "client/answer.h"

#include <string>

namespace chirograph {

std::string_view FailureKindName(FailureKind kind) {
  switch (kind) {
    case FailureKind::kCouldNot:
      return "COULD_NOT";
    case FailureKind::kBadOptions:
      return "BAD_OPTIONS";
    case FailureKind::kUntrusted:
      return "UNTRUSTED";
    case FailureKind::kDoesNotCheck:
      return "DOES_NOT_CHECK";
    case FailureKind::kAlarm:
      return "ALARM";
  }
  return "";
}

Failure CouldNot(absl::Status status) {
  Failure failure;
  failure.kind = FailureKind::kCouldNot;
  failure.status = std::move(status);
  return failure;
}

Failure BadOptions(absl::Status status) {
  Failure failure;
  failure.kind = FailureKind::kBadOptions;
  failure.status = std::move(status);
  return failure;
}

Failure DoesNotCheck(std::string_view message) {
  Failure failure;
  failure.kind = FailureKind::kDoesNotCheck;
  failure.status = absl::DataLossError(std::string(message));
  return failure;
}

Failure Alarmed(Alarm alarm) {
  Failure failure;
  failure.kind = FailureKind::kAlarm;
  failure.status = absl::DataLossError(alarm.message);
  failure.alarm = std::move(alarm);
  return failure;
}

}  // namespace chirograph
