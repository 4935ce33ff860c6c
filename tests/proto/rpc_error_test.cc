// SPDX-License-Identifier: Apache-2.0
#include "proto/rpc_error.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "crypto/limits.h"
#include "crypto/utf8.h"
#include "google/rpc/error_details.pb.h"
#include "tests/proto/test_seed.h"

namespace chirograph::rpc_error_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

v1::VerificationResult SomeVerification() {
  v1::VerificationResult result;
  result.set_verdict(v1::VERDICT_INVALID);
  result.set_reason(v1::VERDICT_REASON_DOES_NOT_VERIFY);
  result.set_article_digest(std::string(32, 'd'));
  result.set_publisher_domain("nyoooz.com");
  result.set_policy_action(v1::POLICY_ACTION_REJECT);
  result.set_explanation("the signature does not verify");
  return result;
}

// What a client gets of `status`: by the details of a unary call, which must say the same as the message.
ReceivedError OverTheWire(const absl::Status& status) {
  const google::rpc::Status sent = ToRpcStatus(status);
  return ReadRpcError(sent.code(), sent.message(), sent.SerializeAsString());
}

// Each reason's code as the comments of error.proto promise it.
std::map<std::string, std::string> DocumentedCodes() {
  std::ifstream file(CHIROGRAPH_TEST_DATA_DIR "/../../proto/chirograph/v1/error.proto");
  std::map<std::string, std::string> codes;
  std::string code;
  for (std::string line; std::getline(file, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.starts_with("// ") && line.find(':') != std::string::npos) {
      code = line.substr(3, line.find(':') - 3);
    } else if (line.starts_with("ERROR_REASON_")) {
      codes[line.substr(0, line.find(' '))] = code;
    }
  }
  return codes;
}

TEST(RpcErrorTest, EveryReasonHasTheCodeThatItsCommentPromises) {
  const std::map<std::string, std::string> documented = DocumentedCodes();
  const google::protobuf::EnumDescriptor* reasons = v1::ErrorReason_descriptor();
  ASSERT_GT(reasons->value_count(), 10);
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons->value(i)->number());
    if (reason == v1::ERROR_REASON_UNSPECIFIED) continue;
    const std::string name(reasons->value(i)->name());
    ASSERT_TRUE(documented.contains(name)) << name;
    EXPECT_EQ(absl::StatusCodeToString(CodeOf(reason)), documented.at(name)) << name;
  }
}

TEST(RpcErrorTest, EveryReasonSurvivesTheWire) {
  const google::protobuf::EnumDescriptor* reasons = v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons->value(i)->number());
    if (reason == v1::ERROR_REASON_UNSPECIFIED) continue;
    const absl::Status status = MakeError(reason, "what happened");
    EXPECT_EQ(status.code(), CodeOf(reason));
    EXPECT_EQ(ReasonOf(status), reason);
    const ReceivedError received = OverTheWire(status);
    EXPECT_EQ(received.reason, reason);
    EXPECT_EQ(received.code, CodeOf(reason));
    EXPECT_EQ(received.message, "what happened");
  }
}

TEST(RpcErrorTest, ANumberThatIsNoReasonIsInternal) {
  EXPECT_EQ(CodeOf(v1::ERROR_REASON_UNSPECIFIED), absl::StatusCode::kInternal);
  EXPECT_EQ(CodeOf(static_cast<v1::ErrorReason>(999)), absl::StatusCode::kInternal);
  EXPECT_EQ(ReasonOf(MakeError(v1::ERROR_REASON_UNSPECIFIED, "x")), v1::ERROR_REASON_INTERNAL);
  EXPECT_EQ(ReasonOf(MakeError(static_cast<v1::ErrorReason>(999), "x")), v1::ERROR_REASON_INTERNAL);
}

TEST(RpcErrorTest, SendsErrorInfoAsOthersReadIt) {
  const google::rpc::Status rpc =
      ToRpcStatus(MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no article", {{"index", "41"}}));
  EXPECT_EQ(rpc.code(), 5);
  ASSERT_EQ(rpc.details_size(), 1);
  EXPECT_EQ(rpc.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(rpc.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "ARTICLE_NOT_FOUND");
  EXPECT_EQ(info.domain(), "chirograph");
  EXPECT_EQ(info.metadata().at("index"), "41");
}

TEST(RpcErrorTest, CarriesEveryDetail) {
  absl::Status status =
      MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "rejected", {{"line", "3"}, {"column", "7"}});
  status = WithFieldViolation(status, "article.topics[1]", "is not UTF-8");
  status = WithFieldViolation(status, "article.body", "is blank");
  status = WithRetryDelay(status, absl::Milliseconds(1250));
  status = WithVerification(status, SomeVerification());
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_REJECTED_BY_POLICY);

  const ReceivedError received = OverTheWire(status);
  EXPECT_EQ(received.code, absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(received.metadata, ElementsAre(Pair("column", "7"), Pair("line", "3")));
  EXPECT_THAT(received.field_violations,
              ElementsAre(Pair("article.topics[1]", "is not UTF-8"), Pair("article.body", "is blank")));
  EXPECT_EQ(received.retry_delay, absl::Milliseconds(1250));
  ASSERT_TRUE(received.verification.has_value());
  EXPECT_EQ(received.verification->SerializeAsString(), SomeVerification().SerializeAsString());
}

TEST(RpcErrorTest, AStreamsRefusalReadsAsAUnaryError) {
  const absl::Status status =
      WithVerification(MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"), SomeVerification());
  const ReceivedError received = ReadRpcStatus(ToRpcStatus(status));
  EXPECT_EQ(received.reason, v1::ERROR_REASON_REJECTED_BY_POLICY);
  EXPECT_EQ(received.code, absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(received.message, "no");
  EXPECT_TRUE(received.verification.has_value());
}

TEST(RpcErrorTest, SaysNothingOfAStatusWithoutAReason) {
  const absl::Status status = absl::NotFoundError("/etc/secret: no such file");
  EXPECT_EQ(ReasonOf(status), std::nullopt);
  const google::rpc::Status rpc = ToRpcStatus(status);
  EXPECT_EQ(rpc.DebugString().find("secret"), std::string::npos);
  const ReceivedError received = ReadRpcStatus(rpc);
  EXPECT_EQ(received.code, absl::StatusCode::kInternal);
  EXPECT_EQ(received.reason, v1::ERROR_REASON_INTERNAL);
  EXPECT_FALSE(received.message.empty());
}

TEST(RpcErrorTest, KeepsRetryDelaysInRange) {
  const absl::Status status = MakeError(v1::ERROR_REASON_QUEUE_FULL, "full");
  EXPECT_EQ(OverTheWire(WithRetryDelay(status, -absl::Seconds(1))).retry_delay, absl::ZeroDuration());
  EXPECT_EQ(OverTheWire(WithRetryDelay(status, absl::InfiniteDuration())).retry_delay,
            absl::Seconds(315'576'000'000));
  EXPECT_EQ(OverTheWire(WithRetryDelay(status, absl::Nanoseconds(1))).retry_delay, absl::Nanoseconds(1));
}

// What gRPC's limit of 8 KiB is on, without what gRPC adds itself.
std::size_t WireBytes(const google::rpc::Status& rpc) {
  std::size_t bytes = rpc.SerializeAsString().size();
  for (const char c : rpc.message()) bytes += c < ' ' || c > '~' || c == '%' ? 3 : 1;
  return bytes;
}

TEST(RpcErrorTest, CutsViolationsAndMetadataBeforeTheMessage) {
  absl::Status status = MakeError(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL, std::string(2000, 'm'),
                                  {{"short", "kept"}, {"long", std::string(7000, 'x')}});
  for (int i = 0; i < 100; ++i) {
    status = WithFieldViolation(status, "article", std::string(200, 'v'));
  }
  const google::rpc::Status rpc = ToRpcStatus(status);
  EXPECT_LE(WireBytes(rpc), limits::kMaxErrorDetailsBytes);
  const ReceivedError received = ReadRpcStatus(rpc);
  EXPECT_EQ(received.message, std::string(2000, 'm'));
  EXPECT_THAT(received.metadata, ElementsAre(Pair("short", "kept")));
  EXPECT_THAT(received.field_violations, IsEmpty());
  EXPECT_EQ(received.reason, v1::ERROR_REASON_ARTICLE_NOT_CANONICAL);
}

TEST(RpcErrorTest, DropsNoMoreViolationsThanItMust) {
  absl::Status status = MakeError(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL, "m", {{"k", "v"}});
  for (int i = 0; i < 100; ++i) {
    status = WithFieldViolation(status, "article", std::string(200, 'v'));
  }
  const ReceivedError received = OverTheWire(status);
  EXPECT_GT(received.field_violations.size(), 25u);
  EXPECT_LT(received.field_violations.size(), 100u);
  EXPECT_THAT(received.metadata, ElementsAre(Pair("k", "v")));
}

TEST(RpcErrorTest, CutsALongMessageBetweenCharacters) {
  for (const std::string_view letter : {"a", "%", "\xC3\xB6", "\xE2\x82\xAC", "\xF0\x9F\x98\x82"}) {
    std::string message;
    while (message.size() < 100'000) message += letter;
    const google::rpc::Status rpc =
        ToRpcStatus(WithVerification(MakeError(v1::ERROR_REASON_INTERNAL, message), SomeVerification()));
    EXPECT_LE(WireBytes(rpc), limits::kMaxErrorDetailsBytes) << letter;
    EXPECT_GT(WireBytes(rpc), limits::kMaxErrorDetailsBytes - 600) << letter;
    EXPECT_EQ(ValidUtf8Prefix(rpc.message()), rpc.message().size()) << letter;
    EXPECT_TRUE(rpc.message().ends_with("...")) << letter;
    EXPECT_TRUE(ReadRpcStatus(rpc).verification.has_value()) << letter;
  }
}

TEST(RpcErrorTest, LeavesOutAVerificationThatIsTooLong) {
  v1::VerificationResult verification = SomeVerification();
  verification.set_explanation(std::string(10'000, 'e'));
  const google::rpc::Status rpc =
      ToRpcStatus(WithVerification(MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"), verification));
  EXPECT_LE(WireBytes(rpc), limits::kMaxErrorDetailsBytes);
  EXPECT_EQ(ReadRpcStatus(rpc).reason, v1::ERROR_REASON_REJECTED_BY_POLICY);
  EXPECT_FALSE(ReadRpcStatus(rpc).verification.has_value());
}

TEST(RpcErrorTest, ReplacesBytesThatAreNotUtf8) {
  absl::Status status = MakeError(v1::ERROR_REASON_REQUEST_INVALID, "bad \xFF name", {{"p\x80", "\xC0"}});
  status = WithFieldViolation(status, "f\xED\xA0\x80", "d\xF5");
  const ReceivedError received = OverTheWire(status);
  EXPECT_EQ(received.message, "bad \xEF\xBF\xBD name");
  EXPECT_THAT(received.metadata, ElementsAre(Pair("p\xEF\xBF\xBD", "\xEF\xBF\xBD")));
  ASSERT_EQ(received.field_violations.size(), 1u);
  EXPECT_EQ(received.field_violations[0].second, "d\xEF\xBF\xBD");
}

TEST(RpcErrorTest, ReadsAnErrorWithoutDetails) {
  const ReceivedError received = ReadRpcError(14, "connection refused", "");
  EXPECT_EQ(received.code, absl::StatusCode::kUnavailable);
  EXPECT_EQ(received.message, "connection refused");
  EXPECT_EQ(received.reason, std::nullopt);
  EXPECT_EQ(received.retry_delay, std::nullopt);
  EXPECT_FALSE(received.verification.has_value());
}

TEST(RpcErrorTest, TakesNoNumberForACodeThatIsNoErrors) {
  for (const int code : {0, -1, 17, 1 << 30}) {
    EXPECT_EQ(ReadRpcError(code, "", "").code, absl::StatusCode::kUnknown) << code;
  }
}

TEST(RpcErrorTest, BelievesTheCallsCodeAndMessageNotTheDetails) {
  const std::string details = ToRpcStatus(MakeError(v1::ERROR_REASON_INTERNAL, "x")).SerializeAsString();
  const ReceivedError received = ReadRpcError(5, "y", details);
  EXPECT_EQ(received.code, absl::StatusCode::kNotFound);
  EXPECT_EQ(received.message, "y");
}

TEST(RpcErrorTest, IgnoresReasonsOfOtherDomainsAndOnesThatItDoesNotKnow) {
  google::rpc::Status rpc = ToRpcStatus(MakeError(v1::ERROR_REASON_INTERNAL, "x", {{"k", "v"}}));
  google::rpc::ErrorInfo info;
  info.set_reason("INTERNAL");
  info.set_domain("googleapis.com");
  rpc.mutable_details(0)->PackFrom(info);
  EXPECT_EQ(ReadRpcStatus(rpc).reason, std::nullopt);
  for (const char* reason : {"OF_A_LATER_VERSION", "UNSPECIFIED", "", "internal"}) {
    info.set_domain("chirograph");
    info.set_reason(reason);
    rpc.mutable_details(0)->PackFrom(info);
    EXPECT_EQ(ReadRpcStatus(rpc).reason, std::nullopt) << reason;
  }
}

TEST(RpcErrorTest, IgnoresDelaysOutOfRange) {
  google::rpc::Status rpc = ToRpcStatus(MakeError(v1::ERROR_REASON_QUEUE_FULL, "x"));
  const auto with_delay = [&rpc](std::int64_t seconds, std::int32_t nanos) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(seconds);
    retry.mutable_retry_delay()->set_nanos(nanos);
    google::rpc::Status changed = rpc;
    changed.add_details()->PackFrom(retry);
    return ReadRpcStatus(changed).retry_delay;
  };
  EXPECT_EQ(with_delay(1, 0), absl::Seconds(1));
  EXPECT_EQ(with_delay(-1, 0), std::nullopt);
  EXPECT_EQ(with_delay(0, -1), std::nullopt);
  EXPECT_EQ(with_delay(0, 1'000'000'000), std::nullopt);
  EXPECT_EQ(with_delay(315'576'000'001, 0), std::nullopt);
}

TEST(RpcErrorTest, OfTwoDetailsOfAKindTheFirstCounts) {
  google::rpc::Status rpc = ToRpcStatus(MakeError(v1::ERROR_REASON_QUEUE_FULL, "x"));
  *rpc.add_details() = ToRpcStatus(MakeError(v1::ERROR_REASON_INTERNAL, "x")).details(0);
  EXPECT_EQ(ReadRpcStatus(rpc).reason, v1::ERROR_REASON_QUEUE_FULL);
}

TEST(RpcErrorTest, SurvivesHostileDetails) {
  const google::protobuf::LogSilencer silencer;
  std::mt19937_64 random(TestSeed());
  absl::Status status = MakeError(v1::ERROR_REASON_QUEUE_FULL, "full", {{"a", "b"}});
  status = WithVerification(WithRetryDelay(WithFieldViolation(status, "f", "d"), absl::Seconds(1)),
                            SomeVerification());
  const std::string good = ToRpcStatus(status).SerializeAsString();
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes) {
      const std::size_t at = random() % bad.size();
      switch (random() % 3) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.resize(std::max<std::size_t>(at, 1));
          break;
        default:
          bad.insert(at, 1, static_cast<char>(random()));
      }
    }
    const ReceivedError received = ReadRpcError(8, "m", bad);
    ASSERT_EQ(received.code, absl::StatusCode::kResourceExhausted);
    ASSERT_EQ(received.message, "m");
  }
  const std::string nested(100'000, '\x1A');  // nothing but starts of details
  EXPECT_EQ(ReadRpcError(8, "m", nested).reason, std::nullopt);
}

}  // namespace
}  // namespace chirograph::rpc_error_test
