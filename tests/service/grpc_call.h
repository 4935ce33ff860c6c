// SPDX-License-Identifier: Apache-2.0
//
// Calls over a real socket, as other people's clients make them.
#ifndef CHIROGRAPH_TESTS_SERVICE_GRPC_CALL_H_
#define CHIROGRAPH_TESTS_SERVICE_GRPC_CALL_H_

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "chirograph/v1/verification_service.grpc.pb.h"
#include "proto/rpc_error.h"

namespace chirograph {

// The answer to one call: a response, or an error with its details read.
template <class Response>
struct Answer {
  grpc::Status status;
  Response response;
  bool ok() const { return status.ok(); }
  const Response* operator->() const { return &response; }
  ReceivedError error() const {
    return ReadRpcError(status.error_code(), status.error_message(), status.error_details());
  }
};

// No call of a test takes this long.
inline constexpr std::chrono::seconds kCallDeadline{60};

// `method` of `stub`, by value.
template <class Service, class Request, class Response>
Answer<Response> Call(Service& stub,
                      grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
  Answer<Response> answer;
  answer.status = (stub.*method)(&context, request, &answer.response);
  return answer;
}

// A server's stream from `start`, a method of a stub, to its end.
template <class Response, class Stub, class Request>
Answer<std::vector<Response>> CallForStream(
    Stub& stub,
    std::unique_ptr<grpc::ClientReader<Response>> (Stub::*start)(grpc::ClientContext*, const Request&),
    const Request& request, std::chrono::system_clock::duration timeout = kCallDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  Answer<std::vector<Response>> answer;
  const auto reader = (stub.*start)(&context, request);
  for (Response message; reader->Read(&message);) answer.response.push_back(message);
  answer.status = reader->Finish();
  return answer;
}

// Bytes to any method, such as "/grpc.health.v1.Health/Check". A server's stream ends after its first answer.
inline Answer<std::string> CallWithBytes(const std::shared_ptr<grpc::Channel>& channel,
                                         const std::string& method, const std::string& request,
                                         bool streaming = false) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::ByteBuffer received;
  Answer<std::string> answer;
  if (streaming) {
    auto call = stub.PrepareCall(&context, method, &queue);
    call->StartCall(nullptr);
    wait();
    call->Write(bytes, nullptr);
    wait();
    call->Read(&received, nullptr);
    wait();
    call->WritesDone(nullptr);
    wait();
    call->Finish(&answer.status, nullptr);
    wait();
  } else {
    auto call = stub.PrepareUnaryCall(&context, method, bytes, &queue);
    call->StartCall();
    call->Finish(&received, &answer.status, nullptr);
    wait();
  }
  grpc::Slice single;
  if (received.Valid() && received.DumpToSingleSlice(&single).ok()) {
    answer.response.assign(reinterpret_cast<const char*>(single.begin()), single.size());
  }
  return answer;
}

// All the services of one address.
class TestClient {
 public:
  explicit TestClient(const std::string& address, std::shared_ptr<grpc::ChannelCredentials> credentials =
                                                      grpc::InsecureChannelCredentials())
      : channel_(grpc::CreateCustomChannel(address, std::move(credentials), Arguments())),
        archive_(v1::ArchiveService::NewStub(channel_)),
        log_(v1::LogService::NewStub(channel_)),
        verification_(v1::VerificationService::NewStub(channel_)) {}

  Answer<v1::IngestArticleResponse> Ingest(const v1::Article& article) {
    v1::IngestArticleRequest request;
    *request.mutable_article() = article;
    return Ingest(request);
  }
  Answer<v1::IngestArticleResponse> Ingest(const std::string& document) {
    v1::IngestArticleRequest request;
    request.set_source_document(document);
    return Ingest(request);
  }
  Answer<v1::IngestArticleResponse> Ingest(const v1::IngestArticleRequest& request) {
    return Call(*archive_, &v1::ArchiveService::Stub::IngestArticle, request);
  }
  Answer<v1::GetArticleResponse> Get(const v1::GetArticleRequest& request) {
    return Call(*archive_, &v1::ArchiveService::Stub::GetArticle, request);
  }
  Answer<v1::GetArticleResponse> Get(std::uint64_t index,
                                     v1::ArticleView view = v1::ARTICLE_VIEW_UNSPECIFIED) {
    v1::GetArticleRequest request;
    request.set_index(index);
    request.set_view(view);
    return Get(request);
  }
  Answer<std::vector<v1::ListArticlesResponse>> List(
      const v1::ListArticlesRequest& request, std::chrono::system_clock::duration timeout = kCallDeadline) {
    return CallForStream(*archive_, &v1::ArchiveService::Stub::ListArticles, request, timeout);
  }
  Answer<std::vector<v1::ListVersionsResponse>> Versions(const v1::ListVersionsRequest& request) {
    return CallForStream(*archive_, &v1::ArchiveService::Stub::ListVersions, request);
  }
  Answer<v1::GetLogInfoResponse> LogInfo() {
    return Call(*log_, &v1::LogService::Stub::GetLogInfo, v1::GetLogInfoRequest());
  }
  Answer<v1::GetCheckpointResponse> Checkpoint() {
    return Call(*log_, &v1::LogService::Stub::GetCheckpoint, v1::GetCheckpointRequest());
  }
  Answer<v1::GetInclusionProofResponse> Prove(const v1::GetInclusionProofRequest& request) {
    return Call(*log_, &v1::LogService::Stub::GetInclusionProof, request);
  }
  Answer<v1::GetConsistencyProofResponse> Prove(const v1::GetConsistencyProofRequest& request) {
    return Call(*log_, &v1::LogService::Stub::GetConsistencyProof, request);
  }
  Answer<std::vector<v1::StreamEntriesResponse>> Entries(const v1::StreamEntriesRequest& request) {
    return CallForStream(*log_, &v1::LogService::Stub::StreamEntries, request);
  }
  Answer<v1::VerifyArticleResponse> Verify(const v1::VerifyArticleRequest& request) {
    return Call(*verification_, &v1::VerificationService::Stub::VerifyArticle, request);
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  v1::ArchiveService::Stub& archive() { return *archive_; }
  v1::LogService::Stub& log() { return *log_; }
  v1::VerificationService::Stub& verification() { return *verification_; }

 private:
  static grpc::ChannelArguments Arguments() {
    grpc::ChannelArguments arguments;
    // Two clients of one test are two connections, and a proxy of the environment is none of theirs.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return arguments;
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ArchiveService::Stub> archive_;
  std::unique_ptr<v1::LogService::Stub> log_;
  std::unique_ptr<v1::VerificationService::Stub> verification_;
};

// An answer that is OK; one that is not says what it is.
MATCHER(IsAnswered, "") {
  *result_listener << "code " << arg.status.error_code() << ": " << arg.status.error_message();
  return arg.ok();
}

// An error with this reason, under the gRPC code that the reason has.
MATCHER_P(IsRefusedAs, reason, v1::ErrorReason_Name(reason)) {
  *result_listener << "code " << arg.status.error_code() << ": " << arg.status.error_message();
  return arg.error().reason == reason &&
         static_cast<int>(arg.status.error_code()) == static_cast<int>(CodeOf(reason));
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_GRPC_CALL_H_
