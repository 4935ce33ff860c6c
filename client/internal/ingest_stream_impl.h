// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_INGEST_STREAM_IMPL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_INGEST_STREAM_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "client/ingest_stream.h"
#include "client/internal/bell.h"
#include "client/internal/ingest_checks.h"
#include "client/internal/ingest_judge.h"
#include "client/internal/rpc_channel.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"

namespace chirograph::internal {

class IngestCall;

// Two threads: one sends, receives and makes the connection again; the other judges what came, and hands it
// on. An article is in waiting_, then in sent_, then in an element of answered_; when a connection breaks,
// back from sent_ to waiting_.
class IngestStreamImpl final : public IngestStream {
 public:
  // `channel` and `checks` must outlive this. `max_submissions` as LogLimits has it.
  IngestStreamImpl(RpcChannel& channel, IngestChecks& checks, std::uint32_t max_submissions,
                   IngestStreamOptions options);
  ~IngestStreamImpl() override;

  bool Submit(std::uint64_t tag, Submission submission) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Stop() override ABSL_LOCKS_EXCLUDED(mutex_);
  IngestEnd Finish() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // By the number that is its tag on the wire: in the order of Submit.
  using Articles = std::map<std::uint64_t, std::unique_ptr<ArticleUnderWay>>;

  // --- The sending thread: ingest_stream_sending.cc ---
  void Send();
  // False: there is nothing left to send.
  bool WaitForWork(Retries& retries);
  // One connection, to its end. Nothing: it ended well, or fail_ says why not.
  std::optional<ReceivedError> RunCall(Retries& retries);
  // Sends the next message, or closes the sending side, if it is time. False: it is not.
  bool SendSome(IngestCall& call);
  std::optional<v1::IngestArticlesRequest> NextMessage() ABSL_LOCKS_EXCLUDED(mutex_);
  // Hands a message of answers to the judge. A refusal that may pass goes into `refusal` instead, and its
  // article back to those that wait. Whether there was any other.
  bool TakeAnswers(v1::IngestArticlesResponse response, std::optional<ReceivedError>* refusal)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<ReceivedError> JudgeEnd(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  Failure FailureOf(ReceivedError error) const;
  void SleepFor(absl::Duration duration);
  bool AnySent() ABSL_LOCKS_EXCLUDED(mutex_);
  bool JudgeIsBusy() ABSL_LOCKS_EXCLUDED(mutex_);

  // --- The judging thread ---
  void Judge();
  // All that wait. Empty: there will be no more.
  std::vector<AnsweredArticles> NextAnswered() ABSL_LOCKS_EXCLUDED(mutex_);
  void Deliver(std::uint64_t tag, Answer<IngestOutcome> outcome) ABSL_LOCKS_EXCLUDED(deliver_mutex_);

  // --- Both ---
  bool HasFailed() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !failure_.has_value() && !stopped_ && !finishing_;
  }
  // The stream ends, unless it did before.
  void Fail(Failure failure) ABSL_LOCKS_EXCLUDED(mutex_);

  RpcChannel& channel_;
  IngestChecks& checks_;
  const IngestStreamOptions options_;
  const int max_submissions_;
  const std::size_t check_threads_;
  Bell bell_;  // for the sending thread
  Mutex deliver_mutex_;

  Mutex mutex_;
  CondVar changed_;
  Articles waiting_ ABSL_GUARDED_BY(mutex_);
  Articles sent_ ABSL_GUARDED_BY(mutex_);
  std::vector<AnsweredArticles> answered_ ABSL_GUARDED_BY(mutex_);
  bool received_all_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t next_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t window_articles_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t window_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t tree_size_ ABSL_GUARDED_BY(mutex_);  // that was followed
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Failure> failure_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> unanswered_ ABSL_GUARDED_BY(mutex_);

  std::thread sender_;
  std::thread judge_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_INGEST_STREAM_IMPL_H_
