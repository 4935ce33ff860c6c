// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_SEQUENCER_H_
#define CHIROGRAPH_SERVICE_SEQUENCER_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/mutex.h"
#include "crypto/note.h"
#include "service/admission.h"
#include "service/batch_builder.h"
#include "service/clock.h"
#include "service/log_head.h"
#include "service/log_store.h"

namespace chirograph {

struct SequencerOptions {
  // What may wait for a commit; past either, QUEUE_FULL. Streams fill no more than half of it, and wait:
  // there is room for single calls whatever the streams send.
  std::size_t max_queued_articles = 4096;
  std::size_t max_queued_bytes = std::size_t{64} << 20;
  // Where a batch is closed even though more is waiting.
  std::size_t max_batch_articles = 1024;
  std::size_t max_batch_bytes = std::size_t{8} << 20;
  // How far the last entry's time may be ahead of the clock at start.
  absl::Duration max_clock_lag = absl::Seconds(60);
  // Whether an empty keyring withdraws all keys that the log has in force. Otherwise it is a mistake.
  bool may_withdraw_all_keys = true;
  // Between two attempts to open a store again: doubled each time, from first to last.
  std::chrono::milliseconds first_reopen_delay{50};
  std::chrono::milliseconds last_reopen_delay{5000};
  // Called from the sequencer's thread, without a lock, when healthy() has changed but for Stop.
  std::function<void(bool healthy)> on_health_change;
  // Called with each newest tree, never null, without a lock: from Start, then from the sequencer's thread.
  // Must not block. `commit` is what was just committed, up to that tree; null where that is not at hand.
  std::function<void(std::shared_ptr<const PublishedTree> tree, std::shared_ptr<const LogBatch> commit)>
      on_published;
};

// An article that is durable in the log.
struct SequencedArticle {
  Placement placement;
  std::shared_ptr<const PublishedTree> tree;  // has the article; never null
};

// The only writer of the log: one thread that takes what is waiting, builds a batch of it, commits it, and
// answers. A batch is closed when the store is ready for the next commit, never on a timer.
//
// Guarantees: an answer that is OK is durable, in the tree, under a signed checkpoint; no signed checkpoint
// is seen by anybody before its commit is durable; after a commit that is lost or uncertain nothing is
// signed until the store has been opened again and shows which it was.
class Sequencer {
 public:
  using Done = std::function<void(absl::StatusOr<SequencedArticle>)>;

  // Loads the log from `store`, appends the KeyEvents that `admission`'s keyring calls for, and starts the
  // thread. The references must outlive the sequencer. DataLoss: as RecoverLog. FailedPrecondition: the
  // log's last time is over max_clock_lag ahead of `clock`, or may_withdraw_all_keys forbids it. Unavailable:
  // the KeyEvents could not be committed. The message says what was found.
  static absl::StatusOr<std::unique_ptr<Sequencer>> Start(LogStore& store, const Admission& admission,
                                                          NoteSigner signer, const Clock& clock,
                                                          const SequencerOptions& options = {});

  // Stop().
  ~Sequencer();
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Queues `article`. `done` is called exactly once, from this call or from the sequencer's thread, and must
  // not block. Errors, with their ErrorReason: QUEUE_FULL (at once, with a retry delay), SHUTTING_DOWN,
  // REJECTED_BY_POLICY, STORE_UNAVAILABLE (not stored; at once, with a retry delay, while the store cannot be
  // opened again), COMMIT_UNCERTAIN, STORE_DAMAGED. Thread-safe.
  void Submit(PreparedArticle article, Done done) ABSL_LOCKS_EXCLUDED(mutex_);

  // One article of a group, and what is called with its answer.
  struct Submitted {
    PreparedArticle article;
    Done done;
  };

  // Queues `group` as a whole, in order, after the groups that wait already, as soon as less than half of
  // the queue is taken; then calls `taken`, once, from this call or from the sequencer's thread, which must
  // not block. The caller holds itself back until then: what waits outside of the queue is one group a
  // caller. A group passes the half by its own size, so let it be small beside the queue. Each `done` as
  // Submit says, but for QUEUE_FULL; `taken` is called where the group is refused, too. Thread-safe.
  void SubmitWhenRoom(std::vector<Submitted> group, std::function<void()> taken) ABSL_LOCKS_EXCLUDED(mutex_);

  // The newest tree. Never null. Thread-safe.
  std::shared_ptr<const PublishedTree> tree() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether a submission has a chance now: false while the store is being opened again, or is damaged.
  bool healthy() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Refuses what is new, finishes what was accepted, and ends the thread. Idempotent; not from `done`.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Group {
    std::vector<Submitted> articles;
    std::function<void()> taken;
  };
  // An answer that waits for its commit.
  struct Pending {
    Done done;
    Placement placement;
  };

  Sequencer(LogStore& store, const Admission& admission, NoteSigner signer, const Clock& clock,
            const SequencerOptions& options);

  absl::Status LogKeyEvents();
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Submitted> TakeBatch() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Why nothing is taken any more; OK: it is.
  absl::Status Closed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue(Submitted submitted) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoomForGroup() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Queues the groups that there is room for; what to call once the lock is released.
  std::vector<std::function<void()>> TakeGroups() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Process(std::vector<Submitted> batch) ABSL_LOCKS_EXCLUDED(mutex_);
  void Answer(std::vector<Pending> pending) ABSL_LOCKS_EXCLUDED(mutex_);
  void RefuseQueue(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void Adopt(LogHead head, std::shared_ptr<const LogBatch> commit = nullptr) ABSL_LOCKS_EXCLUDED(mutex_);
  void Recover(const CommitResult& result, const LogHead& next, std::vector<Pending> pending)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<bool> Settle(const LogHead& next) ABSL_LOCKS_EXCLUDED(mutex_);
  bool WaitUnlessStopping(std::chrono::milliseconds delay) ABSL_LOCKS_EXCLUDED(mutex_);
  void TurnAway(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void SetReopening(bool reopening) ABSL_LOCKS_EXCLUDED(mutex_);
  void Fail(const absl::Status& cause) ABSL_LOCKS_EXCLUDED(mutex_);

  LogStore& store_;
  const Admission& admission_;
  const NoteSigner signer_;
  const Clock& clock_;
  const SequencerOptions options_;
  LogHead head_;  // the thread's own, but for Start

  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<Submitted> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Group> groups_ ABSL_GUARDED_BY(mutex_);  // not empty only while the queue has no room for one
  std::shared_ptr<const PublishedTree> tree_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool reopening_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);  // not OK: the store is damaged, for good
  absl::Status away_ ABSL_GUARDED_BY(mutex_);     // not OK: the store cannot be opened again, for now
  std::thread thread_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_SEQUENCER_H_
