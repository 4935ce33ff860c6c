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
#include "service/article_payload.h"
#include "service/catalog_request.h"
#include "service/grpc_status.h"
#include "service/ingest.h"
#include "service/ingest_stream.h"
#include "service/list_articles.h"
#include "service/page_lookup.h"
#include "service/raw_message.h"
#include "service/receipt_builder.h"
#include "service/request.h"
#include "service/store_error.h"
#include "service/watch_articles.h"

namespace chirograph {
namespace {

// --- IngestArticle ---

absl::Status BuildIngestResponse(const Archive& archive, SequencedArticle sequenced,
                                 v1::IngestArticleResponse* response) {
  ReceiptMaker receipts(archive.store, *sequenced.tree);
  absl::StatusOr<v1::Receipt> receipt = MakeIngestReceipt(receipts, sequenced.placement);
  if (!receipt.ok()) return receipt.status();
  receipt->set_checkpoint(sequenced.tree->note);
  *response->mutable_receipt() = *std::move(receipt);
  *response->mutable_verification() = std::move(sequenced.placement.result);
  response->set_already_archived(sequenced.placement.already_archived);
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
    case v1::GetArticleRequest::kUrl:  // which is asked of the catalog
    case v1::GetArticleRequest::REF_NOT_SET:
      break;
  }
  return InvalidField("ref", "name the article by index, article_digest, source_digest or url");
}

absl::Status AddArticle(const Archive& archive, std::uint64_t index, v1::ArticleView view,
                        v1::GetArticleResponse* response) {
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  if (index >= tree->checkpoint.tree_size) return BeyondTreeSize("index", index, tree->checkpoint.tree_size);
  absl::StatusOr<v1::Receipt> receipt = ReadReceipt(archive.store, *tree, index);
  if (!receipt.ok()) return receipt.status();
  *response->mutable_receipt() = *std::move(receipt);
  return AddPayload(archive.store, view, response);
}

absl::Status BuildGetResponse(const Archive& archive, const v1::GetArticleRequest& request,
                              v1::GetArticleResponse* response) {
  if (absl::Status status = CheckView(request.view()); !status.ok()) return status;
  if (absl::Status status = CheckHasNoPageFields(request); !status.ok()) return status;
  absl::StatusOr<std::uint64_t> index = ResolveRef(archive, request);
  if (!index.ok()) return index.status();
  return AddArticle(archive, *index, request.view(), response);
}

// As the catalog is now.
absl::Status BuildGetResponse(const Archive& archive, const PageQuery& query, v1::ArticleView view,
                              v1::GetArticleResponse* response) {
  const absl::StatusOr<NewestVersion> found = FindNewestVersion(archive, query);
  if (!found.ok()) return found.status();
  response->set_catalog_tree_size(found->catalog_tree_size);
  if (found->newer_not_valid_index) response->set_newer_not_valid_index(*found->newer_not_valid_index);
  // What the catalog says is held against the log before anything is told of it.
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  absl::StatusOr<v1::Receipt> receipt = ReadReceipt(archive.store, *tree, found->hit.index);
  if (!receipt.ok()) {
    if (ReasonOf(receipt.status()) != v1::ERROR_REASON_NOT_AN_ARTICLE) return receipt.status();
    return archive.catalog.ReportDamage(std::string(receipt.status().message()));
  }
  if (absl::Status status = CheckHit(archive.catalog, found->hit, *receipt); !status.ok()) return status;
  *response->mutable_receipt() = *std::move(receipt);
  return AddPayload(archive.store, view, response);
}

// The two that take articles are parsed here.
using Methods = v1::ArchiveService::WithRawCallbackMethod_IngestArticle<
    v1::ArchiveService::WithRawCallbackMethod_IngestArticles<
        v1::ArchiveService::WithCallbackMethod_GetArticle<v1::ArchiveService::WithCallbackMethod_ListArticles<
            v1::ArchiveService::WithCallbackMethod_ListVersions<
                v1::ArchiveService::WithCallbackMethod_WatchArticles<v1::ArchiveService::Service>>>>>>;

class ArchiveServiceImpl final : public Methods {
 public:
  explicit ArchiveServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* IngestArticle(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    absl::StatusOr<PreparedArticle> prepared = Prepare(*request);
    if (!prepared.ok()) {
      reactor->Finish(ToGrpcStatus(prepared.status()));
      return reactor;
    }
    // Policy is the sequencer's to ask, after it has looked for the same submission. The proof is made on a
    // worker: the sequencer's thread must not wait for it.
    archive_.sequencer.Submit(
        *std::move(prepared), [this, reactor, response](absl::StatusOr<SequencedArticle> sequenced) {
          archive_.workers.Post([this, reactor, response, sequenced = std::move(sequenced)]() mutable {
            v1::IngestArticleResponse answer;
            const absl::Status status = sequenced.ok()
                                            ? BuildIngestResponse(archive_, *std::move(sequenced), &answer)
                                            : sequenced.status();
            if (status.ok()) WriteRawMessage(answer, response);
            reactor->Finish(ToGrpcStatus(status));
          });
        });
    return reactor;
  }

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IngestArticles(
      grpc::CallbackServerContext* /*context*/) override {
    return StartIngestStream(archive_);
  }

  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const v1::GetArticleRequest* request,
                                       v1::GetArticleResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (request->ref_case() == v1::GetArticleRequest::kUrl) {
      GetByUrl(*context, *request, response, reactor);
    } else {
      reactor->Finish(ToGrpcStatus(BuildGetResponse(archive_, *request, response)));
    }
    return reactor;
  }

  grpc::ServerWriteReactor<v1::ListArticlesResponse>* ListArticles(
      grpc::CallbackServerContext* context, const v1::ListArticlesRequest* request) override {
    return StartListArticles(archive_, context, *request);
  }

  grpc::ServerWriteReactor<v1::ListVersionsResponse>* ListVersions(
      grpc::CallbackServerContext* context, const v1::ListVersionsRequest* request) override {
    return StartListVersions(archive_, context, *request);
  }

  grpc::ServerWriteReactor<v1::WatchArticlesResponse>* WatchArticles(
      grpc::CallbackServerContext* /*context*/, const v1::WatchArticlesRequest* request) override {
    return StartWatchArticles(archive_, *request);
  }

 private:
  // The message, which may be large, goes with this.
  absl::StatusOr<PreparedArticle> Prepare(const grpc::ByteBuffer& bytes) const {
    v1::IngestArticleRequest request;
    if (absl::Status status = ReadRawMessage(bytes, &request); !status.ok()) return status;
    return Admit(archive_, ReadSubmission(request));
  }

  // Answers on a worker, once the catalog is as far as is asked for.
  void GetByUrl(const grpc::CallbackServerContext& context, const v1::GetArticleRequest& request,
                v1::GetArticleResponse* response, grpc::ServerUnaryReactor* reactor) const {
    const v1::ArticleView view = request.view();
    absl::StatusOr<PageQuery> query = ReadPageQuery(request);
    absl::Status status = query.ok() ? CheckView(view) : query.status();
    if (!status.ok()) {
      reactor->Finish(ToGrpcStatus(status));
      return;
    }
    WhenCatalogAt(archive_, context, request.wait_for_tree_size(),
                  [this, reactor, query = *std::move(query), view, response](absl::Status ready) {
                    archive_.workers.Post([this, reactor, query, view, response, ready = std::move(ready)] {
                      reactor->Finish(ToGrpcStatus(
                          ready.ok() ? BuildGetResponse(archive_, query, view, response) : ready));
                    });
                  });
  }

  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewArchiveService(const Archive& archive) {
  return std::make_unique<ArchiveServiceImpl>(archive);
}

}  // namespace chirograph
