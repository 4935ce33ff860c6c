// SPDX-License-Identifier: Apache-2.0
//
// One attempt at a call whose answers come as a stream, read with a bound on the time that each may take.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_STREAM_CALL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_STREAM_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "absl/time/time.h"

namespace chirograph::internal {

// Tried again for as long as time allows, however often.
inline constexpr int kAnyAttempts = std::numeric_limits<int>::max();

// Not thread-safe; ended, and nothing left of it, when it goes.
template <typename Response>
class StreamCall {
 public:
  using Prepare = std::function<std::unique_ptr<grpc::ClientAsyncReader<Response>>(grpc::ClientContext*,
                                                                                   grpc::CompletionQueue*)>;

  // Starts the call that `prepare` makes.
  explicit StreamCall(const Prepare& prepare) : reader_(prepare(&context_, &queue_)) {
    reader_->StartCall(this);
    outstanding_ = true;
  }
  ~StreamCall() {
    if (!finished_) {
      context_.TryCancel();
      Finish();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) continue;
  }
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  enum class Got {
    kMessage,
    kEnd,      // no more messages: Finish says why
    kNothing,  // none came in the time; the next call goes on waiting
  };

  // Waits for the next message, at most `timeout` of real time. `*message` is this object's, and good until
  // the next call.
  Got Next(absl::Duration timeout, Response** message) {
    const auto until =
        std::chrono::system_clock::now() + absl::ToChronoMicroseconds(std::min(timeout, absl::Hours(24)));
    for (;;) {
      if (!outstanding_) {
        reader_->Read(&message_, this);
        outstanding_ = reading_ = true;
      }
      void* tag = nullptr;
      bool ok = false;
      const grpc::CompletionQueue::NextStatus next = queue_.AsyncNext(&tag, &ok, until);
      if (next == grpc::CompletionQueue::TIMEOUT) return Got::kNothing;
      outstanding_ = false;
      if (next == grpc::CompletionQueue::SHUTDOWN || !ok) return Got::kEnd;
      if (!reading_) continue;  // it was the start of the call
      *message = &message_;
      return Got::kMessage;
    }
  }

  // How the call ended; it is cancelled first where it has not. Next is not to be called any more.
  grpc::Status Finish() {
    if (finished_) return status_;
    finished_ = true;
    void* tag = nullptr;
    bool ok = false;
    if (outstanding_) {
      context_.TryCancel();
      queue_.Next(&tag, &ok);
    }
    reader_->Finish(&status_, this);
    queue_.Next(&tag, &ok);
    return status_;
  }

 private:
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  const std::unique_ptr<grpc::ClientAsyncReader<Response>> reader_;
  Response message_;
  bool outstanding_ = false;
  bool reading_ = false;
  bool finished_ = false;
  grpc::Status status_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_STREAM_CALL_H_
