// SPDX-License-Identifier: Apache-2.0
//
// The two findings of CheckReceipt that are about the publisher's signature.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_SIGNATURE_CHECK_H_
#define CHIROGRAPH_CLIENT_INTERNAL_SIGNATURE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "client/receipt_report.h"
#include "crypto/keyring.h"
#include "proto/recorded_verdict.h"

namespace chirograph::internal {

// Whether verdict and reason at ingest fit each other, the Opening and the secured field, without any key.
Finding CheckRecordedVerdict(const SignedRecord& known);

// The verdict by `keyring` (which may be null), held against the recorded one. `*signature` is set where
// there is one.
Finding CheckSignature(const SignedRecord& known, const Keyring* keyring, std::optional<absl::Time> at,
                       std::optional<SignatureCheck>* signature);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_SIGNATURE_CHECK_H_
