// SPDX-License-Identifier: Apache-2.0
//
// The part of IngestStreamImpl that sends, receives and makes the connection again: one thread's.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "client/internal/ingest_call.h"
#include "client/internal/ingest_stream_impl.h"

namespace chirograph::internal {
namespace {

using Clock = std::chrono::steady_clock;

// Of one message: near the best that there is, and far under gRPC's bound.
constexpr std::size_t kMessageBytes = std::size_t{256} << 10;
// Messages of answers that wait for the judge. Each is at most 4 MiB, and of an honest server 1 MiB.
constexpr std::size_t kMostAnswered = 16;
constexpr absl::Duration kSleepSlice = absl::Milliseconds(100);

}  // namespace

void IngestStreamImpl::Send() {
  Retries retries(channel_.options(), channel_.retry_for());
  while (WaitForWork(retries)) {
    std::optional<ReceivedError> error = RunCall(retries);
    if (!error.has_value()) continue;
    const bool may_help = Retries::MayHelp(*error);
    {
      MutexLock lock(mutex_);
      waiting_.merge(sent_);
      // How a connection ends over which nothing more is to come is nobody's trouble.
      if ((finishing_ && waiting_.empty()) || (stopped_ && may_help)) break;
    }
    const std::optional<absl::Duration> wait = retries.After(*error);
    if (!wait.has_value()) {
      Fail(FailureOf(*std::move(error)));
      break;
    }
    SleepFor(*wait);
  }
  MutexLock lock(mutex_);
  received_all_ = true;
  changed_.NotifyAll();
}

bool IngestStreamImpl::WaitForWork(Retries& retries) {
  while (true) {
    const std::uint64_t seen = bell_.Rings();
    {
      MutexLock lock(mutex_);
      if (failure_.has_value() || stopped_) return false;
      if (!waiting_.empty()) return true;
      if (finishing_) return false;
    }
    retries.Reset();  // patience is with the archive, not with the caller
    bell_.WaitFor(seen, std::chrono::hours(1));
  }
}

std::optional<ReceivedError> IngestStreamImpl::RunCall(Retries& retries) {
  IngestCall call(channel_.archive(), bell_);
  const auto patience = absl::ToChronoNanoseconds(std::min(channel_.options().call_timeout, absl::Hours(24)));
  Clock::time_point heard = Clock::now();
  bool was_answered = false;
  while (true) {
    const std::uint64_t seen = bell_.Rings();
    if (HasFailed()) return std::nullopt;
    // Only what is asked and not answered can be late.
    const bool any_sent = AnySent();
    const bool judge_is_busy = JudgeIsBusy();
    if (!any_sent || judge_is_busy) heard = Clock::now();
    if (!any_sent && was_answered) retries.Reset();
    if (!judge_is_busy) {
      if (std::optional<v1::IngestArticlesResponse> response = call.TakeResponse()) {
        heard = Clock::now();
        std::optional<ReceivedError> refusal;
        if (TakeAnswers(*std::move(response), &refusal)) {
          was_answered = true;
          retries.Reset();
        }
        if (refusal.has_value()) return refusal;
        continue;
      }
      if (const std::optional<grpc::Status> end = call.End()) return JudgeEnd(*end);
    }
    if (SendSome(call)) continue;
    const auto left = patience - (Clock::now() - heard);
    if (left.count() <= 0) {
      ReceivedError late;
      late.code = absl::StatusCode::kDeadlineExceeded;
      late.message = fmt::format("no answer for {}", absl::FormatDuration(channel_.options().call_timeout));
      return late;
    }
    bell_.WaitFor(seen, left);
  }
}

bool IngestStreamImpl::SendSome(IngestCall& call) {
  if (!call.CanWrite()) return false;
  if (std::optional<v1::IngestArticlesRequest> message = NextMessage()) {
    call.Write(*std::move(message));
    return true;
  }
  {
    MutexLock lock(mutex_);
    if (!finishing_ && !stopped_) return false;
  }
  call.CloseWriting();
  return true;
}

std::optional<v1::IngestArticlesRequest> IngestStreamImpl::NextMessage() {
  std::vector<std::pair<std::uint64_t, const Submission*>> chosen;
  {
    MutexLock lock(mutex_);
    if (stopped_ || waiting_.empty()) return std::nullopt;
    std::size_t bytes = 0;
    while (!waiting_.empty() && chosen.size() < static_cast<std::size_t>(max_submissions_)) {
      const auto next = waiting_.begin();
      ArticleUnderWay& article = *next->second;
      bytes += article.bytes;
      if (!chosen.empty() && bytes > kMessageBytes) break;
      article.was_sent = true;
      article.seen_when_asked = tree_size_;
      chosen.emplace_back(next->first, &article.submission);
      sent_.insert(waiting_.extract(next));
    }
  }
  // Only this thread takes them out of sent_ again.
  v1::IngestArticlesRequest message;
  for (const auto& [number, submission] : chosen) {
    v1::TaggedSubmission& tagged = *message.add_submissions();
    tagged.set_tag(number);
    SetInput(*submission, &tagged);
  }
  return message;
}

bool IngestStreamImpl::TakeAnswers(v1::IngestArticlesResponse response,
                                   std::optional<ReceivedError>* refusal) {
  AnsweredArticles answered;
  bool any = false;
  std::string lie;
  if (response.outcomes().empty()) lie = "a message of the answer to IngestArticles has no outcome";
  answered.response.set_checkpoint(std::move(*response.mutable_checkpoint()));
  {
    MutexLock lock(mutex_);
    for (v1::SubmissionOutcome& outcome : *response.mutable_outcomes()) {
      const auto found = sent_.find(outcome.tag());
      if (found == sent_.end()) {
        lie = fmt::format("the answer to IngestArticles has an outcome for tag {}, {}", outcome.tag(),
                          outcome.tag() < next_number_ ? "which was answered before, or is not sent yet"
                                                       : "which was never sent");
        break;
      }
      if (!outcome.has_receipt() && !outcome.has_refusal()) {
        lie = fmt::format("the answer to IngestArticles has neither receipt nor refusal for tag {}",
                          outcome.tag());
        break;
      }
      if (outcome.has_refusal()) {
        ReceivedError error = ReadRpcStatus(outcome.refusal());
        if (Retries::MayHelp(error)) {
          waiting_.insert(sent_.extract(found));
          if (!refusal->has_value()) *refusal = std::move(error);
          continue;
        }
      }
      answered.articles.push_back(std::move(found->second));
      sent_.erase(found);
      *answered.response.add_outcomes() = std::move(outcome);
    }
    if (!lie.empty()) {
      for (const auto& article : answered.articles) unanswered_.push_back(article->tag);
    } else if (!answered.articles.empty()) {
      any = true;
      answered_.push_back(std::move(answered));
      changed_.NotifyAll();
    }
  }
  if (!lie.empty()) Fail(DoesNotCheck(lie));
  return any;
}

std::optional<ReceivedError> IngestStreamImpl::JudgeEnd(const grpc::Status& status) {
  if (!status.ok()) return ReadRpcError(status.error_code(), status.error_message(), status.error_details());
  std::size_t unanswered = 0;
  bool closed = false;
  {
    MutexLock lock(mutex_);
    unanswered = sent_.size();
    closed = (finishing_ && waiting_.empty()) || stopped_;
  }
  if (unanswered > 0) {
    Fail(DoesNotCheck(fmt::format(
        "the answer to IngestArticles ended well, but {} of the articles that were sent have no outcome",
        unanswered)));
    return std::nullopt;
  }
  if (closed) return std::nullopt;
  ReceivedError early;
  early.code = absl::StatusCode::kUnavailable;
  early.message = "the server ended the stream before all was sent";
  return early;
}

Failure IngestStreamImpl::FailureOf(ReceivedError error) const {
  if (error.code != absl::StatusCode::kUnimplemented) {
    return channel_.FailureOf("IngestArticles", std::move(error));
  }
  Failure failure = CouldNot(absl::UnimplementedError(
      fmt::format("the server at {} has no IngestArticles, by which articles are sent: it is older than this "
                  "chirograph, or no chirographd; ask its operator to update it",
                  channel_.server())));
  failure.server_error = std::move(error);
  return failure;
}

void IngestStreamImpl::SleepFor(absl::Duration duration) {
  while (duration > absl::ZeroDuration()) {
    {
      MutexLock lock(mutex_);
      if (failure_.has_value() || stopped_) return;
    }
    const absl::Duration slice = std::min(duration, kSleepSlice);
    channel_.options().sleep(slice);
    duration -= slice;
  }
}

bool IngestStreamImpl::AnySent() {
  MutexLock lock(mutex_);
  return !sent_.empty();
}

bool IngestStreamImpl::JudgeIsBusy() {
  MutexLock lock(mutex_);
  return answered_.size() >= kMostAnswered;
}

}  // namespace chirograph::internal
