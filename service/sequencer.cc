// SPDX-License-Identifier: Apache-2.0
#include "service/sequencer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "proto/rpc_error.h"
#include "service/key_events.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

constexpr absl::Duration kQueueFullRetryDelay = absl::Milliseconds(200);

std::size_t BytesOf(const PreparedArticle& article) {
  return article.content.size() + article.opening.size();
}

absl::Status ShuttingDown() {
  return MakeError(v1::ERROR_REASON_SHUTTING_DOWN,
                   "the server is stopping; the article was not stored: send it again");
}

absl::Status NotStored(const absl::Status& cause) {
  return MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE,
                   fmt::format("the store could not write; the article was not "
                               "stored: send it again ({})",
                               std::string(cause.message())));
}

absl::Status Uncertain(const absl::Status& cause) {
  return MakeError(
      v1::ERROR_REASON_COMMIT_UNCERTAIN,
      fmt::format("the store did not say whether the article is durable: send it again, and it is "
                  "answered with its index if it is ({})",
                  std::string(cause.message())));
}

// Of what was never in a commit.
absl::Status StoreAway(std::chrono::milliseconds next_attempt) {
  return WithRetryDelay(
      MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE,
                "the store cannot be opened since it could not write; this was not stored: send it again"),
      absl::FromChrono(next_attempt));
}

// Whether trying again can help.
bool IsTransient(const absl::Status& status) { return status.code() == absl::StatusCode::kUnavailable; }

}  // namespace

Sequencer::Sequencer(LogStore& store, const Admission& admission, NoteSigner signer, const Clock& clock,
                     const SequencerOptions& options)
    : store_(store), admission_(admission), signer_(std::move(signer)), clock_(clock), options_(options) {}

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(LogStore& store, const Admission& admission,
                                                            NoteSigner signer, const Clock& clock,
                                                            const SequencerOptions& options) {
  std::unique_ptr<Sequencer> sequencer(new Sequencer(store, admission, std::move(signer), clock, options));
  absl::StatusOr<LogHead> head = LoadLogHead(store, sequencer->signer_.verifier());
  if (!head.ok()) return head.status();
  const absl::Time now = clock.Now();
  if (head->last_time > now + options.max_clock_lag) {
    return absl::FailedPreconditionError(fmt::format(
        "the log's last entry was made at {}, but this machine's clock says {}: set the clock right, for "
        "entries must not go back in time",
        absl::FormatTime(head->last_time, absl::UTCTimeZone()), absl::FormatTime(now, absl::UTCTimeZone())));
  }
  sequencer->Adopt(*std::move(head));
  if (absl::Status status = sequencer->LogKeyEvents(); !status.ok()) return status;
  sequencer->thread_ = std::thread([raw = sequencer.get()] { raw->Run(); });
  return sequencer;
}

Sequencer::~Sequencer() { Stop(); }

// A crash before this commit leaves the log without the events, and the next start appends them.
absl::Status Sequencer::LogKeyEvents() {
  const absl::Time now = clock_.Now();
  const auto in_force = std::count_if(head_.keys->begin(), head_.keys->end(),
                                      [](const auto& key) { return !key.second.event.withdrawn(); });
  if (in_force > 0 && admission_.keyring().publishers().empty() && !options_.may_withdraw_all_keys) {
    return absl::FailedPreconditionError(fmt::format(
        "the log has {} publishers' keys in force, but no keyring is given: give it with --keyring "
        "FILE or in the configuration. (To withdraw them all, in the log and for ever, give a "
        "keyring whose publishers: is empty)",
        in_force));
  }
  BatchBuilder builder(head_, store_, admission_, now);
  for (v1::KeyEvent& event : MissingKeyEvents(admission_.keyring(), *head_.keys, now)) {
    spdlog::info("logging that key {} of {} is {}", event.key_id(), event.publisher_domain(),
                 event.withdrawn() ? "withdrawn" : "in the keyring as it is now");
    if (absl::Status status = builder.AddKeyEvent(std::move(event)); !status.ok()) return status;
  }
  if (builder.size() == 0) return absl::OkStatus();
  absl::StatusOr<BatchBuilder::Built> built = builder.Finish(signer_);
  if (!built.ok()) return built.status();
  if (CommitResult result = store_.Commit(built->batch); result.outcome != CommitOutcome::kCommitted) {
    return absl::UnavailableError(
        fmt::format("the keyring's changes could not be logged: {}", std::string(result.cause.message())));
  }
  Adopt(std::move(built->next), std::make_shared<const LogBatch>(std::move(built->batch)));
  return absl::OkStatus();
}

absl::Status Sequencer::Closed() const {
  if (!failure_.ok()) return failure_;
  if (!away_.ok() && !stopping_) return away_;
  return stopping_ ? ShuttingDown() : absl::OkStatus();
}

void Sequencer::Enqueue(Submitted submitted) {
  queued_bytes_ += BytesOf(submitted.article);
  queue_.push_back(std::move(submitted));
}

bool Sequencer::HasRoomForGroup() const {
  return queue_.size() < (options_.max_queued_articles + 1) / 2 &&
         queued_bytes_ < (options_.max_queued_bytes + 1) / 2;
}

std::vector<std::function<void()>> Sequencer::TakeGroups() {
  std::vector<std::function<void()>> taken;
  while (!groups_.empty() && HasRoomForGroup()) {
    for (Submitted& submitted : groups_.front().articles) Enqueue(std::move(submitted));
    taken.push_back(std::move(groups_.front().taken));
    groups_.pop_front();
  }
  return taken;
}

void Sequencer::Submit(PreparedArticle article, Done done) {
  absl::Status refusal;
  {
    MutexLock lock(mutex_);
    const std::size_t bytes = BytesOf(article);
    refusal = Closed();
    if (refusal.ok() && (queue_.size() >= options_.max_queued_articles ||
                         queued_bytes_ + bytes > options_.max_queued_bytes)) {
      refusal = WithRetryDelay(
          MakeError(v1::ERROR_REASON_QUEUE_FULL,
                    fmt::format("{} articles are waiting already; try again in a moment", queue_.size())),
          kQueueFullRetryDelay);
    }
    if (refusal.ok()) {
      Enqueue({std::move(article), std::move(done)});
      wake_.NotifyAll();
      return;
    }
  }
  done(std::move(refusal));
}

void Sequencer::SubmitWhenRoom(std::vector<Submitted> group, std::function<void()> taken) {
  std::list<Group> added;
  added.push_back({std::move(group), std::move(taken)});
  absl::Status refusal;
  std::vector<std::function<void()>> all_taken;
  {
    MutexLock lock(mutex_);
    refusal = Closed();
    if (refusal.ok()) {
      groups_.splice(groups_.end(), added);
      all_taken = TakeGroups();
      wake_.NotifyAll();
    }
  }
  for (const std::function<void()>& tell : all_taken) tell();
  for (Group& refused : added) {  // empty, unless the sequencer is closed
    for (Submitted& submitted : refused.articles) submitted.done(refusal);
    refused.taken();
  }
}

std::shared_ptr<const PublishedTree> Sequencer::tree() const {
  MutexLock lock(mutex_);
  return tree_;
}

bool Sequencer::healthy() const {
  MutexLock lock(mutex_);
  return failure_.ok() && !reopening_ && !stopping_;
}

void Sequencer::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Sequencer::Run() {
  for (;;) {
    std::vector<Submitted> batch;
    std::vector<std::function<void()>> taken;
    bool unsettled = false;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) wake_.Wait(mutex_);
      if (queue_.empty()) return;
      unsettled = reopening_;
      if (!unsettled) {
        batch = TakeBatch();
        taken = TakeGroups();
      }
    }
    for (const std::function<void()>& tell : taken) tell();
    if (unsettled) return RefuseQueue(ShuttingDown());  // only a stop ends Recover without an answer
    Process(std::move(batch));
  }
}

std::vector<Sequencer::Submitted> Sequencer::TakeBatch() {
  std::vector<Submitted> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.max_batch_articles && bytes < options_.max_batch_bytes) {
    bytes += BytesOf(queue_.front().article);
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return batch;
}

void Sequencer::RefuseQueue(const absl::Status& status) {
  std::deque<Submitted> refused;
  std::list<Group> groups;
  {
    MutexLock lock(mutex_);
    refused.swap(queue_);
    groups.swap(groups_);
    queued_bytes_ = 0;
  }
  for (Submitted& submitted : refused) submitted.done(status);
  for (Group& group : groups) {
    for (Submitted& submitted : group.articles) submitted.done(status);
    group.taken();
  }
}

void Sequencer::Process(std::vector<Submitted> batch) {
  BatchBuilder builder(head_, store_, admission_, clock_.Now());
  std::vector<Pending> pending;
  std::vector<Pending> archived_before;
  for (Submitted& waiting : batch) {
    absl::StatusOr<Placement> placement = builder.AddArticle(std::move(waiting.article));
    if (!placement.ok()) {
      waiting.done(FromStoreError(placement.status()));
      continue;
    }
    // One without its entry's bytes was there before this batch, whose fate is nothing to it.
    (placement->log_entry.empty() ? archived_before : pending)
        .push_back({std::move(waiting.done), *std::move(placement)});
  }
  Answer(std::move(archived_before));
  if (builder.size() == 0) return;

  absl::StatusOr<BatchBuilder::Built> built = builder.Finish(signer_);
  if (!built.ok()) {
    spdlog::error("a batch of {} could not be signed: {}", pending.size(),
                  std::string(built.status().message()));
    for (Pending& answer : pending) answer.done(built.status());
    return;
  }
  // A crash in Commit leaves the batch stored or not, and nobody has seen its checkpoint; a crash after it
  // leaves it stored and not acknowledged, and the submitter, who asks again, gets its index.
  const CommitResult result = store_.Commit(built->batch);
  if (result.outcome != CommitOutcome::kCommitted) {
    Recover(result, built->next, std::move(pending));
    return;
  }
  Adopt(std::move(built->next), std::make_shared<const LogBatch>(std::move(built->batch)));
  Answer(std::move(pending));
}

void Sequencer::Answer(std::vector<Pending> pending) {
  const std::shared_ptr<const PublishedTree> now = tree();
  for (Pending& answer : pending) answer.done(SequencedArticle{std::move(answer.placement), now});
}

// From here on the tree is seen by everybody: its commit is durable.
void Sequencer::Adopt(LogHead head, std::shared_ptr<const LogBatch> commit) {
  head_ = std::move(head);
  auto published = std::make_shared<const PublishedTree>(head_.tree);
  {
    MutexLock lock(mutex_);
    tree_ = published;
  }
  if (options_.on_published) options_.on_published(std::move(published), std::move(commit));
}

// The store did not confirm the commit that would have led to `next`. Nothing is signed before it shows
// whether it holds the old tree or that one. If the process ends here, the next start finds the same.
void Sequencer::Recover(const CommitResult& result, const LogHead& next, std::vector<Pending> pending) {
  const auto refuse = [&pending](const absl::Status& status) {
    for (Pending& answer : pending) answer.done(status);
    pending.clear();
  };
  spdlog::error("a commit of tree size {} was not confirmed ({}): {}", next.tree.checkpoint.tree_size,
                result.outcome == CommitOutcome::kLost ? "lost" : "outcome unknown",
                std::string(result.cause.message()));
  SetReopening(true);
  if (result.outcome == CommitOutcome::kLost) refuse(NotStored(result.cause));
  std::chrono::milliseconds delay = options_.first_reopen_delay;
  for (;;) {
    absl::StatusOr<bool> persisted = Settle(next);
    if (persisted.ok()) {
      spdlog::warn("the store is open again at tree size {}; the unconfirmed commit was {}",
                   head_.tree.checkpoint.tree_size, *persisted ? "stored" : "not stored");
      SetReopening(false);  // and takes articles again
      if (*persisted) {
        Answer(std::move(pending));
      } else {
        refuse(NotStored(result.cause));
      }
      return;
    }
    if (!IsTransient(persisted.status())) {
      refuse(Uncertain(persisted.status()));
      Fail(persisted.status());
      return;
    }
    refuse(Uncertain(persisted.status()));
    spdlog::error("the store cannot be opened again: {}; next attempt in {} ms",
                  std::string(persisted.status().message()), delay.count());
    TurnAway(StoreAway(delay));
    if (!WaitUnlessStopping(delay)) return;
    delay = std::min(delay * 2, options_.last_reopen_delay);
  }
}

// True: the store holds `next`; false: the head that went before.
absl::StatusOr<bool> Sequencer::Settle(const LogHead& next) {
  if (absl::Status status = store_.Reopen(); !status.ok()) return status;
  absl::StatusOr<LogHead> head = LoadLogHead(store_, signer_.verifier());
  if (!head.ok()) return head.status();
  const Checkpoint& found = head->tree.checkpoint;
  const bool persisted = found == next.tree.checkpoint;
  if (!persisted && found != head_.tree.checkpoint) {
    return absl::DataLossError(fmt::format(
        "the store came back with tree size {} and root hash {}, which is neither the last confirmed tree "
        "(size {}) nor the one that was being committed (size {})",
        found.tree_size, ToHex(found.root_hash), head_.tree.checkpoint.tree_size,
        next.tree.checkpoint.tree_size));
  }
  Adopt(*std::move(head));
  return persisted;
}

bool Sequencer::WaitUnlessStopping(std::chrono::milliseconds delay) {
  const auto until = std::chrono::steady_clock::now() + delay;
  MutexLock lock(mutex_);
  while (!stopping_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) return true;
    wake_.WaitFor(mutex_, left);
  }
  return false;
}

// Nobody waits for a store that may be away for long.
void Sequencer::TurnAway(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    away_ = status;
  }
  RefuseQueue(status);
}

void Sequencer::SetReopening(bool reopening) {
  {
    MutexLock lock(mutex_);
    reopening_ = reopening;
    away_ = absl::OkStatus();
  }
  if (options_.on_health_change) options_.on_health_change(!reopening);
}

// Nothing is taken any more; what is archived is still served as far as it can be read and proved.
void Sequencer::Fail(const absl::Status& cause) {
  spdlog::critical("the store is damaged, nothing is taken any more: {}", std::string(cause.message()));
  const absl::Status failure = FromStoreError(absl::DataLossError(std::string(cause.message())));
  {
    MutexLock lock(mutex_);
    failure_ = failure;
    reopening_ = false;
    away_ = absl::OkStatus();
  }
  RefuseQueue(failure);
}

}  // namespace chirograph
