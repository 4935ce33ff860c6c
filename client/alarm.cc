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

std::string_view AlarmProofText(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kTwoRoots:
      return "Both notes bear the log's signature and contradict each other by themselves: this cannot come\n"
             "from the network, and nobody who has not the log's key can make such a pair. It can come from\n"
             "a defect, from a backup that was restored, or from somebody who has the key and changes what\n"
             "the log holds.";
    case AlarmKind::kTwoEntries:
      return "Both entries hash to what the log signed, as anybody can compute from the two receipts in\n"
             "exchange.txt: this cannot come from the network, and nobody who has not the log's key can "
             "make\n"
             "such a pair. It can come from a defect, from a backup that was restored, or from somebody who\n"
             "has the key and changes what the log holds.";
    case AlarmKind::kRolledBack:
      return "Both notes bear the log's signature, but that the smaller one is the newest is only an "
             "answer's\n"
             "word, which nobody signed: whoever sits between here and the server could have replayed an "
             "old\n"
             "note. Ask again with TLS, or by another way (another network). If the answer is the same, the\n"
             "log itself went back: a backup was restored, or entries were taken away.";
    case AlarmKind::kInconsistent:
      return "Both notes bear the log's signature, but the proof that should join them is an answer that\n"
             "nobody signed: whoever sits between here and the server could have spoilt or withheld it. Ask\n"
             "again with TLS, or by another way (another network). If no proof comes that joins these two\n"
             "notes, the log's past was changed; an honest log can always make one.";
  }
  return "";
}

}  // namespace chirograph
