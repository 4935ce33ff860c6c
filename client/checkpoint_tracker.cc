// SPDX-License-Identifier: Apache-2.0
#include "client/checkpoint_tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/status_message.h"

namespace chirograph {
namespace {

constexpr std::size_t kMaxRemembered = 4096;
// Somebody else moved the state each time: far more often than there can be processes.
constexpr int kMaxSwaps = 1000;

// Whether the server itself said a no that will stay one. What may be otherwise a moment later, and the
// confession that the store is damaged, are only failures.
bool IsRefusal(const Failure& failure) {
  if (failure.kind != FailureKind::kCouldNot || !failure.server_error.has_value()) return false;
  switch (failure.server_error->code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return false;
    default:
      return true;
  }
}

std::string Describe(const Checkpoint& checkpoint) {
  return fmt::format("tree size {}, root hash {}", checkpoint.tree_size, ToHex(checkpoint.root_hash));
}

// `came_with`: in what `received` was.
Alarm TwoRoots(const TrustedCheckpoint& trusted, const TrustedCheckpoint& received,
               std::string_view came_with, std::string exchange) {
  Alarm alarm;
  alarm.kind = AlarmKind::kTwoRoots;
  alarm.message =
      fmt::format("{} signed two root hashes for tree size {}: {}, and, in {}, {}", trusted.checkpoint.origin,
                  trusted.checkpoint.tree_size, ToHex(trusted.checkpoint.root_hash), came_with,
                  ToHex(received.checkpoint.root_hash));
  alarm.trusted_note = trusted.note;
  alarm.received_note = received.note;
  alarm.exchange = std::move(exchange);
  return alarm;
}

// `where`: how the larger one is known, as "before".
Alarm RolledBack(const TrustedCheckpoint& signed_before, std::string_view where,
                 const TrustedCheckpoint& newest, std::string exchange) {
  Alarm alarm;
  alarm.kind = AlarmKind::kRolledBack;
  alarm.message =
      fmt::format("{} signed tree size {} {}, and now says that its newest is {}", newest.checkpoint.origin,
                  signed_before.checkpoint.tree_size, where, newest.checkpoint.tree_size);
  alarm.trusted_note = signed_before.note;
  alarm.received_note = newest.note;
  alarm.exchange = std::move(exchange);
  return alarm;
}

// `came_with`: in what `received` was.
Alarm Inconsistent(const TrustedCheckpoint& trusted, const TrustedCheckpoint& received,
                   std::string_view came_with, std::string_view why, std::string exchange) {
  const auto [smaller, larger] = std::minmax(trusted.checkpoint.tree_size, received.checkpoint.tree_size);
  Alarm alarm;
  alarm.kind = AlarmKind::kInconsistent;
  alarm.message = fmt::format(
      "{} signed tree sizes {} and {}, that of {} in {}, and does not show that the smaller is the beginning "
      "of the larger: {}",
      trusted.checkpoint.origin, smaller, larger, received.checkpoint.tree_size, came_with, why);
  alarm.trusted_note = trusted.note;
  alarm.received_note = received.note;
  alarm.exchange = std::move(exchange);
  return alarm;
}

}  // namespace

CheckpointTracker::CheckpointTracker(ClientState& state, NoteVerifier log, LogQueries& queries,
                                     std::function<absl::Time()> now)
    : state_(state), log_(std::move(log)), queries_(queries), now_(std::move(now)) {}

Answer<TrustedCheckpoint> CheckpointTracker::Open(const std::string& note) const {
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(note, log_);
  if (!checkpoint.ok()) {
    return DoesNotCheck(
        fmt::format("expected a checkpoint signed by {}: {}", log_.vkey(), MessageOf(checkpoint.status())));
  }
  return TrustedCheckpoint{note, std::move(*checkpoint)};
}

std::uint64_t CheckpointTracker::LargestSeen() {
  MutexLock lock(mutex_);
  return proved_.empty() ? 0 : proved_.rbegin()->first;
}

Answer<TrackedCheckpoint> CheckpointTracker::Observe(const std::string& note, std::string_view came_with,
                                                     std::uint64_t seen_when_asked) {
  Answer<TrustedCheckpoint> opened = Open(note);
  if (!opened.ok()) return std::move(opened).failure();
  const bool stale = opened->checkpoint.tree_size < seen_when_asked;
  Answer<TrackedCheckpoint> judged = [&] {
    MutexLock lock(mutex_);
    return Judge({*std::move(opened), std::string(came_with), 0, {}});
  }();
  if (!judged.ok() || !stale) return judged;
  // A log that went back answers everything under its past, which is consistent with what it forgot.
  const Answer<TrackedCheckpoint> latest = FetchLatest();
  if (!latest.ok()) return latest.failure();
  return judged;
}

Answer<TrackedCheckpoint> CheckpointTracker::ObserveExtension(const std::string& note,
                                                              std::string_view came_with,
                                                              const TrustedCheckpoint& before,
                                                              const Answer<std::vector<Digest>>& proof) {
  const Checkpoint& first = before.checkpoint;
  Answer<TrustedCheckpoint> opened = Open(note);
  if (!opened.ok()) return std::move(opened).failure();
  const Checkpoint& second = opened->checkpoint;
  if (second.tree_size < first.tree_size) {
    const Answer<TrackedCheckpoint> judged = Observe(note, came_with, first.tree_size);
    if (!judged.ok()) return judged.failure();
    return DoesNotCheck(fmt::format("{} is of tree size {}; the one before was of {}", came_with,
                                    second.tree_size, first.tree_size));
  }
  std::string exchange =
      fmt::format("before: {}\nreceived with {}: {}\n", Describe(first), came_with, Describe(second));
  if (!proof.ok()) {
    const std::string why = MessageOf(proof.failure().status);
    exchange += fmt::format("with it, in place of a proof: {}\n", why);
    return Raise(Inconsistent(before, *opened, came_with, why, std::move(exchange)));
  }
  exchange += fmt::format("with it: {} hashes\n", proof->size());
  for (const Digest& hash : *proof) exchange += fmt::format("  {}\n", ToHex(hash));
  if (second.tree_size == first.tree_size && second.root_hash != first.root_hash) {
    return Raise(TwoRoots(before, *opened, came_with, std::move(exchange)));
  }
  const ProofVerdict verdict =
      VerifyConsistency(first.tree_size, first.root_hash, second.tree_size, second.root_hash, *proof);
  if (verdict != ProofVerdict::kVerified) {
    return Raise(Inconsistent(before, *opened, came_with, ProofVerdictText(verdict), std::move(exchange)));
  }
  MutexLock lock(mutex_);
  return Judge({*std::move(opened), std::string(came_with), first.tree_size, *proof});
}

Answer<TrackedCheckpoint> CheckpointTracker::ObserveSignedBefore(const std::string& note,
                                                                 std::string_view came_with) {
  Answer<TrustedCheckpoint> opened = Open(note);
  if (!opened.ok()) return std::move(opened).failure();
  const absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = state_.ReadCheckpoint();
  if (!trusted.ok()) return CouldNot(trusted.status());
  if (!trusted->has_value() || opened->checkpoint.tree_size > (*trusted)->checkpoint.tree_size) {
    // It was signed before this is asked, so the newest can be no smaller.
    const Answer<TrackedCheckpoint> newest = FetchLatest();
    if (!newest.ok()) return newest.failure();
    if (newest->received.checkpoint.tree_size < opened->checkpoint.tree_size) {
      return Raise(
          RolledBack(*opened, fmt::format("in {}", came_with), newest->received,
                     fmt::format("known from {}: {}\nasked: GetCheckpoint\nanswered: {}\n", came_with,
                                 Describe(opened->checkpoint), Describe(newest->received.checkpoint))));
    }
  }
  MutexLock lock(mutex_);
  return Judge({*std::move(opened), std::string(came_with), 0, {}});
}

Answer<TrackedCheckpoint> CheckpointTracker::FetchLatest() {
  const absl::StatusOr<std::optional<TrustedCheckpoint>> before = state_.ReadCheckpoint();
  if (!before.ok()) return CouldNot(before.status());
  const Answer<std::string> note = queries_.FetchCheckpoint();
  if (!note.ok()) return note.failure();
  Answer<TrustedCheckpoint> opened = Open(*note);
  if (!opened.ok()) return std::move(opened).failure();
  const std::string came_with = "the answer to GetCheckpoint";
  if (before->has_value() && opened->checkpoint.tree_size < (*before)->checkpoint.tree_size) {
    return Raise(RolledBack(**before, "before", *opened,
                            fmt::format("trusted before asking: {}\nasked: GetCheckpoint\nanswered: {}\n",
                                        Describe((*before)->checkpoint), Describe(opened->checkpoint))));
  }
  MutexLock lock(mutex_);
  return Judge({*std::move(opened), came_with, 0, {}});
}

Answer<TrackedCheckpoint> CheckpointTracker::Judge(const Received& received) {
  const TrustedCheckpoint& fresh = received.checkpoint;
  for (int i = 0; i < kMaxSwaps; ++i) {
    // From the disk each time: other processes move it too.
    const absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = state_.ReadCheckpoint();
    if (!trusted.ok()) return CouldNot(trusted.status());
    CheckpointRelation relation = CheckpointRelation::kFirst;
    if (trusted->has_value()) {
      const std::optional<Failure> contradiction = FindContradiction(**trusted, received);
      if (contradiction.has_value()) return *contradiction;
      const std::uint64_t size = (*trusted)->checkpoint.tree_size;
      if (fresh.checkpoint.tree_size <= size) {
        Remember(fresh);
        relation =
            fresh.checkpoint.tree_size == size ? CheckpointRelation::kSame : CheckpointRelation::kOlder;
        return TrackedCheckpoint{fresh, relation};
      }
      relation = CheckpointRelation::kAdvanced;
    }
    const std::optional<std::string> expected =
        trusted->has_value() ? std::optional<std::string>((*trusted)->note) : std::nullopt;
    const absl::StatusOr<ClientState::Swap> swap = state_.SwapCheckpoint(expected, fresh.note);
    if (!swap.ok()) return CouldNot(swap.status());
    if (*swap == ClientState::Swap::kSwapped) {
      Remember(fresh);
      return TrackedCheckpoint{fresh, relation};
    }
  }
  return CouldNot(absl::UnavailableError(fmt::format(
      "{}/checkpoint: other processes changed it {} times in a row; try again", state_.path(), kMaxSwaps)));
}

std::optional<Failure> CheckpointTracker::FindContradiction(const TrustedCheckpoint& trusted,
                                                            const Received& received) {
  const TrustedCheckpoint& fresh = received.checkpoint;
  std::string exchange = fmt::format("trusted: {}\nreceived with {}: {}\n", Describe(trusted.checkpoint),
                                     received.came_with, Describe(fresh.checkpoint));
  const auto known = proved_.find(fresh.checkpoint.tree_size);
  const TrustedCheckpoint* same_size = nullptr;
  if (trusted.checkpoint.tree_size == fresh.checkpoint.tree_size) {
    same_size = &trusted;
  } else if (known != proved_.end() && fresh.checkpoint.tree_size < trusted.checkpoint.tree_size) {
    same_size = &known->second;
  }
  if (same_size != nullptr) {
    if (same_size->checkpoint.root_hash == fresh.checkpoint.root_hash) return std::nullopt;
    return Raise(TwoRoots(*same_size, fresh, received.came_with, std::move(exchange)));
  }

  const bool advances = fresh.checkpoint.tree_size > trusted.checkpoint.tree_size;
  const Checkpoint& first = advances ? trusted.checkpoint : fresh.checkpoint;
  const Checkpoint& second = advances ? fresh.checkpoint : trusted.checkpoint;
  std::vector<Digest> proof;
  if (advances && first.tree_size > 0 && first.tree_size == received.extends_size) {
    proof = received.extends_proof;
    exchange += fmt::format("with it: {} hashes\n", proof.size());
  } else if (first.tree_size > 0) {
    exchange += fmt::format("asked: GetConsistencyProof {{first_tree_size: {}, second_tree_size: {}}}\n",
                            first.tree_size, second.tree_size);
    Answer<std::vector<Digest>> fetched = queries_.FetchConsistencyProof(first.tree_size, second.tree_size);
    if (!fetched.ok()) {
      Failure failure = std::move(fetched).failure();
      if (IsRefusal(failure)) return FollowUpRefusal(trusted, received, exchange, failure);
      if (failure.kind != FailureKind::kDoesNotCheck) return failure;
      // What cannot be a proof at all is no better than one that does not lead there.
      exchange += fmt::format("answered: {}\n", MessageOf(failure.status));
      return Raise(
          Inconsistent(trusted, fresh, received.came_with, MessageOf(failure.status), std::move(exchange)));
    }
    proof = *std::move(fetched);
    exchange += fmt::format("answered: {} hashes\n", proof.size());
    for (const Digest& hash : proof) exchange += fmt::format("  {}\n", ToHex(hash));
  }
  const ProofVerdict verdict =
      VerifyConsistency(first.tree_size, first.root_hash, second.tree_size, second.root_hash, proof);
  if (verdict == ProofVerdict::kVerified) return std::nullopt;
  return Raise(
      Inconsistent(trusted, fresh, received.came_with, ProofVerdictText(verdict), std::move(exchange)));
}

// The server says that it has not a size which it signed. If it has lost it, its newest checkpoint says so
// under its signature; else it refuses to show what every honest log can show of two sizes that it has.
Failure CheckpointTracker::FollowUpRefusal(const TrustedCheckpoint& trusted, const Received& received,
                                           const std::string& exchange, const Failure& refusal) {
  const TrustedCheckpoint& fresh = received.checkpoint;
  const TrustedCheckpoint& larger =
      fresh.checkpoint.tree_size > trusted.checkpoint.tree_size ? fresh : trusted;
  const Answer<std::string> note = queries_.FetchCheckpoint();
  if (!note.ok()) return note.failure();
  Answer<TrustedCheckpoint> newest = Open(*note);
  if (!newest.ok()) return std::move(newest).failure();
  const std::string all = fmt::format("{}answered: {}\nasked: GetCheckpoint\nanswered: {}\n", exchange,
                                      refusal.status.ToString(), Describe(newest->checkpoint));
  if (newest->checkpoint.tree_size < larger.checkpoint.tree_size) {
    return Raise(RolledBack(larger, "before", *newest, all));
  }
  if (newest->checkpoint.tree_size == larger.checkpoint.tree_size &&
      newest->checkpoint.root_hash != larger.checkpoint.root_hash) {
    return Raise(TwoRoots(larger, *newest, "the answer to GetCheckpoint", all));
  }
  return Raise(Inconsistent(trusted, fresh, received.came_with,
                            fmt::format("its server says that it has tree size {}, and refuses the proof: {}",
                                        newest->checkpoint.tree_size, MessageOf(refusal.status)),
                            all));
}

void CheckpointTracker::Remember(const TrustedCheckpoint& checkpoint) {
  proved_.insert_or_assign(checkpoint.checkpoint.tree_size, checkpoint);
  // The oldest are the least likely to come again.
  if (proved_.size() > kMaxRemembered) proved_.erase(proved_.begin());
}

Failure CheckpointTracker::Raise(Alarm alarm) {
  absl::StatusOr<std::string> written = state_.WriteEvidence(alarm, now_());
  if (written.ok()) {
    alarm.evidence_dir = std::move(*written);
  } else {
    alarm.evidence_status = written.status();
  }
  return Alarmed(std::move(alarm));
}

}  // namespace chirograph
