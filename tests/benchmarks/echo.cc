// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/echo.h"

#include <grpcpp/grpcpp.h>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "tests/benchmarks/plain_server.h"

namespace chirograph {
namespace {

// The method's handler, but with bytes for its messages.
using PlainService = v1::ArchiveService::WithRawCallbackMethod_GetArticle<v1::ArchiveService::Service>;

class AnsweringService final : public PlainService {
 public:
  explicit AnsweringService(const grpc::ByteBuffer& answer) : answer_(answer) {}
  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* /*request*/,
                                       grpc::ByteBuffer* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const grpc::ByteBuffer answer_;
};

}  // namespace

void RunEcho(const std::string& port_file, std::size_t bytes) {
  v1::GetArticleResponse response;
  response.set_content(std::string(bytes, 'x'));
  const grpc::Slice slice(response.SerializeAsString());
  AnsweringService service(grpc::ByteBuffer(&slice, 1));
  RunPlainServer(&service, port_file);
}

}  // namespace chirograph
