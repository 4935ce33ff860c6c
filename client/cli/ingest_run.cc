// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ingest_run.h"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "client/cli/input_document.h"

namespace chirograph {
namespace {

// Results that may wait for one before them.
constexpr std::size_t kMostEarly = 1024;
// Questions in a row that an archive may leave unanswered, at least.
constexpr int kFewestUnanswered = 3;

bool IsUnanswered(const Failure& failure) {
  return absl::IsUnavailable(failure.status) || absl::IsDeadlineExceeded(failure.status);
}

}  // namespace

IngestRun::IngestRun(ArchiveClient& client, const std::vector<ArticleFile>& files,
                     const IngestRunOptions& options, Host& host, Listener listener)
    : client_(client), files_(files), options_(options), host_(host), listener_(std::move(listener)) {}

void IngestRun::Run() {
  IngestStreamOptions stream_options;
  stream_options.on_outcome = [this](std::uint64_t tag, Answer<IngestOutcome> outcome) {
    const auto position = static_cast<std::size_t>(tag);
    Deliver(position, ResultOf(files_[position], std::move(outcome)));
  };
  stream_options.on_end = [this] { StopReading(); };
  const std::unique_ptr<IngestStream> stream = client_.OpenIngestStream(std::move(stream_options));
  {
    MutexLock lock(mutex_);
    stream_ = stream.get();
    if (stopped_) stream->Stop();
  }
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(options_.jobs), files_.size());
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < count; ++i) readers.emplace_back([this, &stream] { Read(*stream); });
  for (std::thread& reader : readers) reader.join();
  const IngestEnd end = stream->Finish();
  {
    MutexLock lock(mutex_);
    stream_ = nullptr;
  }
  DeliverRest(end);
}

void IngestRun::Interrupt() {
  MutexLock lock(mutex_);
  stopped_ = true;
  if (stream_ != nullptr) stream_->Stop();
  changed_.NotifyAll();
}

void IngestRun::StopReading() {
  MutexLock lock(mutex_);
  stopped_ = true;
  changed_.NotifyAll();
}

void IngestRun::Read(IngestStream& stream) {
  std::size_t position = 0;
  while (Take(&position)) Handle(stream, position);
}

bool IngestRun::Take(std::size_t* position) {
  MutexLock lock(mutex_);
  while (!stopped_ && next_ < files_.size() && next_ >= delivered_ + kMostEarly) changed_.Wait(mutex_);
  if (stopped_ || next_ == files_.size()) return false;
  *position = next_++;
  return true;
}

void IngestRun::Handle(IngestStream& stream, std::size_t position) {
  const ArticleFile& file = files_[position];
  absl::StatusOr<std::string> document = ReadInputDocument(file.path, host_);
  if (!document.ok()) return Deliver(position, {file, CouldNot(document.status())});
  Submission submission = SourceDocument{*std::move(document)};
  if (options_.require_valid) {
    std::optional<IngestResult> not_to_send = AskWhetherValid(file, submission);
    if (not_to_send.has_value()) return Deliver(position, *std::move(not_to_send));
  }
  // What is not taken is delivered with the rest.
  stream.Submit(position, std::move(submission));
}

std::optional<IngestResult> IngestRun::AskWhetherValid(const ArticleFile& file,
                                                       const Submission& submission) {
  Answer<ServerVerification> asked = client_.Verify(submission, std::nullopt);
  NoteHealth(asked.ok() ? nullptr : &asked.failure());
  if (!asked.ok()) return IngestResult{file, std::move(asked).failure()};
  if (asked->verification.verdict() == v1::VERDICT_VALID) return std::nullopt;
  IngestAnswer not_wanted;
  not_wanted.fate = IngestFate::kNotWanted;
  not_wanted.verification = std::move(asked->verification);
  return IngestResult{file, std::move(not_wanted)};
}

void IngestRun::NoteHealth(const Failure* failure) {
  MutexLock lock(mutex_);
  unanswered_ = failure != nullptr && IsUnanswered(*failure) ? unanswered_ + 1 : 0;
  alarmed_ = alarmed_ || (failure != nullptr && failure->kind == FailureKind::kAlarm);
  if (!alarmed_ && unanswered_ < std::max(kFewestUnanswered, options_.jobs)) return;
  stopped_ = true;
  changed_.NotifyAll();
}

IngestResult IngestRun::ResultOf(const ArticleFile& file, Answer<IngestOutcome> outcome) const {
  if (!outcome.ok()) return {file, std::move(outcome).failure()};
  IngestAnswer answer;
  answer.verification = std::move(outcome->verification);
  answer.refusal = std::move(outcome->refusal);
  if (!outcome->archived) {
    answer.fate = IngestFate::kRefused;
    return {file, std::move(answer)};
  }
  answer.fate = outcome->already_archived ? IngestFate::kAlreadyArchived : IngestFate::kArchived;
  answer.report = std::move(outcome->report);
  answer.receipt_path = client_.state().ReceiptPath(answer.report.index);
  return {file, std::move(answer)};
}

// Hands on what is next in order, which may be nothing yet, or many.
void IngestRun::Deliver(std::size_t position, IngestResult result) {
  MutexLock lock(mutex_);
  early_.emplace(position, std::move(result));
  while (!early_.empty() && early_.begin()->first == delivered_) {
    listener_.on_result(early_.begin()->second);
    early_.erase(early_.begin());
    ++delivered_;
  }
  changed_.NotifyAll();
}

void IngestRun::DeliverRest(const IngestEnd& end) {
  const std::set<std::uint64_t> unanswered(end.unanswered.begin(), end.unanswered.end());
  MutexLock lock(mutex_);
  if (end.failure.has_value()) {
    alarmed_ = alarmed_ || end.failure->kind == FailureKind::kAlarm;
    listener_.on_failure(*end.failure);
  }
  for (; delivered_ < files_.size(); ++delivered_) {
    const auto early = early_.find(delivered_);
    if (early != early_.end()) {
      listener_.on_result(early->second);
    } else {
      listener_.on_result({files_[delivered_], NotSent{unanswered.contains(delivered_), alarmed_}});
    }
  }
  early_.clear();
}

}  // namespace chirograph
