// SPDX-License-Identifier: Apache-2.0
#include "service/verify_stream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "crypto/limits.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "service/grpc_status.h"
#include "service/raw_message.h"
#include "service/request.h"
#include "service/verify.h"

namespace chirograph {
namespace {

// Of an outcome, for its tag and what goes before each field.
constexpr std::size_t kVerifiedOverhead = 32;

// One call. Alive as long as gRPC or a worker needs it. It reads, works or writes, one at a time; what is not
// guarded belongs to whoever does.
class VerifyStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public LastingStream,
                           public std::enable_shared_from_this<VerifyStream> {
 public:
  explicit VerifyStream(const Archive& archive) : archive_(archive) {}

  void Begin() ABSL_LOCKS_EXCLUDED(mutex_) {
    self_ = shared_from_this();
    if (absl::Status status = archive_.streams.Add(self_); !status.ok()) return End(ToGrpcStatus(status));
    Read();
  }

  void Stop() override ABSL_LOCKS_EXCLUDED(mutex_) {
    Interrupt(ToGrpcStatus(MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping")));
  }

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_) {
    Interrupt({grpc::StatusCode::CANCELLED, "the client ended the call"});
  }

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!reading_) return;  // the call has ended
      reading_ = false;
    }
    if (!ok) return End(grpc::Status::OK);  // the client closed its side, or is gone
    absl::Status status = ReadRawMessage(request_bytes_, &request_);
    request_bytes_.Clear();
    if (status.ok()) status = CheckSubmissionCount(request_.submissions_size());
    if (!status.ok()) return End(ToGrpcStatus(status));
    absl::StatusOr<VerifyManner> manner = ReadManner(request_);
    if (!manner.ok()) return End(ToGrpcStatus(manner.status()));
    manner_ = *std::move(manner);
    next_submission_ = 0;
    Work();
  }

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!ok) return End({grpc::StatusCode::CANCELLED, "the client ended the call"});
    Work();
  }

  void OnDone() override {
    archive_.streams.Remove(this);
    self_.reset();
  }

 private:
  // Ends the call now where it waits for the client, else as soon as what is under way is done.
  void Interrupt(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<VerifyStream> self = shared_from_this();
    {
      MutexLock lock(mutex_);
      if (interrupted_) return;
      interrupted_ = status;
      if (!reading_) return;
      reading_ = false;
    }
    Finish(status);
  }

  // By whoever works or was called back, as the last thing.
  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!interrupted_) interrupted_ = status;
    }
    Finish(status);
  }

  void Read() ABSL_LOCKS_EXCLUDED(mutex_) {
    request_ = v1::VerifyArticlesRequest();  // it may be large in memory, and the next one late
    std::optional<grpc::Status> interrupted;
    {
      MutexLock lock(mutex_);
      interrupted = interrupted_;
      reading_ = !interrupted_;
      // Under the lock: an interruption from now on is after it.
      if (reading_) StartRead(&request_bytes_);
    }
    if (interrupted) Finish(*interrupted);
  }

  void Work() {
    archive_.workers.Post([self = shared_from_this()] { self->AnswerSome(); });
  }

  // Writes the next message of answers, or reads on where there are none left.
  void AnswerSome() ABSL_LOCKS_EXCLUDED(mutex_) {
    response_.Clear();
    std::size_t bytes = 0;
    while (kept_ || next_submission_ < request_.submissions_size()) {
      v1::VerificationOutcome outcome =
          kept_ ? *std::exchange(kept_, std::nullopt) : Answer(request_.submissions(next_submission_++));
      bytes += outcome.ByteSizeLong() + kVerifiedOverhead;
      if (bytes > limits::kMaxStreamMessageBytes && response_.outcomes_size() > 0) {
        kept_ = std::move(outcome);
        break;
      }
      *response_.add_outcomes() = std::move(outcome);
    }
    std::optional<grpc::Status> interrupted;
    {
      MutexLock lock(mutex_);
      interrupted = interrupted_;
    }
    if (interrupted) return Finish(*interrupted);
    if (response_.outcomes_size() == 0) return Read();
    WriteRawMessage(response_, &response_bytes_);
    StartWrite(&response_bytes_);
  }

  v1::VerificationOutcome Answer(const v1::TaggedSubmission& submission) const {
    v1::VerificationOutcome outcome;
    outcome.set_tag(submission.tag());
    absl::StatusOr<v1::VerifyArticleResponse> answer = Verify(archive_, ReadSubmission(submission), manner_);
    if (answer.ok()) {
      *outcome.mutable_answer() = *std::move(answer);
    } else {
      *outcome.mutable_refusal() = ToRpcStatus(answer.status());
    }
    return outcome;
  }

  const Archive& archive_;
  std::shared_ptr<VerifyStream> self_;  // until OnDone
  grpc::ByteBuffer request_bytes_;
  v1::VerifyArticlesRequest request_;
  VerifyManner manner_;  // of request_
  int next_submission_ = 0;
  std::optional<v1::VerificationOutcome> kept_;  // for the next message
  v1::VerifyArticlesResponse response_;
  grpc::ByteBuffer response_bytes_;

  Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> interrupted_ ABSL_GUARDED_BY(mutex_);  // what the call ends with
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartVerifyStream(const Archive& archive) {
  const auto stream = std::make_shared<VerifyStream>(archive);
  stream->Begin();
  return stream.get();
}

}  // namespace chirograph
