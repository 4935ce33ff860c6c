// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/served_record.h"

#include <fmt/format.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <string>
#include <utility>

namespace chirograph {
namespace {

using grpc::experimental::InterceptionHookPoints;

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

class Recorder final : public grpc::experimental::Interceptor {
 public:
  Recorder(ServedRecord* record, std::string method) : record_(record), method_(std::move(method)) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      record_->Add(method_, BytesOf(*methods->GetSerializedSendMessage()));
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      record_->Add(method_, fmt::format("{} {} {}", static_cast<int>(status.error_code()),
                                        status.error_message(), status.error_details()));
    }
    methods->Proceed();
  }

 private:
  ServedRecord* const record_;
  const std::string method_;
};

class RecorderFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit RecorderFactory(ServedRecord* record) : record_(record) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override {
    return std::make_unique<Recorder>(record_, info->method()).release();  // gRPC takes it
  }

 private:
  ServedRecord* const record_;
};

}  // namespace

void ServedRecord::Keep(grpc::ServerBuilder& builder, ServedRecord* record) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<RecorderFactory>(record));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

std::vector<Digest> ServedRecord::Take() {
  std::vector<Digest> served;
  {
    MutexLock lock(mutex_);
    served.swap(served_);
  }
  std::sort(served.begin(), served.end());
  return served;
}

void ServedRecord::Add(std::string_view method, std::string_view what) {
  const Digest digest = Sha256({method, "\n", what});
  MutexLock lock(mutex_);
  served_.push_back(digest);
}

}  // namespace chirograph
