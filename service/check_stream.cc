// SPDX-License-Identifier: Apache-2.0
#include "service/check_stream.h"

#include <fmt/format.h>
#include <grpcpp/alarm.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "service/archive_check.h"
#include "service/grpc_status.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

// The archive as it is published now, and what of it is to be checked.
struct CheckPlan {
  ArchiveToCheck archive;
  ArchiveCheckOptions options;
};

absl::StatusOr<CheckPlan> ReadPlan(const Archive& archive, const v1::CheckArchiveRequest& request) {
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  const std::uint64_t newest = tree->checkpoint.tree_size;
  const std::uint64_t end = request.has_end_index() ? request.end_index() : newest;
  if (end > newest) return BeyondTreeSize("end_index", end, newest);
  if (request.start_index() > end) {
    if (!request.has_end_index()) return BeyondTreeSize("start_index", request.start_index(), newest);
    return InvalidField("start_index", fmt::format("{} is over end_index, {}", request.start_index(), end));
  }
  CheckPlan plan;
  plan.archive = {.log = &archive.store,
                  .catalog = &archive.catalog.stored(),
                  .checkpoint = tree->note,
                  .tree_size = newest,
                  .root_hash = tree->checkpoint.root_hash,
                  .is_at_rest = false,
                  .findings = {}};
  plan.options = {.start_index = request.start_index(),
                  .end_index = end,
                  .keyring = &archive.admission.keyring(),
                  .max_articles_per_second = request.max_articles_per_second(),
                  .with_outcomes = !request.findings_only()};
  return plan;
}

// One call. It works, writes or waits, one at a time; what is not guarded belongs to whoever does.
class CheckStream final : public grpc::ServerWriteReactor<v1::CheckArchiveResponse>,
                          public LastingStream,
                          public std::enable_shared_from_this<CheckStream> {
 public:
  explicit CheckStream(const Archive& archive) : archive_(archive) {}

  void Begin(absl::StatusOr<CheckPlan> plan) ABSL_LOCKS_EXCLUDED(mutex_) {
    self_ = shared_from_this();
    absl::Status status = plan.ok() ? archive_.checks.Add(self_) : plan.status();
    if (!status.ok()) return End(ToGrpcStatus(status));
    check_.emplace(std::move(plan->archive), plan->options, archive_.clock);
    Again();
  }

  void Stop() override ABSL_LOCKS_EXCLUDED(mutex_) {
    Interrupt(ToGrpcStatus(
        MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping; what was checked stands")));
  }

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_) { Interrupt(CancelledByClient()); }

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!ok) return End(CancelledByClient());
    if (check_->is_done()) return End(grpc::Status::OK);
    GoOn();
  }

  void OnDone() override { self_.reset(); }

 private:
  // Who sees the end may begin the next one at once.
  void End(const grpc::Status& status) {
    archive_.checks.Remove(this);
    Finish(status);
  }

  // Ends the call as soon as what is under way is done; a wait is over at once.
  void Interrupt(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (!interrupted_) interrupted_ = status;
    if (waiting_) alarm_.Cancel();
  }

  void Again() {
    archive_.workers.Post([self = shared_from_this()] { self->Step(); });
  }

  void GoOn() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::Duration delay = check_->delay();
    if (delay <= absl::ZeroDuration()) return Again();
    MutexLock lock(mutex_);
    if (interrupted_) return Again();
    waiting_ = true;
    // No share of this: the alarm keeps its callback after the call of it, and would so keep itself. self_ is
    // there for as long as the wait, which nothing but EndWait ends.
    alarm_.Set(absl::ToChronoTime(absl::Now() + delay), [this](bool /*ok*/) { EndWait(); });
  }

  void EndWait() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      waiting_ = false;
    }
    Again();
  }

  void Step() ABSL_LOCKS_EXCLUDED(mutex_) {
    std::optional<grpc::Status> interrupted;
    {
      MutexLock lock(mutex_);
      interrupted = interrupted_;
    }
    if (interrupted) return End(*interrupted);
    absl::StatusOr<v1::CheckArchiveResponse> message = check_->Next();
    if (!message.ok()) return End(ToGrpcStatus(FromStoreError(message.status())));
    response_ = *std::move(message);
    if (response_.ByteSizeLong() == 0) return GoOn();
    StartWrite(&response_);
  }

  const Archive& archive_;
  std::shared_ptr<CheckStream> self_;  // until OnDone
  std::optional<ArchiveCheck> check_;
  v1::CheckArchiveResponse response_;  // that is being written

  Mutex mutex_;
  grpc::Alarm alarm_;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> interrupted_ ABSL_GUARDED_BY(mutex_);  // what the call ends with
};

}  // namespace

grpc::ServerWriteReactor<v1::CheckArchiveResponse>* StartCheckStream(const Archive& archive,
                                                                     const v1::CheckArchiveRequest& request) {
  const auto stream = std::make_shared<CheckStream>(archive);
  CheckStream* const reactor = stream.get();
  stream->Begin(ReadPlan(archive, request));
  return reactor;
}

}  // namespace chirograph
