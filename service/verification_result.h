// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_VERIFICATION_RESULT_H_
#define CHIROGRAPH_SERVICE_VERIFICATION_RESULT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "chirograph/v1/verification.pb.h"
#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "service/policy.h"

namespace chirograph {

// The message for a verification made at `at` of the article with this digest.
v1::VerificationResult MakeVerificationResult(const SecuredVerification& verification,
                                              const Digest& article_digest, PolicyAction action,
                                              absl::Time at);

// The same result judged at another time, for a key that verified already.
void RejudgeVerificationResult(const KeyStanding& standing, PolicyAction action, absl::Time at,
                               v1::VerificationResult* result);

// FAILED_PRECONDITION, REJECTED_BY_POLICY, with `result` among its details.
absl::Status RejectedByPolicy(const v1::VerificationResult& result);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_VERIFICATION_RESULT_H_
