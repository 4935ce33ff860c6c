// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/echo.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include "chirograph/v1/archive_service.pb.h"
#include "tests/benchmarks/plain_server.h"

namespace chirograph {
namespace {

class AnsweringCall final : public grpc::ServerGenericBidiReactor {
 public:
  explicit AnsweringCall(const grpc::ByteBuffer& answer) : answer_(answer) { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartWriteAndFinish(&answer_, grpc::WriteOptions(), grpc::Status::OK);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer request_;
  const grpc::ByteBuffer answer_;
};

class AnsweringService final : public grpc::CallbackGenericService {
 public:
  explicit AnsweringService(const grpc::ByteBuffer& answer) : answer_(answer) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new AnsweringCall(answer_);  // deletes itself
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
