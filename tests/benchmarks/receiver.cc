// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/receiver.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"
#include "tests/benchmarks/plain_server.h"

namespace chirograph {
namespace {

class DiscardingCall final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  DiscardingCall() { StartRead(&bytes_); }
  void OnReadDone(bool ok) override {
    if (ok) {
      StartRead(&bytes_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer bytes_;
};

// The method's handler, but with bytes for its messages.
using PlainService = v1::ArchiveService::WithRawCallbackMethod_IngestArticles<v1::ArchiveService::Service>;

class DiscardingService final : public PlainService {
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IngestArticles(
      grpc::CallbackServerContext* /*context*/) override {
    return new DiscardingCall;  // deletes itself
  }
};

}  // namespace

void RunReceiver(const std::string& port_file) {
  DiscardingService service;
  RunPlainServer(&service, port_file);
}

double MeasureReceiving(const std::string& program, const std::string& folder,
                        const std::vector<v1::IngestArticlesRequest>& messages, int rounds) {
  ChildProgram receiver({program, "--receiver", folder + "/receiver-port"}, folder + "/receiver.txt");
  const int port = receiver.AwaitPort(folder + "/receiver-port");
  const auto stub = v1::ArchiveService::NewStub(
      grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials()));
  std::uint64_t count = 0;
  // Once unmeasured: threads, buffers, the connection.
  double before = 0;
  for (int round = 0; round <= rounds; ++round) {
    grpc::ClientContext context;
    const auto stream = stub->IngestArticles(&context);
    for (const v1::IngestArticlesRequest& message : messages) {
      if (!stream->Write(message)) Die("the receiver does not receive");
      if (round > 0) count += static_cast<std::uint64_t>(message.submissions_size());
    }
    stream->WritesDone();
    if (!stream->Finish().ok()) Die("the receiver does not end its call");
    if (round == 0) before = receiver.CpuSeconds();
  }
  return (receiver.Stop() - before) * 1e6 / static_cast<double>(count);
}

}  // namespace chirograph
