// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_ALARM_H_
#define CHIROGRAPH_CLIENT_ALARM_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chirograph {

// How the log contradicted what it signed before.
enum class AlarmKind {
  kTwoRoots,      // two root hashes for one size
  kInconsistent,  // a checkpoint that is not a prefix, or an extension, of the one that is trusted
  kRolledBack,    // asked for its newest checkpoint, it answers with a smaller one than it signed before
  kTwoEntries,    // two entries at one index, both under its signature
};

// "TWO_ROOTS", "INCONSISTENT", "ROLLED_BACK", "TWO_ENTRIES".
std::string_view AlarmKindName(AlarmKind kind);

// Proof, signed by the log, that it does not keep its promise. Nothing that was trusted before has been
// changed; what to do is for a person to decide.
struct Alarm {
  AlarmKind kind = AlarmKind::kInconsistent;
  // One sentence: what contradicts what.
  std::string message;
  // The two signed notes, verbatim. For kTwoEntries those of the two receipts.
  std::string trusted_note;
  std::string received_note;
  // What was asked and answered, one line each.
  std::string exchange;
  // The folder that has all of this, and the key. Empty where it could not be written; evidence_status
  // says why.
  std::string evidence_dir;
  absl::Status evidence_status;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ALARM_H_
