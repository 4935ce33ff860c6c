// SPDX-License-Identifier: Apache-2.0
//
// Decides what a newly seen checkpoint is worth beside the one that is trusted.
#ifndef CHIROGRAPH_CLIENT_CHECKPOINT_TRACKER_H_
#define CHIROGRAPH_CLIENT_CHECKPOINT_TRACKER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/answer.h"
#include "client/client_state.h"
#include "crypto/mutex.h"
#include "crypto/note.h"
#include "crypto/sha256.h"

namespace chirograph {

// Where the tracker gets what it needs to decide; the connection, or a test's. Thread-safe. Failures are
// kCouldNot, with server_error where the server said no; or kDoesNotCheck.
class LogQueries {
 public:
  virtual ~LogQueries() = default;
  virtual Answer<std::vector<Digest>> FetchConsistencyProof(std::uint64_t first_size,
                                                            std::uint64_t second_size) = 0;
  // The log's newest checkpoint as a signed note, not yet looked at.
  virtual Answer<std::string> FetchCheckpoint() = 0;
};

// How a checkpoint relates to the one that was trusted before.
enum class CheckpointRelation {
  kFirst,     // there was none; it is trusted now
  kSame,      // the same tree
  kAdvanced,  // larger, and proved to extend it; it is trusted now
  kOlder,     // smaller, and proved to be extended by it
};

struct TrackedCheckpoint {
  TrustedCheckpoint received;
  CheckpointRelation relation = CheckpointRelation::kSame;
};

// One log's. The state's checkpoint only ever grows, by checkpoints that were proved to extend it, however
// many trackers in however many processes share the state. Thread-safe; a proof is fetched by one thread at
// a time.
class CheckpointTracker {
 public:
  // `state` must have a trusted key. `state` and `queries` must outlive this.
  CheckpointTracker(ClientState& state, NoteVerifier log, LogQueries& queries,
                    std::function<absl::Time()> now = absl::Now);

  // The largest tree size that this tracker has seen trusted; 0 where none.
  std::uint64_t LargestSeen();

  // Judges `note`; `came_with` says for the evidence which question it answers, `seen_when_asked` what
  // LargestSeen was before that was asked. A note that is smaller than that did not merely overtake another:
  // the newest checkpoint is asked for too, and judged as FetchLatest does. Failures: kDoesNotCheck: not a
  // checkpoint that this log signed. kAlarm, with evidence written: two roots for one size; a proof that does
  // not lead from the one to the other, or that cannot be one at all; or, where the server refuses the proof,
  // a newest checkpoint that is smaller than what it signed, or that says that it has both sizes. kCouldNot:
  // the proof could not be had, for a reason that may pass or that the server owns up to (DATA_LOSS).
  Answer<TrackedCheckpoint> Observe(const std::string& note, std::string_view came_with,
                                    std::uint64_t seen_when_asked = 0);

  // The same for a note that comes after `before`, which was judged, with a proof that it extends it: nothing
  // is asked for where what is trusted is `before`. Failures as Observe; kAlarm also where the proof does not
  // lead there or, `proof` being a failure, cannot be one; kDoesNotCheck where it is of a smaller tree,
  // although the log has not gone back.
  Answer<TrackedCheckpoint> ObserveExtension(const std::string& note, std::string_view came_with,
                                             const TrustedCheckpoint& before,
                                             const Answer<std::vector<Digest>>& proof);

  // The same as Observe for a note that came neither from the server nor just now, but, for instance, in the
  // receipt that `came_with` names. Where it is larger than what is trusted, the newest checkpoint is asked
  // for and judged first. Failures as Observe and FetchLatest; kAlarm also where that newest is smaller than
  // the note.
  Answer<TrackedCheckpoint> ObserveSignedBefore(const std::string& note, std::string_view came_with);

  // Asks for the newest checkpoint and judges it. Failures as Observe; also kAlarm where it is smaller than
  // what was trusted before it was asked for.
  Answer<TrackedCheckpoint> FetchLatest();

  // Writes evidence of `alarm` and makes it a Failure.
  Failure Raise(Alarm alarm);

 private:
  // One new checkpoint, and where it came from.
  struct Received {
    TrustedCheckpoint checkpoint;
    std::string came_with;
    // If not 0, the tree size that it was proved to extend, by these hashes.
    std::uint64_t extends_size = 0;
    std::vector<Digest> extends_proof;
  };
  Answer<TrustedCheckpoint> Open(const std::string& note) const;
  Answer<TrackedCheckpoint> Judge(const Received& received) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Nothing: they are consistent.
  std::optional<Failure> FindContradiction(const TrustedCheckpoint& trusted, const Received& received)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Failure FollowUpRefusal(const TrustedCheckpoint& trusted, const Received& received,
                          const std::string& exchange, const Failure& refusal);
  void Remember(const TrustedCheckpoint& checkpoint) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ClientState& state_;
  const NoteVerifier log_;
  LogQueries& queries_;
  const std::function<absl::Time()> now_;
  Mutex mutex_;
  // Proved consistent with the trusted one, by size: answers overtake each other, and often many come under
  // one checkpoint.
  std::map<std::uint64_t, TrustedCheckpoint> proved_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CHECKPOINT_TRACKER_H_
