// SPDX-License-Identifier: Apache-2.0
#include "service/catalog.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "service/internal/catalog_database.h"
#include "service/internal/catalog_follower.h"
#include "service/internal/catalog_scan.h"
#include "service/internal/catalog_versions.h"
#include "service/internal/recent_commits.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr absl::Duration kBehindRetryDelay = absl::Milliseconds(200);
// Nobody waits longer; a time so far ahead does not overflow.
constexpr absl::Duration kLongestWaitForCatalog = absl::Hours(24);

SteadyClock::time_point After(absl::Duration delay) {
  return SteadyClock::now() + absl::ToChronoNanoseconds(std::min(delay, kLongestWaitForCatalog));
}

absl::Status Unavailable(const absl::Status& cause) {
  return MakeError(v1::ERROR_REASON_CATALOG_UNAVAILABLE,
                   fmt::format("the catalog cannot answer: {}", std::string(cause.message())));
}

absl::Status Stopping() { return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping"); }

absl::Status Behind(std::uint64_t wanted, std::uint64_t tree_size) {
  return WithRetryDelay(
      MakeError(v1::ERROR_REASON_CATALOG_BEHIND,
                fmt::format("the catalog has {} entries of the log, and did not get to {} in time; try again",
                            tree_size, wanted),
                {{"catalog_tree_size", std::to_string(tree_size)}}),
      kBehindRetryDelay);
}

absl::StatusOr<Checkpoint> ReadSignedCheckpoint(const LogStore& store, const NoteVerifier& log) {
  const absl::StatusOr<std::string> note = store.ReadCheckpoint();
  if (!note.ok()) return note.status();
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(*note, log);
  if (!checkpoint.ok()) return absl::DataLossError(checkpoint.status().message());
  return checkpoint;
}

class FollowingCatalog final : public Catalog {
 public:
  FollowingCatalog(std::unique_ptr<CatalogDatabase> database, const LogStore& store, Checkpoint target,
                   const CatalogOptions& options)
      : options_(options),
        database_(std::move(database)),
        follower_(*database_, store, {.entries = options.max_batch_entries}),
        target_(std::move(target)),
        recent_(options.max_recent_bytes),
        tree_size_(follower_.tree_size()) {
    following_ = std::thread([this] { Follow(); });
    answering_ = std::thread([this] { Answer(); });
  }
  ~FollowingCatalog() override { FollowingCatalog::Stop(); }

  void Publish(std::shared_ptr<const PublishedTree> tree, std::shared_ptr<const LogBatch> commit) override;
  std::uint64_t tree_size() const override {
    MutexLock lock(mutex_);
    return tree_size_;
  }
  void WhenAt(std::uint64_t tree_size, absl::Duration timeout,
              std::function<void(absl::Status)> done) override;
  void Stop() override;

  absl::Status ReportDamage(std::string_view finding) const override {
    spdlog::error("the catalog is damaged, and is made anew at the next start: {}", finding);
    database_->MarkDamaged();
    return Unavailable(absl::DataLossError(fmt::format("it is damaged: {}", finding)));
  }

  absl::StatusOr<CatalogPage> List(const CatalogQuery& query, std::uint64_t tree_size,
                                   std::string_view position, const PageLimits& limits) const override {
    return Checked(ScanCatalog(*database_, query, tree_size, position, limits));
  }
  absl::StatusOr<std::vector<std::string>> Publishers(std::string_view url, const VersionBounds& bounds,
                                                      std::size_t max) const override {
    return Checked(FindPublishers(*database_, url, bounds, max));
  }
  absl::StatusOr<CatalogPage> Versions(const PageName& page, const VersionBounds& bounds, bool newest_first,
                                       std::string_view position, const PageLimits& limits) const override {
    return Checked(ScanVersions(*database_, page, bounds, newest_first, position, limits));
  }
  absl::StatusOr<std::optional<std::uint64_t>> NewerNotValid(const PageName& page, const CatalogHit& hit,
                                                             std::uint64_t end_index) const override {
    return Checked(FindNewerNotValid(*database_, page, hit, end_index));
  }
  absl::StatusOr<std::uint64_t> CountBefore(absl::Time time, std::uint64_t tree_size) const override {
    return Checked(CountRowsBefore(*database_, time, tree_size));
  }
  const CatalogReader& stored() const override { return *database_; }

 private:
  struct Waiter {
    std::uint64_t tree_size;
    SteadyClock::time_point until;
    std::function<void(absl::Status)> done;
  };
  using Answers = std::vector<std::pair<std::function<void(absl::Status)>, absl::Status>>;

  void Follow() ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Checkpoint> NextTarget() ABSL_LOCKS_EXCLUDED(mutex_);
  void Answer() ABSL_LOCKS_EXCLUDED(mutex_);
  Answers NextAnswers() ABSL_LOCKS_EXCLUDED(mutex_);
  Answers TakeDueWaiters() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Advance(const Checkpoint& target) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status AsFailure(const absl::Status& status) const;

  // `answer` with an error as clients are told it.
  template <typename T>
  absl::StatusOr<T> Checked(absl::StatusOr<T> answer) const {
    if (answer.ok() || ReasonOf(answer.status())) return answer;
    spdlog::error("the catalog cannot answer: {}", std::string(answer.status().message()));
    if (absl::IsDataLoss(answer.status())) database_->MarkDamaged();
    return Unavailable(answer.status());
  }

  const CatalogOptions options_;
  const std::unique_ptr<CatalogDatabase> database_;
  CatalogFollower follower_;  // following_'s own

  mutable Mutex mutex_;
  CondVar wake_;
  Checkpoint target_ ABSL_GUARDED_BY(mutex_);
  RecentCommits recent_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t tree_size_ ABSL_GUARDED_BY(mutex_);
  SteadyClock::time_point not_before_ ABSL_GUARDED_BY(mutex_);  // after an error
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);                // not OK: following has ended, for good
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread following_;
  std::thread answering_;  // so that who waits is answered in time also while a batch takes long
};

void FollowingCatalog::Publish(std::shared_ptr<const PublishedTree> tree,
                               std::shared_ptr<const LogBatch> commit) {
  MutexLock lock(mutex_);
  if (tree->checkpoint.tree_size <= target_.tree_size) return;
  target_ = tree->checkpoint;
  if (commit != nullptr && failure_.ok() && !stopping_) recent_.Add(std::move(commit));
  wake_.NotifyAll();
}

void FollowingCatalog::WhenAt(std::uint64_t tree_size, absl::Duration timeout,
                              std::function<void(absl::Status)> done) {
  absl::Status status;
  {
    MutexLock lock(mutex_);
    // What is there is there, whatever has happened since.
    if (tree_size_ < tree_size) {
      if (!stopping_ && failure_.ok()) {
        waiters_.push_back({tree_size, After(timeout), std::move(done)});
        wake_.NotifyAll();
        return;
      }
      status = failure_.ok() ? Stopping() : failure_;
    }
  }
  done(status);
}

void FollowingCatalog::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  if (following_.joinable()) following_.join();
  if (answering_.joinable()) answering_.join();
}

FollowingCatalog::Answers FollowingCatalog::TakeDueWaiters() {
  const SteadyClock::time_point now = SteadyClock::now();
  const bool goes_on = failure_.ok() && !stopping_;
  const auto due = std::partition(waiters_.begin(), waiters_.end(),
                                  [goes_on, now, tree_size = tree_size_](const Waiter& waiter) {
                                    return goes_on && waiter.tree_size > tree_size && waiter.until > now;
                                  });
  Answers answers;
  for (auto waiter = due; waiter != waiters_.end(); ++waiter) {
    absl::Status status;
    if (waiter->tree_size > tree_size_) {
      status = !failure_.ok() ? failure_ : stopping_ ? Stopping() : Behind(waiter->tree_size, tree_size_);
    }
    answers.emplace_back(std::move(waiter->done), std::move(status));
  }
  waiters_.erase(due, waiters_.end());
  return answers;
}

// Empty: to stop.
FollowingCatalog::Answers FollowingCatalog::NextAnswers() {
  MutexLock lock(mutex_);
  for (;;) {
    Answers answers = TakeDueWaiters();
    if (!answers.empty() || stopping_) return answers;
    if (waiters_.empty()) {
      wake_.Wait(mutex_);
      continue;
    }
    const auto first = std::min_element(waiters_.begin(), waiters_.end(),
                                        [](const Waiter& a, const Waiter& b) { return a.until < b.until; });
    wake_.WaitFor(mutex_, first->until - SteadyClock::now());
  }
}

void FollowingCatalog::Answer() {
  for (Answers answers = NextAnswers(); !answers.empty(); answers = NextAnswers()) {
    for (const auto& [done, status] : answers) done(status);
  }
}

// Nothing: to stop.
std::optional<Checkpoint> FollowingCatalog::NextTarget() {
  MutexLock lock(mutex_);
  while (!stopping_) {
    const SteadyClock::time_point now = SteadyClock::now();
    if (!failure_.ok() || tree_size_ >= target_.tree_size) {
      wake_.Wait(mutex_);
    } else if (now < not_before_) {
      wake_.WaitFor(mutex_, not_before_ - now);
    } else {
      return target_;
    }
  }
  return std::nullopt;
}

void FollowingCatalog::Follow() {
  while (const std::optional<Checkpoint> target = NextTarget()) Advance(*target);
}

absl::Status FollowingCatalog::AsFailure(const absl::Status& status) const {
  spdlog::critical("the catalog follows the log no more: {}", std::string(status.message()));
  if (absl::IsDataLoss(status)) return FromStoreError(status);
  database_->MarkDamaged();
  return Unavailable(status);
}

void FollowingCatalog::Advance(const Checkpoint& target) {
  if (options_.before_batch) options_.before_batch();
  RecentCommits::Batches recent;
  {
    MutexLock lock(mutex_);
    recent = recent_.From(tree_size_);
  }
  const absl::Status status = follower_.Advance(target, recent);
  absl::Status failure;
  if (absl::IsUnavailable(status)) {
    spdlog::warn("the catalog cannot follow the log now, and tries again: {}", std::string(status.message()));
  } else if (!status.ok()) {
    failure = AsFailure(status);
  }
  MutexLock lock(mutex_);
  tree_size_ = follower_.tree_size();
  if (absl::IsUnavailable(status)) not_before_ = After(options_.retry_delay);
  failure_ = std::move(failure);
  wake_.NotifyAll();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Catalog>> Catalog::Start(const std::string& path, const LogStore& store,
                                                        const NoteVerifier& log,
                                                        const CatalogOptions& options) {
  absl::StatusOr<Checkpoint> checkpoint = ReadSignedCheckpoint(store, log);
  if (!checkpoint.ok()) return checkpoint.status();
  absl::StatusOr<std::unique_ptr<CatalogDatabase>> database = CatalogDatabase::Open(path, store, log);
  if (!database.ok()) return database.status();
  return std::make_unique<FollowingCatalog>(*std::move(database), store, *std::move(checkpoint), options);
}

absl::StatusOr<std::uint64_t> Catalog::Rebuild(const std::string& path, const LogStore& store,
                                               const NoteVerifier& log) {
  const absl::StatusOr<Checkpoint> target = ReadSignedCheckpoint(store, log);
  if (!target.ok()) return target.status();
  const absl::StatusOr<std::unique_ptr<CatalogDatabase>> database = CatalogDatabase::Create(path, log);
  if (!database.ok()) return database.status();
  CatalogFollower follower(**database, store, {});
  while (follower.tree_size() < target->tree_size) {
    if (absl::Status status = follower.Advance(*target); !status.ok()) return status;
  }
  return follower.tree_size();
}

}  // namespace chirograph
