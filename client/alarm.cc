// SPDX-License-Identifier: Apache-2.0
#include "client/alarm.h"

namespace chirograph {

std::string_view AlarmKindName(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kTwoRoots:
      return "TWO_ROOTS";
    case AlarmKind::kInconsistent:
      return "INCONSISTENT";
    case AlarmKind::kRolledBack:
      return "ROLLED_BACK";
    case AlarmKind::kTwoEntries:
      return "TWO_ENTRIES";
  }
  return "";
}

}  // namespace chirograph
