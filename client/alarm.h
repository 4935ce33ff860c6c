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
  kInconsistent,  // a checkpoint that is not shown to be a prefix, or an extension, of the trusted one
  kRolledBack,    // asked for its newest checkpoint, it answers with a smaller one than it signed before
  kTwoEntries,    // two entries at one index, both under its signature
};

// "TWO_ROOTS", "INCONSISTENT", "ROLLED_BACK", "TWO_ENTRIES".
std::string_view AlarmKindName(AlarmKind kind);

// What the evidence proves to others and what it does not, and what to do to find out: lines of at most 100
// columns. Two roots and two entries convict the log's key by themselves. A rollback and a proof that does
// not hold hang on an answer that nobody signed, so they could come from somebody between here and the
// server.
std::string_view AlarmProofText(AlarmKind kind);

// What two notes under the log's signature show, alone or with an answer that is not signed: see
// AlarmProofText. Nothing that was trusted before has been changed; what to do is for a person to decide.
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
