// SPDX-License-Identifier: Apache-2.0
#include "service/verification_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "tests/service/fake_clock.h"
#include "tests/service/test_publisher.h"

namespace chirograph::verification_result_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

const Digest kDigest = Sha256("an article");

TEST(VerificationResultTest, NamesTheKeyThatVerified) {
  const TestPublisher publisher(kTestDomain, "2026-p256", KeyAlgorithm::kEcdsaP256Sha256);
  const SecuredVerification verification{.verdict = Verdict::kValid,
                                         .reason = VerdictReason::kSignatureVerified,
                                         .publisher_domain = "news.example",
                                         .key = &publisher.key,
                                         .opened_signature = "signature"};
  const v1::VerificationResult result =
      MakeVerificationResult(verification, kDigest, PolicyAction::kAccept, kTestNow);
  EXPECT_EQ(result.verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(result.reason(), v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  EXPECT_EQ(result.article_digest(), AsBytes(kDigest));
  EXPECT_EQ(result.publisher_domain(), "news.example");
  EXPECT_EQ(result.key_id(), "2026-p256");
  EXPECT_EQ(result.algorithm(), v1::KEY_ALGORITHM_ECDSA_P256_SHA256);
  EXPECT_EQ(FromTimestamp(result.evaluated_at()), kTestNow);
  EXPECT_EQ(result.policy_action(), v1::POLICY_ACTION_ACCEPT);
  EXPECT_THAT(result.explanation(), HasSubstr("(key 2026-p256 of news.example)"));
}

TEST(VerificationResultTest, NamesNoKeyWhereNoneVerified) {
  const SecuredVerification verification{.verdict = Verdict::kInvalid,
                                         .reason = VerdictReason::kDoesNotVerify,
                                         .publisher_domain = "news.example"};
  const v1::VerificationResult result =
      MakeVerificationResult(verification, kDigest, PolicyAction::kReject, kTestNow);
  EXPECT_EQ(result.verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(result.key_id(), "");
  EXPECT_EQ(result.algorithm(), v1::KEY_ALGORITHM_UNSPECIFIED);
  EXPECT_EQ(result.policy_action(), v1::POLICY_ACTION_REJECT);
  EXPECT_EQ(result.explanation(),
            std::string(VerdictReasonText(VerdictReason::kDoesNotVerify)) + " (publisher news.example)");
}

TEST(VerificationResultTest, NamesNoPublisherWhereTheDocumentHasNone) {
  const SecuredVerification verification{.verdict = Verdict::kUnsigned,
                                         .reason = VerdictReason::kNoSecuredField};
  const v1::VerificationResult result =
      MakeVerificationResult(verification, kDigest, PolicyAction::kAccept, kTestNow);
  EXPECT_EQ(result.publisher_domain(), "");
  EXPECT_EQ(result.explanation(), VerdictReasonText(VerdictReason::kNoSecuredField));
}

TEST(VerificationResultTest, RejudgingChangesWhatDependsOnTheTimeAlone) {
  const TestPublisher publisher;
  const SecuredVerification verification{.verdict = Verdict::kValid,
                                         .reason = VerdictReason::kSignatureVerified,
                                         .publisher_domain = "news.example",
                                         .key = &publisher.key};
  const v1::VerificationResult before =
      MakeVerificationResult(verification, kDigest, PolicyAction::kAccept, kTestNow);
  v1::VerificationResult after = before;
  const absl::Time later = kTestNow + absl::Seconds(1);
  RejudgeVerificationResult({Verdict::kKeyRevoked, VerdictReason::kRevoked}, PolicyAction::kReject, later,
                            &after);
  EXPECT_EQ(after.verdict(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(after.reason(), v1::VERDICT_REASON_REVOKED);
  EXPECT_EQ(after.policy_action(), v1::POLICY_ACTION_REJECT);
  EXPECT_EQ(FromTimestamp(after.evaluated_at()), later);
  EXPECT_THAT(after.explanation(), HasSubstr(std::string(VerdictReasonText(VerdictReason::kRevoked))));
  EXPECT_THAT(after.explanation(), HasSubstr("key-1 of news.example"));

  RejudgeVerificationResult({Verdict::kValid, VerdictReason::kSignatureVerified}, PolicyAction::kAccept,
                            kTestNow, &after);
  EXPECT_TRUE(MessageDifferencer::Equals(after, before));
}

TEST(VerificationResultTest, ARefusalCarriesTheResult) {
  const SecuredVerification verification{.verdict = Verdict::kInvalid,
                                         .reason = VerdictReason::kDoesNotVerify,
                                         .publisher_domain = "news.example"};
  const v1::VerificationResult result =
      MakeVerificationResult(verification, kDigest, PolicyAction::kReject, kTestNow);
  const absl::Status status = RejectedByPolicy(result);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(status));
  EXPECT_EQ(error.reason, v1::ERROR_REASON_REJECTED_BY_POLICY);
  EXPECT_THAT(error.message, HasSubstr("refused as INVALID: "));
  EXPECT_THAT(error.message, HasSubstr("nothing was stored"));
  ASSERT_TRUE(error.verification);
  EXPECT_TRUE(MessageDifferencer::Equals(*error.verification, result));
}

}  // namespace
}  // namespace chirograph::verification_result_test
