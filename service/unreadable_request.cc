// SPDX-License-Identifier: Apache-2.0
#include "service/unreadable_request.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/grpc_status.h"
#include "service/raw_message.h"

namespace chirograph {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr std::string_view kOurMethods = "/chirograph.v1.";

// "/chirograph.v1.LogService/GetLogInfo": whether there is such a method.
bool IsMethod(std::string_view path) {
  std::string name(path.substr(1));
  std::replace(name.begin(), name.end(), '/', '.');
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name) != nullptr;
}

// Our handlers never end a call like this; gRPC does, in place of one whose request it could not parse, and
// of methods that there are not.
bool IsWithoutAWord(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty();
}

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(std::string_view method) : method_(method) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
        IsWithoutAWord(methods->GetSendStatus()) && IsMethod(method_)) {
      methods->ModifySendStatus(
          ToGrpcStatus(UnreadableMessage(fmt::format("{}Request", method_.substr(method_.rfind('/') + 1)))));
    }
    methods->Proceed();
  }

 private:
  const std::string_view method_;  // gRPC's, which outlives the call
};

class InterceptorFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override {
    const std::string_view method = info->method();
    if (!method.starts_with(kOurMethods)) return nullptr;
    return std::make_unique<Interceptor>(method).release();  // gRPC takes it
  }
};

}  // namespace

void AnswerUnreadableRequests(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<InterceptorFactory>());
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace chirograph
