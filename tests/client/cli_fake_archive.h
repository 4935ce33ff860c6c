// SPDX-License-Identifier: Apache-2.0
//
// An ArchiveClient that answers as a test tells it.
#ifndef CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_ARCHIVE_H_
#define CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_ARCHIVE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "client/archive_client.h"
#include "client/ingest_stream.h"
#include "crypto/mutex.h"

namespace chirograph {

// A stream that answers at once, as `on_ingest` says. An alarm, or that the archive is UNAVAILABLE, ends it.
class FakeIngestStream final : public IngestStream {
 public:
  using OnIngest = std::function<Answer<IngestOutcome>(const std::string& document)>;
  FakeIngestStream(const OnIngest& on_ingest, IngestStreamOptions options)
      : on_ingest_(on_ingest), options_(std::move(options)) {}

  bool Submit(std::uint64_t tag, Submission submission) override {
    MutexLock lock(mutex_);
    if (stopped_ || end_.failure.has_value()) return false;
    Answer<IngestOutcome> answer = on_ingest_(std::get<SourceDocument>(submission).bytes);
    const bool ends = !answer.ok() && (answer.failure().kind == FailureKind::kAlarm ||
                                       absl::IsUnavailable(answer.failure().status));
    if (ends) {
      end_.unanswered.push_back(tag);
      end_.failure = answer.failure();
      if (options_.on_end) options_.on_end();
    } else {
      options_.on_outcome(tag, std::move(answer));
    }
    return true;
  }
  void Stop() override { stopped_ = true; }
  IngestEnd Finish() override { return end_; }

 private:
  const OnIngest& on_ingest_;
  const IngestStreamOptions options_;
  Mutex mutex_;
  std::atomic<bool> stopped_ = false;
  IngestEnd end_;
};

class FakeArchive final : public ArchiveClient {
 public:
  explicit FakeArchive(const std::string& state_dir)
      : signer_(*NoteSigner::Generate("test.example")),
        state_(*ClientState::Open(state_dir, "test.example")) {}

  const v1::GetLogInfoResponse& log_info() const override { return info_; }
  const NoteVerifier& log_key() const override { return signer_.verifier(); }
  ClientState& state() override { return state_; }

  Answer<IngestOutcome> Ingest(const Submission& submission) override {
    return on_ingest(std::get<SourceDocument>(submission).bytes);
  }
  std::unique_ptr<IngestStream> OpenIngestStream(IngestStreamOptions options) override {
    return std::make_unique<FakeIngestStream>(on_ingest, std::move(options));
  }
  Answer<ArchivedArticle> Get(const ArticleRef& ref, v1::ArticleView) override {
    MutexLock lock(mutex_);
    asked.push_back(ref);
    return on_get(ref);
  }
  Answer<ListEnd> List(const v1::ListArticlesRequest& request, const OnListBatch& on_batch) override {
    return on_list(request, on_batch);
  }
  Answer<ListEnd> ListVersions(const v1::ListVersionsRequest& request, const OnListBatch& on_batch) override {
    return on_list_versions(request, on_batch);
  }
  Answer<WatchEnd> Watch(const v1::WatchArticlesRequest& request, const WatchCallbacks& callbacks) override {
    return on_watch(request, callbacks);
  }
  Answer<ProvenEntry> GetEntry(std::uint64_t, const Checkpoint&) override {
    return CouldNot(absl::UnimplementedError(""));
  }
  Answer<AuditSummary> Audit(const AuditOptions& options, const AuditCallbacks& callbacks) override {
    return on_audit(options, callbacks);
  }
  Answer<TileExportSummary> ExportTiles(const std::string&, const TileExportCallbacks&) override {
    return CouldNot(absl::UnimplementedError(""));
  }
  Answer<TrackedCheckpoint> LatestCheckpoint() override { return CouldNot(absl::UnimplementedError("")); }
  Answer<v1::Receipt> RefreshReceipt(const v1::Receipt&) override {
    return CouldNot(absl::UnimplementedError(""));
  }
  Answer<ServerVerification> Verify(const Submission& submission, std::optional<absl::Time>) override {
    return on_verify(std::get<SourceDocument>(submission).bytes);
  }

  std::function<Answer<IngestOutcome>(const std::string& document)> on_ingest;
  std::function<Answer<ServerVerification>(const std::string& document)> on_verify;
  std::function<Answer<ArchivedArticle>(const ArticleRef& ref)> on_get;
  std::function<Answer<ListEnd>(const v1::ListArticlesRequest&, const OnListBatch&)> on_list;
  std::function<Answer<ListEnd>(const v1::ListVersionsRequest&, const OnListBatch&)> on_list_versions;
  std::function<Answer<WatchEnd>(const v1::WatchArticlesRequest&, const WatchCallbacks&)> on_watch;
  std::function<Answer<AuditSummary>(const AuditOptions&, const AuditCallbacks&)> on_audit;
  std::vector<ArticleRef> asked;

 private:
  NoteSigner signer_;
  ClientState state_;
  v1::GetLogInfoResponse info_;
  Mutex mutex_;
};

// The server's "no" for `reason`.
inline Failure ServerError(absl::StatusCode code, v1::ErrorReason reason) {
  Failure failure = CouldNot(absl::Status(code, "the server says no"));
  failure.server_error.emplace();
  failure.server_error->code = code;
  failure.server_error->reason = reason;
  return failure;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_ARCHIVE_H_
