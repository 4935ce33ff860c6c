// SPDX-License-Identifier: Apache-2.0
#include "service/verification_service.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "chirograph/v1/verification_service.grpc.pb.h"
#include "service/check_stream.h"
#include "service/grpc_status.h"
#include "service/raw_message.h"
#include "service/request.h"
#include "service/verify.h"
#include "service/verify_stream.h"

namespace chirograph {
namespace {

// The two that take articles are parsed here.
using Methods = v1::VerificationService::WithRawCallbackMethod_VerifyArticle<
    v1::VerificationService::WithRawCallbackMethod_VerifyArticles<
        v1::VerificationService::WithCallbackMethod_CheckArchive<v1::VerificationService::Service>>>;

class VerificationServiceImpl final : public Methods {
 public:
  explicit VerificationServiceImpl(const Archive& archive) : archive_(archive) {}

  grpc::ServerUnaryReactor* VerifyArticle(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const absl::StatusOr<v1::VerifyArticleResponse> answer = Answer(*request);
    if (answer.ok()) WriteRawMessage(*answer, response);
    reactor->Finish(ToGrpcStatus(answer.status()));
    return reactor;
  }

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* VerifyArticles(
      grpc::CallbackServerContext* /*context*/) override {
    return StartVerifyStream(archive_);
  }

  grpc::ServerWriteReactor<v1::CheckArchiveResponse>* CheckArchive(
      grpc::CallbackServerContext* /*context*/, const v1::CheckArchiveRequest* request) override {
    return StartCheckStream(archive_, *request);
  }

 private:
  absl::StatusOr<v1::VerifyArticleResponse> Answer(const grpc::ByteBuffer& bytes) const {
    v1::VerifyArticleRequest request;
    if (absl::Status status = ReadRawMessage(bytes, &request); !status.ok()) return status;
    const absl::StatusOr<VerifyManner> manner = ReadManner(request);
    if (!manner.ok()) return manner.status();
    return Verify(archive_, ReadSubmission(request), *manner);
  }

  const Archive archive_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewVerificationService(const Archive& archive) {
  return std::make_unique<VerificationServiceImpl>(archive);
}

}  // namespace chirograph
