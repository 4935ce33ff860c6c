// SPDX-License-Identifier: Apache-2.0
#include "service/verification_result.h"

#include <fmt/format.h>

#include <string>

#include "crypto/key_types.h"
#include "crypto/verdict.h"
#include "proto/enum_conversion.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

v1::PolicyAction ToProto(PolicyAction action) {
  return action == PolicyAction::kAccept ? v1::POLICY_ACTION_ACCEPT : v1::POLICY_ACTION_REJECT;
}

std::string Explain(VerdictReason reason, const v1::VerificationResult& result) {
  std::string text(VerdictReasonText(reason));
  if (!result.key_id().empty()) {
    text += fmt::format(" (key {} of {})", result.key_id(), result.publisher_domain());
  } else if (!result.publisher_domain().empty()) {
    text += fmt::format(" (publisher {})", result.publisher_domain());
  }
  return text;
}

void SetJudgement(Verdict verdict, VerdictReason reason, PolicyAction action, absl::Time at,
                  v1::VerificationResult* result) {
  result->set_verdict(chirograph::ToProto(verdict));
  result->set_reason(chirograph::ToProto(reason));
  result->set_policy_action(ToProto(action));
  *result->mutable_evaluated_at() = ToTimestamp(at);
  result->set_explanation(Explain(reason, *result));
}

}  // namespace

v1::VerificationResult MakeVerificationResult(const SecuredVerification& verification,
                                              const Digest& article_digest, PolicyAction action,
                                              absl::Time at) {
  v1::VerificationResult result;
  result.set_article_digest(std::string(AsBytes(article_digest)));
  result.set_publisher_domain(verification.publisher_domain);
  if (verification.key != nullptr) {
    result.set_key_id(verification.key->id);
    result.set_algorithm(chirograph::ToProto(verification.key->public_key->algorithm()));
  }
  SetJudgement(verification.verdict, verification.reason, action, at, &result);
  return result;
}

void RejudgeVerificationResult(const KeyStanding& standing, PolicyAction action, absl::Time at,
                               v1::VerificationResult* result) {
  SetJudgement(standing.verdict, standing.reason, action, at, result);
}

absl::Status RejectedByPolicy(const v1::VerificationResult& result) {
  const auto verdict = FromProto(result.verdict());
  return WithVerification(
      MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY,
                fmt::format("refused as {}: {}; nothing was stored",
                            verdict ? VerdictName(*verdict) : std::string_view("UNSPECIFIED"),
                            result.explanation())),
      result);
}

}  // namespace chirograph
