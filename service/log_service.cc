// SPDX-License-Identifier: Apache-2.0
#include "service/log_service.h"

#include <fmt/format.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chirograph/v1/log_service.grpc.pb.h"
#include "crypto/limits.h"
#include "crypto/tile.h"
#include "proto/rpc_error.h"
#include "service/grpc_status.h"
#include "service/receipt_builder.h"
#include "service/request.h"
#include "service/store_error.h"
#include "service/stream_entries.h"
#include "service/version.h"

namespace chirograph {
namespace {

void FillLogInfo(const Archive& archive, v1::GetLogInfoResponse* response) {
  response->set_origin(archive.log.name());
  response->set_verifier_key(archive.log.vkey());
  response->set_software_version(std::string(kSoftwareVersion));
  v1::LogLimits& limits = *response->mutable_limits();
  limits.set_max_source_document_bytes(limits::kMaxSourceDocumentBytes);
  limits.set_max_front_matter_bytes(limits::kMaxFrontMatterBytes);
  limits.set_max_canonical_form_bytes(limits::kMaxCanonicalFormBytes);
  limits.set_max_nesting(limits::kMaxNesting);
  limits.set_max_nodes(limits::kMaxArticleNodes);
  limits.set_max_secured_bytes(limits::kMaxSecuredFieldBytes);
  limits.set_max_url_bytes(limits::kMaxUrlBytes);
  limits.set_max_content_bytes(limits::kMaxContentBytes);
  limits.set_max_submissions_per_message(limits::kMaxSubmissionsPerMessage);
}

absl::Status BuildInclusionProof(const Archive& archive, const v1::GetInclusionProofRequest& request,
                                 v1::GetInclusionProofResponse* response) {
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  const std::uint64_t newest = tree->checkpoint.tree_size;
  const std::uint64_t size = request.has_tree_size() ? request.tree_size() : newest;
  if (size > newest) return BeyondTreeSize("tree_size", size, newest);
  if (request.index() >= size) {
    if (!request.has_tree_size()) return BeyondTreeSize("index", request.index(), newest);
    return InvalidField("index", fmt::format("{} is not below the tree_size {}", request.index(), size));
  }
  absl::StatusOr<Digest> leaf = ReadLeafHash(request.index(), archive.store);
  if (!leaf.ok()) return FromStoreError(leaf.status());
  absl::StatusOr<std::vector<Digest>> proof =
      ProveVerifiedInclusionAt(archive.store, *tree, request.index(), size, *leaf);
  if (!proof.ok()) return proof.status();
  response->set_tree_size(size);
  for (const Digest& hash : *proof) response->add_hashes(std::string(AsBytes(hash)));
  if (size == newest) response->set_checkpoint(tree->note);
  return absl::OkStatus();
}

absl::Status BuildConsistencyProof(const Archive& archive, const v1::GetConsistencyProofRequest& request,
                                   v1::GetConsistencyProofResponse* response) {
  const std::shared_ptr<const PublishedTree> tree = archive.sequencer.tree();
  const std::uint64_t newest = tree->checkpoint.tree_size;
  const std::uint64_t first = request.first_tree_size();
  const std::uint64_t second = request.has_second_tree_size() ? request.second_tree_size() : newest;
  if (first > newest) return BeyondTreeSize("first_tree_size", first, newest);
  if (second > newest) return BeyondTreeSize("second_tree_size", second, newest);
  if (first > second) {
    return InvalidField("first_tree_size", fmt::format("{} is over second_tree_size, {}", first, second));
  }
  absl::StatusOr<std::vector<Digest>> proof = ProveVerifiedConsistency(archive.store, *tree, first, second);
  if (!proof.ok()) return proof.status();
  response->set_second_tree_size(second);
  for (const Digest& hash : *proof) response->add_hashes(std::string(AsBytes(hash)));
  if (second == newest) response->set_checkpoint(tree->note);
  return absl::OkStatus();
}

class LogServiceImpl final : public v1::LogService::CallbackService {
 public:
  explicit LogServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* GetLogInfo(grpc::CallbackServerContext* context, const v1::GetLogInfoRequest*,
                                       v1::GetLogInfoResponse* response) override {
    FillLogInfo(archive_, response);
    return Finish(context, absl::OkStatus());
  }

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest*,
                                          v1::GetCheckpointResponse* response) override {
    response->set_checkpoint(archive_.sequencer.tree()->note);
    return Finish(context, absl::OkStatus());
  }

  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response) override {
    return Finish(context, BuildInclusionProof(archive_, *request, response));
  }

  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override {
    return Finish(context, BuildConsistencyProof(archive_, *request, response));
  }

  grpc::ServerWriteReactor<v1::StreamEntriesResponse>* StreamEntries(
      grpc::CallbackServerContext* context, const v1::StreamEntriesRequest* request) override {
    return StartStreamEntries(archive_, context, *request);
  }

 private:
  static grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const absl::Status& status) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(status));
    return reactor;
  }

  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewLogService(const Archive& archive) {
  return std::make_unique<LogServiceImpl>(archive);
}

}  // namespace chirograph
