// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ingest_pool.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "client/cli/input_document.h"
#include "crypto/mutex.h"

namespace chirograph {
namespace {

// Calls in a row that an archive may leave unanswered, at least.
constexpr int kFewestUnanswered = 3;

class IngestPool {
 public:
  IngestPool(ArchiveClient& client, const std::vector<ArticleFile>& files, const IngestPoolOptions& options,
             Host& host, const std::function<void(const IngestResult&)>& on_result)
      : client_(client), files_(files), options_(options), host_(host), on_result_(on_result) {}

  void Run() {
    const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(options_.jobs), files_.size());
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { Work(); });
    for (std::thread& worker : workers) worker.join();
  }

 private:
  void Work() {
    std::size_t position = 0;
    while (Take(&position)) Deliver(position, Submit(files_[position]));
  }

  bool Take(std::size_t* position) {
    MutexLock lock(mutex_);
    if (next_ == files_.size()) return false;
    *position = next_++;
    return true;
  }

  IngestResult Submit(const ArticleFile& file) {
    if (IsStopped()) return {file, NotSent{}};
    absl::StatusOr<std::string> document = ReadInputDocument(file.path, host_);
    if (!document.ok()) return {file, CouldNot(document.status())};
    const Submission submission = SourceDocument{*std::move(document)};
    if (options_.require_valid) {
      Answer<ServerVerification> asked = client_.Verify(submission, std::nullopt);
      if (!asked.ok()) return {file, std::move(asked).failure()};
      if (asked->verification.verdict() != v1::VERDICT_VALID) {
        IngestAnswer not_wanted;
        not_wanted.fate = IngestFate::kNotWanted;
        not_wanted.verification = asked->verification;
        return {file, std::move(not_wanted)};
      }
    }
    Answer<IngestOutcome> outcome = client_.Ingest(submission);
    if (!outcome.ok()) return {file, std::move(outcome).failure()};
    return {file, AnswerOf(*std::move(outcome))};
  }

  IngestAnswer AnswerOf(IngestOutcome outcome) {
    IngestAnswer answer;
    answer.verification = std::move(outcome.verification);
    answer.refusal = std::move(outcome.refusal);
    if (!outcome.archived) {
      answer.fate = IngestFate::kRefused;
      return answer;
    }
    answer.fate = outcome.already_archived ? IngestFate::kAlreadyArchived : IngestFate::kArchived;
    answer.report = std::move(outcome.report);
    answer.receipt_path = client_.state().ReceiptPath(answer.report.index);
    return answer;
  }

  bool IsStopped() {
    MutexLock lock(mutex_);
    return stopped_;
  }

  // Hands on what is next in order, which may be nothing yet, or many.
  void Deliver(std::size_t position, IngestResult result) {
    MutexLock lock(mutex_);
    NoteHealth(result);
    waiting_.emplace(position, std::move(result));
    while (!waiting_.empty() && waiting_.begin()->first == delivered_) {
      on_result_(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++delivered_;
    }
  }

  void NoteHealth(const IngestResult& result) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto* failure = std::get_if<Failure>(&result.outcome);
    if (failure == nullptr) {
      unanswered_ = 0;
      return;
    }
    if (failure->kind == FailureKind::kAlarm) stopped_ = true;
    const bool answered = !absl::IsUnavailable(failure->status) && !absl::IsDeadlineExceeded(failure->status);
    unanswered_ = answered ? 0 : unanswered_ + 1;
    if (unanswered_ >= std::max(kFewestUnanswered, options_.jobs)) stopped_ = true;
  }

  ArchiveClient& client_;
  const std::vector<ArticleFile>& files_;
  const IngestPoolOptions options_;
  Host& host_;
  const std::function<void(const IngestResult&)>& on_result_;

  Mutex mutex_;
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t delivered_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::size_t, IngestResult> waiting_ ABSL_GUARDED_BY(mutex_);
  int unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

void IngestFiles(ArchiveClient& client, const std::vector<ArticleFile>& files,
                 const IngestPoolOptions& options, Host& host,
                 const std::function<void(const IngestResult&)>& on_result) {
  IngestPool(client, files, options, host, on_result).Run();
}

}  // namespace chirograph
