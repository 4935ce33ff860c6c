// SPDX-License-Identifier: Apache-2.0
#include "service/archive_service.h"

#include <fmt/format.h>
#include <grpcpp/server_context.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/grpc_status.h"
#include "service/receipt_builder.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

// --- IngestArticle ---

// The article is durable, but the store cannot be read now: "not stored" would be untrue.
absl::Status ArchivedWithoutReceipt(std::uint64_t index, const absl::Status& status) {
  if (ReasonOf(status) != v1::ERROR_REASON_STORE_UNAVAILABLE) return status;
  return MakeError(
      v1::ERROR_REASON_COMMIT_UNCERTAIN,
      fmt::format("the article is archived at index {}, but its receipt cannot be made now: send it "
                  "again to get it ({})",
                  index, std::string(status.message())));
}

absl::Status BuildIngestResponse(const Archive& archive, SequencedArticle sequenced,
                                 v1::IngestArticleResponse* response) {
  Placement& placement = sequenced.placement;
  absl::StatusOr<v1::Receipt> receipt =
      placement.log_entry.empty()
          ? ReadReceipt(archive.store, *sequenced.tree, placement.index)
          : BuildReceipt(archive.store, *sequenced.tree, placement.index, std::move(placement.log_entry),
                         std::move(placement.opening));
  if (!receipt.ok()) return ArchivedWithoutReceipt(placement.index, receipt.status());
  *response->mutable_receipt() = *std::move(receipt);
  *response->mutable_verification() = std::move(placement.result);
  response->set_already_archived(placement.already_archived);
  return absl::OkStatus();
}

// --- GetArticle ---

absl::Status NoArticleWith(const char* field, const Digest& digest) {
  return MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND,
                   fmt::format("no archived article has the {} sha256:{}", field, ToHex(digest)),
                   {{field, ToHex(digest)}});
}

absl::StatusOr<std::uint64_t> FindByDigest(const Archive& archive, const std::string& bytes, bool source) {
  const char* field = source ? "source_digest" : "article_digest";
  const std::optional<Digest> digest = DigestFromBytes(bytes);
  if (!digest)
    return InvalidField(field, fmt::format("a SHA-256 digest has 32 bytes, this has {}", bytes.size()));
  absl::StatusOr<std::optional<std::uint64_t>> index =
      source ? archive.store.FindBySourceDigest(*digest) : archive.store.FindByArticleDigest(*digest);
  if (!index.ok()) return FromStoreError(index.status());
  // What was committed just now, but not published yet, is not there yet.
  if (!index->has_value() || **index >= archive.sequencer.tree()->checkpoint.tree_size) {
    return NoArticleWith(field, *digest);
  }
  return **index;
}

absl::StatusOr<std::uint64_t> ResolveRef(const Archive& archive, const v1::GetArticleRequest& request) {
  switch (request.ref_case()) {
    case v1::GetArticleRequest::kIndex:
      return request.index();
    case v1::GetArticleRequest::kArticleDigest:
      return FindByDigest(archive, request.article_digest(), false);
    case v1::GetArticleRequest::kSourceDigest:
      return FindByDigest(archive, request.source_digest(), true);
    case v1::GetArticleRequest::REF_NOT_SET:
      break;
  }
  return InvalidField("ref", "name the article by index, article_digest or source_digest");
}

// The stored content of the article whose receipt this is, checked against its opening.
absl::StatusOr<std::string> ReadCheckedContent(const Archive& archive, const v1::Receipt& receipt) {
  absl::StatusOr<v1::Opening> opening = ParseOpening(receipt.opening());
  if (!opening.ok()) return FromStoreError(opening.status());
  absl::StatusOr<std::string> content = archive.store.ReadContent(receipt.index());
  if (!content.ok()) return FromStoreError(content.status());
  if (AsBytes(Sha256(*content)) != opening->content_digest()) {
    return FromStoreError(absl::DataLossError(
        fmt::format("the content at index {} does not hash to its opening's digest", receipt.index())));
  }
  return content;
}

absl::Status AddPayload(const Archive& archive, v1::ArticleView view, v1::GetArticleResponse* response) {
  if (view == v1::ARTICLE_VIEW_UNSPECIFIED || view == v1::ARTICLE_VIEW_RECORD) return absl::OkStatus();
  absl::StatusOr<std::string> bytes = ReadCheckedContent(archive, response->receipt());
  if (!bytes.ok()) return bytes.status();
  if (view == v1::ARTICLE_VIEW_CONTENT) {
    response->set_content(*std::move(bytes));
    return absl::OkStatus();
  }
  absl::StatusOr<v1::Content> content = ParseContent(*bytes);
  if (!content.ok()) return FromStoreError(content.status());
  if (view == v1::ARTICLE_VIEW_ARTICLE) {
    *response->mutable_article() = std::move(*content->mutable_article());
    return absl::OkStatus();
  }
  if (!content->has_source_document()) {
    const std::string index = std::to_string(response->receipt().index());
    return MakeError(
        v1::ERROR_REASON_NO_SOURCE_DOCUMENT,
        fmt::format("the article at index {} came as a message: there is no source document", index),
        {{"index", index}});
  }
  response->set_source_document(std::move(*content->mutable_source_document()));
  return absl::OkStatus();
}

absl::Status BuildGetResponse(const Archive& archive, const v1::GetArticleRequest& request,
                              v1::GetArticleResponse* response) {
  if (!v1::ArticleView_IsValid(request.view())) {
    return InvalidField("view", fmt::format("there is no ArticleView {}", static_cast<int>(request.view())));
  }
  absl::StatusOr<std::uint64_t> index = ResolveRef(archive, request);
  if (!index.ok()) return index.status();
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  if (*index >= tree->checkpoint.tree_size)
    return BeyondTreeSize("index", *index, tree->checkpoint.tree_size);
  absl::StatusOr<v1::Receipt> receipt = ReadReceipt(archive.store, *tree, *index);
  if (!receipt.ok()) return receipt.status();
  *response->mutable_receipt() = *std::move(receipt);
  return AddPayload(archive, request.view(), response);
}

class ArchiveServiceImpl final : public v1::ArchiveService::CallbackService {
 public:
  explicit ArchiveServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* IngestArticle(grpc::CallbackServerContext* context,
                                          const v1::IngestArticleRequest* request,
                                          v1::IngestArticleResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    absl::StatusOr<PreparedArticle> prepared = Admit(*request);
    if (!prepared.ok()) {
      reactor->Finish(ToGrpcStatus(prepared.status()));
      return reactor;
    }
    // Policy is the sequencer's to ask, after it has looked for the same submission. The proof is made on a
    // worker: the sequencer's thread must not wait for it.
    archive_.sequencer.Submit(
        *std::move(prepared), [this, reactor, response](absl::StatusOr<SequencedArticle> sequenced) {
          archive_.workers.Post([this, reactor, response, sequenced = std::move(sequenced)]() mutable {
            reactor->Finish(ToGrpcStatus(sequenced.ok()
                                             ? BuildIngestResponse(archive_, *std::move(sequenced), response)
                                             : sequenced.status()));
          });
        });
    return reactor;
  }

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const v1::GetArticleRequest* request,
                                       v1::GetArticleResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(BuildGetResponse(archive_, *request, response)));
    return reactor;
  }

 private:
  absl::StatusOr<PreparedArticle> Admit(const v1::IngestArticleRequest& request) const {
    absl::StatusOr<Submission> submission = ReadSubmission(request);
    if (!submission.ok()) return submission.status();
    absl::StatusOr<CheckedSubmission> checked = archive_.admission.Check(*submission, archive_.clock.Now());
    if (!checked.ok()) return checked.status();
    return archive_.admission.Prepare(*std::move(checked));
  }

  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewArchiveService(const Archive& archive) {
  return std::make_unique<ArchiveServiceImpl>(archive);
}

}  // namespace chirograph
