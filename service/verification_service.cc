// SPDX-License-Identifier: Apache-2.0
#include "service/verification_service.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "chirograph/v1/verification_service.grpc.pb.h"
#include "service/check_stream.h"
#include "service/grpc_status.h"
#include "service/request.h"
#include "service/verify.h"
#include "service/verify_stream.h"

namespace chirograph {
namespace {

class VerificationServiceImpl final : public v1::VerificationService::CallbackService {
 public:
  explicit VerificationServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* VerifyArticle(grpc::CallbackServerContext* context,
                                          const v1::VerifyArticleRequest* request,
                                          v1::VerifyArticleResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const absl::StatusOr<VerifyManner> manner = ReadManner(*request);
    absl::StatusOr<v1::VerifyArticleResponse> answer =
        manner.ok() ? Verify(archive_, ReadSubmission(*request), *manner) : manner.status();
    const grpc::Status status = ToGrpcStatus(answer.status());
    if (answer.ok()) *response = *std::move(answer);
    reactor->Finish(status);
    return reactor;
  }

  grpc::ServerBidiReactor<v1::VerifyArticlesRequest, v1::VerifyArticlesResponse>* VerifyArticles(
      grpc::CallbackServerContext* /*context*/) override {
    return StartVerifyStream(archive_);
  }

  grpc::ServerWriteReactor<v1::CheckArchiveResponse>* CheckArchive(
      grpc::CallbackServerContext* /*context*/, const v1::CheckArchiveRequest* request) override {
    return StartCheckStream(archive_, *request);
  }

 private:
  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewVerificationService(const Archive& archive) {
  return std::make_unique<VerificationServiceImpl>(archive);
}

}  // namespace chirograph
