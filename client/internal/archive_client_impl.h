// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ARCHIVE_CLIENT_IMPL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ARCHIVE_CLIENT_IMPL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/archive_client.h"
#include "client/audit_state.h"
#include "client/internal/ingest_checks.h"
#include "client/internal/listed_article.h"
#include "client/internal/log_trust.h"
#include "client/internal/rpc_channel.h"
#include "client/internal/rpc_log_queries.h"
#include "client/internal/submission.h"
#include "client/internal/tile_folder.h"

namespace chirograph::internal {

class ArchiveClientImpl final : public ArchiveClient, private IngestChecks {
 public:
  ArchiveClientImpl(const ClientOptions& options, std::unique_ptr<RpcChannel> channel,
                    v1::GetLogInfoResponse info, TrustedLog log);

  const v1::GetLogInfoResponse& log_info() const override { return info_; }
  const NoteVerifier& log_key() const override { return log_.key; }
  ClientState& state() override { return log_.state; }

  Answer<IngestOutcome> Ingest(const Submission& submission) override;
  std::unique_ptr<IngestStream> OpenIngestStream(IngestStreamOptions options) override;
  Answer<ArchivedArticle> Get(const ArticleRef& ref, v1::ArticleView view) override;
  Answer<ListEnd> List(const v1::ListArticlesRequest& request, const OnListBatch& on_batch) override;
  Answer<ListEnd> ListVersions(const v1::ListVersionsRequest& request, const OnListBatch& on_batch) override;
  Answer<WatchEnd> Watch(const v1::WatchArticlesRequest& request, const WatchCallbacks& callbacks) override;
  Answer<ProvenEntry> GetEntry(std::uint64_t index, const Checkpoint& checkpoint) override;
  Answer<AuditSummary> Audit(const AuditOptions& options, const AuditCallbacks& callbacks) override;
  Answer<TileExportSummary> ExportTiles(const std::string& dir,
                                        const TileExportCallbacks& callbacks) override;
  Answer<TrackedCheckpoint> LatestCheckpoint() override { return tracker_.FetchLatest(); }
  Answer<v1::Receipt> RefreshReceipt(const v1::Receipt& receipt) override;
  Answer<ServerVerification> Verify(const Submission& submission, std::optional<absl::Time> at) override;

 private:
  // IngestChecks; in archive_client_ingest.cc, as are Ingest and OpenIngestStream.
  std::uint64_t LargestSeen() override { return tracker_.LargestSeen(); }
  Answer<std::uint64_t> FollowCheckpoint(const std::string& note, std::string_view came_with,
                                         std::uint64_t seen_when_asked) override;
  Answer<IngestOutcome> CheckIngested(const PreparedSubmission& prepared, v1::IngestArticleResponse response,
                                      std::string_view came_with) override;
  Answer<IngestOutcome> CheckRefused(const PreparedSubmission& prepared, Failure failure,
                                     std::string_view came_with) override;
  std::vector<std::optional<Failure>> KeepAll(const std::vector<const v1::Receipt*>& receipts,
                                              std::string_view came_with) override;
  // Follows the checkpoint and recomputes the rest; the report, if all of it holds. `seen_when_asked` as
  // CheckpointTracker::Observe.
  Answer<ReceiptReport> Believe(const v1::Receipt& receipt, const ReceiptEvidence& evidence,
                                std::string_view came_with, std::uint64_t seen_when_asked);
  // The second half of it, where the checkpoint was judged.
  Answer<ReceiptReport> Recompute(const v1::Receipt& receipt, const ReceiptEvidence& evidence,
                                  std::string_view came_with);
  StreamServices Services();
  // The receipt in the state for `index`, if there is one, checked.
  Answer<std::optional<v1::Receipt>> ReadKept(std::uint64_t index);
  std::optional<Failure> CompareWithKept(const v1::Receipt& receipt, std::string_view came_with);
  // Keeps a receipt that was believed.
  std::optional<Failure> Keep(const v1::Receipt& receipt, std::string_view came_with);
  // The index of a receipt in the state, below `tree_size`, for what `ref` names by a digest or a URL.
  absl::StatusOr<std::optional<std::uint64_t>> FindKept(const ArticleRef& ref, std::uint64_t tree_size);
  Failure TwoEntries(const v1::Receipt& kept, const v1::Receipt& received, std::string_view came_with);
  // What a server's "I have not got it" is worth beside what it signed before, of tree size `seen`.
  Failure DoubtRefusal(const ArticleRef& ref, std::uint64_t seen, Failure failure);
  Failure DoubtBeyondTree(std::uint64_t index, Failure failure);
  // Holds the checkpoint of a folder of tiles, where it has one, against the log.
  std::optional<Failure> JudgeTileFolder(const TileFolder& folder);

  // Where the last audit ended, if this one can go on from there; else the beginning.
  absl::StatusOr<AuditState> ReadAuditState(const AuditOptions& options) const;

  const std::shared_ptr<const Keyring> keyring_;
  const std::function<absl::Time()> now_;
  const std::unique_ptr<RpcChannel> channel_;
  const v1::GetLogInfoResponse info_;
  TrustedLog log_;
  RpcLogQueries queries_;
  CheckpointTracker tracker_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ARCHIVE_CLIENT_IMPL_H_
