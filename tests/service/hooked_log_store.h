// SPDX-License-Identifier: Apache-2.0
//
// A LogStore on another one that a test can hold up, make fail, or make lie.
#ifndef CHIROGRAPH_TESTS_SERVICE_HOOKED_LOG_STORE_H_
#define CHIROGRAPH_TESTS_SERVICE_HOOKED_LOG_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/mutex.h"
#include "service/log_store.h"

namespace chirograph {

// Where one thread waits until another lets it through. Thread-safe.
class Gate {
 public:
  // Waits until the gate is open.
  void Pass() {
    MutexLock lock(mutex_);
    ++arrived_;
    changed_.NotifyAll();
    while (!open_) changed_.Wait(mutex_);
  }
  // Waits until `count` calls of Pass have begun.
  void AwaitArrivals(int count = 1) {
    MutexLock lock(mutex_);
    while (arrived_ < count) changed_.Wait(mutex_);
  }
  // For good.
  void Open() {
    MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int arrived_ ABSL_GUARDED_BY(mutex_) = 0;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

// Thread-safe, hooks and all. A hook is called without a lock held.
class HookedLogStore final : public LogStore {
 public:
  enum class What { kCheckpoint, kEntry, kOpening, kContent, kTile, kFind, kKeyEvents };
  using CommitHook = std::function<CommitResult(LogStore& inner, const LogBatch& batch)>;
  using ReopenHook = std::function<absl::Status(LogStore& inner)>;

  explicit HookedLogStore(std::unique_ptr<LogStore> inner) : inner_(std::move(inner)) {}

  void OnCommit(CommitHook hook) {
    MutexLock lock(mutex_);
    on_commit_ = std::move(hook);
  }
  void OnReopen(ReopenHook hook) {
    MutexLock lock(mutex_);
    on_reopen_ = std::move(hook);
  }
  // What reading `what` at `index` answers from here on; a tile's index is that within its level. Finds and
  // key events, which have no text, can only fail.
  void Spoil(What what, std::uint64_t index, absl::StatusOr<std::string> answer) {
    MutexLock lock(mutex_);
    spoilt_.insert_or_assign({what, index}, std::move(answer));
  }
  void SpoilFind(absl::Status status) { Spoil(What::kFind, 0, std::move(status)); }
  // The key events that the store says it has, in place of its own.
  void SetKeyEventIndexes(std::vector<std::pair<KeyName, std::uint64_t>> indexes) {
    MutexLock lock(mutex_);
    key_events_ = std::move(indexes);
  }
  void Mend() {
    MutexLock lock(mutex_);
    spoilt_.clear();
    on_commit_ = nullptr;
    on_reopen_ = nullptr;
    key_events_.reset();
  }

  // Contents that were asked for.
  std::size_t contents_read() const {
    MutexLock lock(mutex_);
    return contents_read_;
  }

  LogStore& inner() { return *inner_; }
  // Entries in each batch that was given to Commit, in order.
  std::vector<std::size_t> batch_sizes() const {
    MutexLock lock(mutex_);
    return batch_sizes_;
  }

  CommitResult Commit(const LogBatch& batch) override {
    CommitHook hook;
    {
      MutexLock lock(mutex_);
      batch_sizes_.push_back(batch.entries.size());
      hook = on_commit_;
    }
    return hook ? hook(*inner_, batch) : inner_->Commit(batch);
  }
  absl::Status Reopen() override {
    ReopenHook hook;
    {
      MutexLock lock(mutex_);
      hook = on_reopen_;
    }
    return hook ? hook(*inner_) : inner_->Reopen();
  }

  absl::StatusOr<std::string> ReadCheckpoint() const override {
    if (auto spoilt = Spoilt(What::kCheckpoint, 0)) return *spoilt;
    return inner_->ReadCheckpoint();
  }
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override {
    if (auto spoilt = Spoilt(What::kEntry, index)) return *spoilt;
    return inner_->ReadEntry(index);
  }
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override {
    if (auto spoilt = Spoilt(What::kOpening, index)) return *spoilt;
    return inner_->ReadOpening(index);
  }
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override {
    {
      MutexLock lock(mutex_);
      ++contents_read_;
    }
    if (auto spoilt = Spoilt(What::kContent, index)) return *spoilt;
    return inner_->ReadContent(index);
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override {
    if (auto spoilt = Spoilt(What::kFind, 0)) return spoilt->status();
    return inner_->ReadPairs(column, from, max_bytes);
  }
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    if (auto spoilt = Spoilt(What::kTile, id.index)) return *spoilt;
    return inner_->ReadTile(id, width);
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindSubmission(const SubmissionId& id) const override {
    if (auto spoilt = Spoilt(What::kFind, 0)) return spoilt->status();
    return inner_->FindSubmission(id);
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindByArticleDigest(const Digest& digest) const override {
    if (auto spoilt = Spoilt(What::kFind, 0)) return spoilt->status();
    return inner_->FindByArticleDigest(digest);
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindBySourceDigest(const Digest& digest) const override {
    if (auto spoilt = Spoilt(What::kFind, 0)) return spoilt->status();
    return inner_->FindBySourceDigest(digest);
  }
  absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> ReadKeyEventIndexes() const override {
    if (auto spoilt = Spoilt(What::kKeyEvents, 0)) return spoilt->status();
    {
      MutexLock lock(mutex_);
      if (key_events_) return *key_events_;
    }
    return inner_->ReadKeyEventIndexes();
  }

 private:
  std::optional<absl::StatusOr<std::string>> Spoilt(What what, std::uint64_t index) const {
    MutexLock lock(mutex_);
    const auto found = spoilt_.find({what, index});
    if (found == spoilt_.end()) return std::nullopt;
    return found->second;
  }

  const std::unique_ptr<LogStore> inner_;
  mutable Mutex mutex_;
  mutable std::size_t contents_read_ ABSL_GUARDED_BY(mutex_) = 0;
  CommitHook on_commit_ ABSL_GUARDED_BY(mutex_);
  ReopenHook on_reopen_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<What, std::uint64_t>, absl::StatusOr<std::string>> spoilt_ ABSL_GUARDED_BY(mutex_);
  std::optional<std::vector<std::pair<KeyName, std::uint64_t>>> key_events_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::size_t> batch_sizes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_HOOKED_LOG_STORE_H_
