// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_FAULTS_FAULTY_LOG_STORE_H_
#define CHIROGRAPH_TESTS_FAULTS_FAULTY_LOG_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/mutex.h"
#include "service/log_store.h"

namespace chirograph {

// What a commit comes to.
enum class CommitFault {
  kNone,
  kLost,              // answered as lost
  kUnknownPersisted,  // answered as unknown; it turns out to be stored
  kUnknownLost,       // answered as unknown; it turns out not to be
};

// A LogStore with faults, over one without. It keeps the contract of log_store.h: what a commit of unknown
// outcome stored is seen once the store was opened again, and until then no other commit is taken. The
// settings may be changed by any thread.
class FaultyLogStore final : public LogStore {
 public:
  explicit FaultyLogStore(std::unique_ptr<LogStore> store) : store_(std::move(store)) {}

  // Commit number `commit`, counted from 0 over the life of this store, comes to `fault`.
  void FailCommit(std::size_t commit, CommitFault fault);

  // The next `times` calls of Reopen fail with `error`, and leave the store closed.
  void FailReopen(int times, absl::Status error = absl::UnavailableError("injected: cannot be opened"));

  // From now on each read fails with `error`; OK ends it. The first `skip` reads from now on still work.
  void FailReads(absl::Status error, int skip = 0);

  // The gate: commits wait before they do anything, until it is opened.
  void CloseGate();
  void OpenGate();
  // Until a commit stands at the closed gate.
  void WaitForCommitAtGate();

  // Calls of Commit that were not refused for want of a Reopen, and the entries of each.
  std::size_t commits() const;
  std::vector<std::size_t> batch_sizes() const;
  // Calls of Commit without the Reopen that was due: a defect of the caller.
  std::size_t refused_commits() const;
  // Calls of Reopen.
  std::size_t reopens() const;
  // Whether this signed note was durable at some time.
  bool WasDurable(const std::string& checkpoint) const;

  CommitResult Commit(const LogBatch& batch) override;
  absl::Status Reopen() override;
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override;
  absl::StatusOr<std::string> ReadCheckpoint() const override;
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override;
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override;
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override;
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override;
  absl::StatusOr<std::optional<std::uint64_t>> FindSubmission(const SubmissionId& id) const override;
  absl::StatusOr<std::optional<std::uint64_t>> FindByArticleDigest(const Digest& digest) const override;
  absl::StatusOr<std::optional<std::uint64_t>> FindBySourceDigest(const Digest& digest) const override;
  absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> ReadKeyEventIndexes() const override;

 private:
  // Passes the gate, and says what this commit comes to; nothing where a Reopen is due.
  std::optional<CommitFault> BeginCommit(const LogBatch& batch);
  absl::Status BeginRead() const;

  const std::unique_ptr<LogStore> store_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::map<std::size_t, CommitFault> faults_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::size_t> batch_sizes_ ABSL_GUARDED_BY(mutex_);
  std::size_t refused_commits_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t reopens_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string> durable_ ABSL_GUARDED_BY(mutex_);
  std::optional<LogBatch> unseen_ ABSL_GUARDED_BY(mutex_);  // stored, but nobody knows yet
  int failing_reopens_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status reopen_error_ ABSL_GUARDED_BY(mutex_);
  absl::Status read_error_ ABSL_GUARDED_BY(mutex_);
  mutable int good_reads_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool reopening_due_ ABSL_GUARDED_BY(mutex_) = false;
  bool gate_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool at_gate_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_FAULTY_LOG_STORE_H_
