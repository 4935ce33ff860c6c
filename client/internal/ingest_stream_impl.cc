// SPDX-License-Identifier: Apache-2.0
#include "client/internal/ingest_stream_impl.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/limits.h"

namespace chirograph::internal {
namespace {

// In one message: near the best that there is.
constexpr int kMessageArticles = 32;

std::size_t BytesOf(const Submission& submission) {
  const auto* document = std::get_if<SourceDocument>(&submission);
  return document != nullptr ? document->bytes.size() : std::get<v1::Article>(submission).ByteSizeLong();
}

std::size_t ThreadsFor(int asked) {
  if (asked > 0) return static_cast<std::size_t>(asked);
  constexpr unsigned kMost = 4;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMost);
}

// A message over it would be refused by gRPC, and end the stream.
absl::Status CheckSize(std::size_t bytes) {
  if (bytes <= limits::kMaxContentBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(fmt::format(
      "the article has {} bytes as a message; at most {} are taken", bytes, limits::kMaxContentBytes));
}

}  // namespace

IngestStreamImpl::IngestStreamImpl(RpcChannel& channel, IngestChecks& checks, std::uint32_t max_submissions,
                                   IngestStreamOptions options)
    : channel_(channel),
      checks_(checks),
      options_(std::move(options)),
      max_submissions_(max_submissions == 0
                           ? kMessageArticles
                           : static_cast<int>(std::min<std::uint32_t>(max_submissions, kMessageArticles))),
      check_threads_(ThreadsFor(options_.check_threads)),
      tree_size_(checks.LargestSeen()),
      sender_([this] { Send(); }),
      judge_([this] { Judge(); }) {}

IngestStreamImpl::~IngestStreamImpl() {
  if (!sender_.joinable()) return;
  {
    MutexLock lock(mutex_);
    if (!failure_.has_value()) failure_ = CouldNot(absl::CancelledError("the stream was given up"));
    changed_.NotifyAll();
  }
  bell_.Ring();
  sender_.join();
  judge_.join();
}

bool IngestStreamImpl::Submit(std::uint64_t tag, Submission submission) {
  auto article = std::make_unique<ArticleUnderWay>();
  article->tag = tag;
  article->submission = std::move(submission);
  article->bytes = BytesOf(article->submission);
  absl::StatusOr<PreparedSubmission> prepared = Prepare(article->submission);
  if (prepared.ok()) {
    if (const absl::Status fits = CheckSize(article->bytes); !fits.ok()) prepared = fits;
  }
  if (!prepared.ok()) {
    {
      MutexLock lock(mutex_);
      if (!IsOpen()) return false;
    }
    Deliver(tag, CouldNot(prepared.status()));
    return true;
  }
  article->prepared = *std::move(prepared);
  {
    MutexLock lock(mutex_);
    while (IsOpen() && window_articles_ > 0 &&
           (window_articles_ >= options_.window_articles ||
            window_bytes_ + article->bytes > options_.window_bytes)) {
      changed_.Wait(mutex_);
    }
    if (!IsOpen()) return false;
    ++window_articles_;
    window_bytes_ += article->bytes;
    waiting_.emplace(next_number_++, std::move(article));
  }
  bell_.Ring();
  return true;
}

void IngestStreamImpl::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  bell_.Ring();
}

IngestEnd IngestStreamImpl::Finish() {
  {
    MutexLock lock(mutex_);
    finishing_ = true;
  }
  bell_.Ring();
  sender_.join();
  judge_.join();
  MutexLock lock(mutex_);
  IngestEnd end;
  end.failure = std::move(failure_);
  end.unanswered = std::move(unanswered_);
  for (const Articles* left : {&sent_, &waiting_}) {
    for (const auto& [number, article] : *left) {
      (article->was_sent ? end.unanswered : end.not_sent).push_back(article->tag);
    }
  }
  return end;
}

// --- The judging thread ---

void IngestStreamImpl::Judge() {
  for (std::vector<AnsweredArticles> messages = NextAnswered(); !messages.empty();
       messages = NextAnswered()) {
    std::size_t articles = 0;
    std::size_t bytes = 0;
    std::vector<std::uint64_t> tags;
    for (const AnsweredArticles& message : messages) {
      articles += message.articles.size();
      for (const auto& article : message.articles) {
        bytes += article->bytes;
        tags.push_back(article->tag);
      }
    }
    JudgedAnswers judged;
    if (HasFailed()) {
      judged.unanswered = std::move(tags);
    } else {
      judged = JudgeAnswers(checks_, channel_, std::move(messages), check_threads_);
    }
    for (auto& [tag, outcome] : judged.outcomes) Deliver(tag, std::move(outcome));
    {
      MutexLock lock(mutex_);
      window_articles_ -= articles;
      window_bytes_ -= bytes;
      tree_size_ = std::max(tree_size_, judged.tree_size);
      unanswered_.insert(unanswered_.end(), judged.unanswered.begin(), judged.unanswered.end());
      changed_.NotifyAll();
    }
    if (judged.failure.has_value()) Fail(*std::move(judged.failure));
    bell_.Ring();
  }
}

std::vector<AnsweredArticles> IngestStreamImpl::NextAnswered() {
  MutexLock lock(mutex_);
  while (answered_.empty() && !received_all_) changed_.Wait(mutex_);
  return std::exchange(answered_, {});
}

void IngestStreamImpl::Deliver(std::uint64_t tag, Answer<IngestOutcome> outcome) {
  MutexLock lock(deliver_mutex_);
  options_.on_outcome(tag, std::move(outcome));
}

bool IngestStreamImpl::HasFailed() {
  MutexLock lock(mutex_);
  return failure_.has_value();
}

void IngestStreamImpl::Fail(Failure failure) {
  {
    MutexLock lock(mutex_);
    if (failure_.has_value()) return;
    failure_ = std::move(failure);
    changed_.NotifyAll();
  }
  bell_.Ring();
  if (options_.on_end != nullptr) options_.on_end();
}

}  // namespace chirograph::internal
