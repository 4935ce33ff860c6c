// SPDX-License-Identifier: Apache-2.0
#include "service/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

#include "proto/rpc_error.h"

namespace chirograph::grpc_status_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What is written to the diagnostics as long as it is there.
class CapturedDiagnostics {
 public:
  CapturedDiagnostics() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "captured", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~CapturedDiagnostics() { spdlog::set_default_logger(before_); }
  CapturedDiagnostics(const CapturedDiagnostics&) = delete;
  CapturedDiagnostics& operator=(const CapturedDiagnostics&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST(GrpcStatusTest, OkIsOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(GrpcStatusTest, EveryReasonHasItsCodeAndDetails) {
  const auto* const reasons = v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons->value(i)->number());
    if (reason == v1::ERROR_REASON_UNSPECIFIED) continue;
    const grpc::Status status = ToGrpcStatus(MakeError(reason, "a message", {{"key", "value"}}));
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(CodeOf(reason)));
    EXPECT_EQ(status.error_message(), "a message");
    const ReceivedError error =
        ReadRpcError(status.error_code(), status.error_message(), status.error_details());
    EXPECT_EQ(error.reason, reason);
    EXPECT_THAT(error.metadata, ::testing::ElementsAre(::testing::Pair("key", "value")));
  }
}

TEST(GrpcStatusTest, ADefectIsToldToTheDiagnosticsAndNotToTheClient) {
  const CapturedDiagnostics diagnostics;
  const grpc::Status status = ToGrpcStatus(absl::InvalidArgumentError("a secret of the house"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(status.error_message(), Not(HasSubstr("secret")));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("secret")));
  EXPECT_EQ(ReadRpcError(status.error_code(), status.error_message(), status.error_details()).reason,
            v1::ERROR_REASON_INTERNAL);
  EXPECT_THAT(diagnostics.text(), HasSubstr("a secret of the house"));
}

TEST(GrpcStatusTest, AnErrorOfAClientsMakingIsNoneOfTheDiagnostics) {
  const CapturedDiagnostics diagnostics;
  ToGrpcStatus(MakeError(v1::ERROR_REASON_REQUEST_INVALID, "your fault"));
  EXPECT_EQ(diagnostics.text(), "");
}

}  // namespace
}  // namespace chirograph::grpc_status_test
