// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/faulty_log_store.h"

namespace chirograph {

void FaultyLogStore::FailCommit(std::size_t commit, CommitFault fault) {
  MutexLock lock(mutex_);
  faults_[commit] = fault;
}

void FaultyLogStore::FailReopen(int times, absl::Status error) {
  MutexLock lock(mutex_);
  failing_reopens_ = times;
  reopen_error_ = std::move(error);
}

void FaultyLogStore::FailReads(absl::Status error, int skip) {
  MutexLock lock(mutex_);
  read_error_ = std::move(error);
  good_reads_ = skip;
}

void FaultyLogStore::CloseGate() {
  MutexLock lock(mutex_);
  gate_closed_ = true;
}

void FaultyLogStore::OpenGate() {
  MutexLock lock(mutex_);
  gate_closed_ = false;
  changed_.NotifyAll();
}

void FaultyLogStore::WaitForCommitAtGate() {
  MutexLock lock(mutex_);
  while (!at_gate_) changed_.Wait(mutex_);
}

std::size_t FaultyLogStore::commits() const {
  MutexLock lock(mutex_);
  return batch_sizes_.size();
}

std::vector<std::size_t> FaultyLogStore::batch_sizes() const {
  MutexLock lock(mutex_);
  return batch_sizes_;
}

std::size_t FaultyLogStore::refused_commits() const {
  MutexLock lock(mutex_);
  return refused_commits_;
}

std::size_t FaultyLogStore::reopens() const {
  MutexLock lock(mutex_);
  return reopens_;
}

bool FaultyLogStore::WasDurable(const std::string& checkpoint) const {
  MutexLock lock(mutex_);
  return durable_.contains(checkpoint);
}

std::optional<CommitFault> FaultyLogStore::BeginCommit(const LogBatch& batch) {
  MutexLock lock(mutex_);
  while (gate_closed_) {
    at_gate_ = true;
    changed_.NotifyAll();
    changed_.Wait(mutex_);
  }
  at_gate_ = false;
  if (reopening_due_) {
    ++refused_commits_;
    return std::nullopt;
  }
  const auto fault = faults_.find(batch_sizes_.size());
  batch_sizes_.push_back(batch.entries.size());
  return fault == faults_.end() ? CommitFault::kNone : fault->second;
}

CommitResult FaultyLogStore::Commit(const LogBatch& batch) {
  const std::optional<CommitFault> fault = BeginCommit(batch);
  if (!fault) {
    return {CommitOutcome::kLost, absl::FailedPreconditionError("the store must be opened again first")};
  }
  if (*fault == CommitFault::kNone) {
    CommitResult result = store_->Commit(batch);
    MutexLock lock(mutex_);
    if (result.outcome == CommitOutcome::kCommitted) {
      durable_.insert(batch.checkpoint);
    } else {
      reopening_due_ = true;
    }
    return result;
  }
  MutexLock lock(mutex_);
  reopening_due_ = true;
  if (*fault == CommitFault::kLost) return {CommitOutcome::kLost, absl::UnavailableError("injected: lost")};
  if (*fault == CommitFault::kUnknownPersisted) unseen_ = batch;
  return {CommitOutcome::kUnknown, absl::UnavailableError("injected: unknown")};
}

absl::Status FaultyLogStore::Reopen() {
  std::optional<LogBatch> unseen;
  {
    MutexLock lock(mutex_);
    ++reopens_;
    closed_ = true;
    if (failing_reopens_ > 0) {
      --failing_reopens_;
      return reopen_error_;
    }
    unseen.swap(unseen_);
  }
  if (unseen) {
    CommitResult result = store_->Commit(*unseen);
    if (result.outcome != CommitOutcome::kCommitted) return result.cause;
  }
  if (absl::Status status = store_->Reopen(); !status.ok()) return status;
  MutexLock lock(mutex_);
  if (unseen) durable_.insert(unseen->checkpoint);
  closed_ = false;
  reopening_due_ = false;
  return absl::OkStatus();
}

absl::Status FaultyLogStore::BeginRead() const {
  MutexLock lock(mutex_);
  if (closed_) return absl::UnavailableError("injected: the store is not open");
  if (!read_error_.ok() && good_reads_-- <= 0) return read_error_;
  return absl::OkStatus();
}

absl::StatusOr<std::string> FaultyLogStore::ReadTile(TileId id, int width) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadTile(id, width);
}

absl::StatusOr<std::string> FaultyLogStore::ReadCheckpoint() const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadCheckpoint();
}

absl::StatusOr<std::string> FaultyLogStore::ReadEntry(std::uint64_t index) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadEntry(index);
}

absl::StatusOr<std::string> FaultyLogStore::ReadOpening(std::uint64_t index) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadOpening(index);
}

absl::StatusOr<std::string> FaultyLogStore::ReadContent(std::uint64_t index) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadContent(index);
}

absl::StatusOr<std::vector<StoredPair>> FaultyLogStore::ReadPairs(StoreColumn column, std::string_view from,
                                                                  std::size_t max_bytes) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadPairs(column, from, max_bytes);
}

absl::StatusOr<std::optional<std::uint64_t>> FaultyLogStore::FindSubmission(const SubmissionId& id) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->FindSubmission(id);
}

absl::StatusOr<std::optional<std::uint64_t>> FaultyLogStore::FindByArticleDigest(const Digest& digest) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->FindByArticleDigest(digest);
}

absl::StatusOr<std::optional<std::uint64_t>> FaultyLogStore::FindBySourceDigest(const Digest& digest) const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->FindBySourceDigest(digest);
}

absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> FaultyLogStore::ReadKeyEventIndexes() const {
  if (absl::Status status = BeginRead(); !status.ok()) return status;
  return store_->ReadKeyEventIndexes();
}

}  // namespace chirograph
