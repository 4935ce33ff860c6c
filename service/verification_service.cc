// SPDX-License-Identifier: Apache-2.0
#include "service/verification_service.h"

#include <grpcpp/server_context.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "chirograph/v1/verification_service.grpc.pb.h"
#include "proto/article_fields.h"
#include "proto/stored_format.h"
#include "service/grpc_status.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

absl::Status BuildVerifyResponse(const Archive& archive, const v1::VerifyArticleRequest& request,
                                 v1::VerifyArticleResponse* response) {
  absl::StatusOr<Submission> submission = ReadSubmission(request);
  if (!submission.ok()) return submission.status();
  absl::Time at = archive.clock.Now();
  if (request.has_evaluated_at()) {
    if (!IsValidTimestamp(request.evaluated_at())) {
      return InvalidField("evaluated_at",
                          "a Timestamp is of the years 0001 to 9999, with nanos from 0 to 999,999,999");
    }
    at = FromTimestamp(request.evaluated_at());
  }
  absl::StatusOr<CheckedSubmission> checked = archive.admission.Check(*submission, at);
  if (!checked.ok()) return checked.status();
  absl::StatusOr<std::optional<std::uint64_t>> index = archive.store.FindSubmission(checked->id);
  if (!index.ok()) return FromStoreError(index.status());
  // What was committed just now, but not published yet, is not there yet.
  if (index->has_value() && **index < archive.sequencer.tree()->checkpoint.tree_size) {
    response->set_archived_index(**index);
  }
  *response->mutable_verification() = std::move(checked->result);
  // The time asked about, to the nanosecond: it is not logged.
  if (request.has_evaluated_at())
    *response->mutable_verification()->mutable_evaluated_at() = request.evaluated_at();
  if (request.include_canonical_form()) response->set_canonical_form(std::move(checked->canonical_form));
  return absl::OkStatus();
}

class VerificationServiceImpl final : public v1::VerificationService::CallbackService {
 public:
  explicit VerificationServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* VerifyArticle(grpc::CallbackServerContext* context,
                                          const v1::VerifyArticleRequest* request,
                                          v1::VerifyArticleResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(BuildVerifyResponse(archive_, *request, response)));
    return reactor;
  }

 private:
  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewVerificationService(const Archive& archive) {
  return std::make_unique<VerificationServiceImpl>(archive);
}

}  // namespace chirograph
