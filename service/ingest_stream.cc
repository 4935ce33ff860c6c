// SPDX-License-Identifier: Apache-2.0
#include "service/ingest_stream.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "service/grpc_status.h"
#include "service/ingest.h"
#include "service/raw_message.h"
#include "service/receipt_builder.h"
#include "service/request.h"

namespace chirograph {
namespace {

// Bytes of contents and openings that are handed to the sequencer at a time. A message may make far more of
// them than it has itself: aliases in a source document expand.
constexpr std::size_t kGroupBytes = std::size_t{4} << 20;
// Of an outcome, for its tag, lengths and flags.
constexpr std::size_t kIngestedOverhead = 64;

// One call. Alive as long as gRPC or one of its articles needs it.
//
// At most one read and one message of answers are under way at a time. A read begins when the message before
// it was handed to the sequencer and the window is open; so a store or a client that is slow stops it, and
// the connection's own flow control stops the sender.
class IngestStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public LastingStream,
                           public std::enable_shared_from_this<IngestStream> {
 public:
  explicit IngestStream(const Archive& archive) : archive_(archive) {}

  void Begin() ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<IngestStream> self = self_ = shared_from_this();
    absl::Status status = archive_.streams.Add(self);
    MutexLock lock(mutex_);
    if (!status.ok()) end_ = std::move(status);
    Go();
  }

  void Stop() override ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (end_.ok()) {
      end_ = MakeError(v1::ERROR_REASON_SHUTTING_DOWN,
                       "the server is stopping; what was not answered was not stored: send it again");
    }
    Go();
  }

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<IngestStream> self = shared_from_this();
    {
      MutexLock lock(mutex_);
      reading_ = false;
      if (!ok || finished_) {
        read_all_ = true;  // the client closed its side, or is gone
        Go();
        return;
      }
      handling_ = true;
    }
    request_ = std::make_unique<v1::IngestArticlesRequest>();
    absl::Status status = ReadRawMessage(request_bytes_, request_.get());
    request_bytes_.Clear();
    if (status.ok()) status = CheckSubmissionCount(request_->submissions_size());
    if (!status.ok()) {
      request_.reset();
      MutexLock lock(mutex_);
      handling_ = false;
      if (end_.ok()) end_ = std::move(status);
      Go();
      return;
    }
    next_submission_ = 0;
    HandleSome();
  }

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<IngestStream> self = shared_from_this();
    MutexLock lock(mutex_);
    writing_ = false;
    in_flight_ -= in_write_;
    in_write_ = 0;
    if (!ok) cancelled_ = true;
    Go();
  }

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<IngestStream> self = shared_from_this();
    MutexLock lock(mutex_);
    cancelled_ = true;
    Go();
  }

  void OnDone() override {
    archive_.streams.Remove(this);
    self_.reset();
  }

 private:
  // What became of an article, and how many bytes of the window are its own.
  struct Outcome {
    std::uint64_t tag = 0;
    absl::StatusOr<SequencedArticle> result;
    std::size_t window_bytes = 0;
  };

  // Begins whatever is due.
  void Go() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (cancelled_) {
      // Nobody will read them. What they tell of is archived all the same.
      in_flight_ -= outbox_.size();
      outbox_.clear();
    }
    if (finished_) return;
    if (!writing_ && !outbox_.empty()) {
      writing_ = true;
      archive_.workers.Post([self = shared_from_this()] { self->WriteSome(); });
    }
    const bool ends = cancelled_ || !end_.ok() || read_all_;
    const bool idle = !writing_ && !handling_ && (cancelled_ || in_flight_ == 0);
    if (ends && idle) {
      finished_ = true;
      Finish(cancelled_ ? grpc::Status(grpc::StatusCode::CANCELLED, "the client ended the call")
                        : ToGrpcStatus(end_));
    } else if (!ends && !reading_ && !handling_ && in_flight_ < kIngestWindowArticles &&
               window_bytes_ < kIngestWindowBytes) {
      reading_ = true;
      StartRead(&request_bytes_);
    }
  }

  // Hands the next of what was read to the sequencer, in the order in which it came; again when that was
  // taken, until there is no more.
  void HandleSome() ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<Sequencer::Submitted> group;
    std::vector<Outcome> refused;
    std::size_t group_bytes = 0;
    std::size_t window_bytes = 0;
    while (next_submission_ < request_->submissions_size() && group_bytes < kGroupBytes) {
      const v1::TaggedSubmission& submission = request_->submissions(next_submission_++);
      absl::StatusOr<PreparedArticle> prepared = Admit(archive_, ReadSubmission(submission));
      if (!prepared.ok()) {
        refused.push_back({submission.tag(), prepared.status()});
        continue;
      }
      const std::size_t bytes = prepared->opening.size();
      window_bytes += bytes;
      group_bytes += bytes + prepared->content.size();
      group.push_back({*std::move(prepared), [self = shared_from_this(), tag = submission.tag(),
                                              bytes](absl::StatusOr<SequencedArticle> result) {
                         self->Take({tag, std::move(result), bytes});
                       }});
    }
    const bool is_last = next_submission_ == request_->submissions_size();
    if (is_last) request_.reset();  // which may be large in memory, and the next one late
    {
      MutexLock lock(mutex_);
      in_flight_ += group.size() + refused.size();
      window_bytes_ += window_bytes;
      for (Outcome& outcome : refused) outbox_.push_back(std::move(outcome));
      Go();
    }
    archive_.sequencer.SubmitWhenRoom(std::move(group),
                                      [self = shared_from_this(), is_last] { self->Handled(is_last); });
  }

  void Handled(bool is_last) ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!is_last) {
      archive_.workers.Post([self = shared_from_this()] { self->HandleSome(); });
      return;
    }
    MutexLock lock(mutex_);
    handling_ = false;
    Go();
  }

  void Take(Outcome outcome) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    outbox_.push_back(std::move(outcome));
    Go();
  }

  // On a worker, while writing_ is set. The answers that do not fit stay.
  void WriteSome() ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<Outcome> taken;
    {
      MutexLock lock(mutex_);
      const std::size_t count = std::min<std::size_t>(outbox_.size(), limits::kMaxSubmissionsPerMessage);
      for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(std::move(outbox_.front()));
        outbox_.pop_front();
      }
    }
    const std::size_t written = Fill(taken);
    WriteRawMessage(response_, &response_bytes_);
    MutexLock lock(mutex_);
    for (std::size_t i = taken.size(); i > written; --i) outbox_.push_front(std::move(taken[i - 1]));
    for (std::size_t i = 0; i < written; ++i) window_bytes_ -= taken[i].window_bytes;
    in_write_ = written;
    if (written == 0 || finished_) {  // cancelled meanwhile
      writing_ = false;
      Go();
      return;
    }
    StartWrite(&response_bytes_);
  }

  // Makes the next message of the first of `outcomes`, whose bytes it takes; how many.
  std::size_t Fill(std::vector<Outcome>& outcomes) {
    response_.Clear();
    std::shared_ptr<const PublishedTree> tree;
    for (const Outcome& outcome : outcomes) {
      if (outcome.result.ok()) tree = outcome.result->tree;  // the last one's is the newest
    }
    std::optional<ReceiptMaker> receipts;
    std::size_t bytes = 0;
    if (tree != nullptr) {
      receipts.emplace(archive_.store, *tree);
      response_.set_checkpoint(tree->note);
      bytes = tree->note.size() + kIngestedOverhead;
    }
    std::size_t filled = 0;
    for (Outcome& outcome : outcomes) {
      v1::SubmissionOutcome& answer = *response_.add_outcomes();
      answer.set_tag(outcome.tag);
      FillOutcome(outcome, receipts, &answer);
      bytes += answer.ByteSizeLong() + kIngestedOverhead;
      ++filled;
      if (bytes > kFullMessageBytes) break;
    }
    return filled;
  }

  static void FillOutcome(Outcome& outcome, std::optional<ReceiptMaker>& receipts,
                          v1::SubmissionOutcome* answer) {
    if (!outcome.result.ok()) {
      *answer->mutable_refusal() = ToRpcStatus(outcome.result.status());
      return;
    }
    Placement& placement = outcome.result->placement;
    absl::StatusOr<v1::Receipt> receipt = MakeIngestReceipt(*receipts, placement);
    if (!receipt.ok()) {
      *answer->mutable_refusal() = ToRpcStatus(receipt.status());
      return;
    }
    *answer->mutable_receipt() = *std::move(receipt);
    *answer->mutable_verification() = std::move(placement.result);
    answer->set_already_archived(placement.already_archived);
  }

  // An answer is far under this much: so a message that is closed at this size is under 1 MiB.
  static constexpr std::size_t kAnswerBytes = std::size_t{64} << 10;
  static constexpr std::size_t kFullMessageBytes = limits::kMaxStreamMessageBytes - kAnswerBytes;
  static_assert(kAnswerBytes > limits::kMaxLogEntryBytes + limits::kMaxUrlBytes +
                                   limits::kMaxSecuredFieldBytes + 2 * limits::kMaxErrorDetailsBytes);

  const Archive& archive_;
  std::shared_ptr<IngestStream> self_;  // until OnDone
  // The reader's: whoever set reading_ or handling_.
  grpc::ByteBuffer request_bytes_;
  std::unique_ptr<v1::IngestArticlesRequest> request_;
  int next_submission_ = 0;  // of those in request_
  // The writer's: whoever set writing_.
  v1::IngestArticlesResponse response_;
  grpc::ByteBuffer response_bytes_;

  Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;  // the client sends no more
  bool handling_ ABSL_GUARDED_BY(mutex_) = false;  // a message that the sequencer has not wholly taken yet
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;   // from when a worker is asked until the message is written
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);  // not OK: what the stream ends with
  std::deque<Outcome> outbox_ ABSL_GUARDED_BY(mutex_);
  std::size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;  // articles whose answers are not written
  std::size_t in_write_ ABSL_GUARDED_BY(mutex_) = 0;   // of these, in the message that is being written
  std::size_t window_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartIngestStream(const Archive& archive) {
  const auto stream = std::make_shared<IngestStream>(archive);
  stream->Begin();
  return stream.get();
}

}  // namespace chirograph
