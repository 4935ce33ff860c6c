// SPDX-License-Identifier: Apache-2.0
//
// Errors as they go over the wire: google.rpc.Status with ErrorInfo of a closed list of reasons. Knows no
// gRPC, so that a stream's refusal is the same bytes as a unary call's error.
#ifndef CHIROGRAPH_PROTO_RPC_ERROR_H_
#define CHIROGRAPH_PROTO_RPC_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "chirograph/v1/error.pb.h"
#include "chirograph/v1/verification.pb.h"
#include "google/rpc/status.pb.h"

namespace chirograph {

// ErrorInfo.domain of every error.
inline constexpr std::string_view kErrorDomain = "chirograph";

// The gRPC code of each reason: the one table. kInternal for a number that is no reason.
absl::StatusCode CodeOf(v1::ErrorReason reason);

// An absl::Status that carries its ErrorReason to the edge of the server. `metadata` goes into ErrorInfo.
absl::Status MakeError(v1::ErrorReason reason, std::string_view message,
                       const std::vector<std::pair<std::string, std::string>>& metadata = {});

// The reason that MakeError put into `status`, if it did.
std::optional<v1::ErrorReason> ReasonOf(const absl::Status& status);

// Adds to an error of MakeError: which field, when to retry, or the verdict that was refused.
absl::Status WithFieldViolation(absl::Status status, std::string_view field, std::string_view description);
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);
absl::Status WithVerification(absl::Status status, const v1::VerificationResult& verification);

// What is sent. A status without a reason becomes INTERNAL with ERROR_REASON_INTERNAL and a message that
// says no more than that. Never over limits.h's 8 KiB together with the message once more, as gRPC sends
// both: metadata and violations are cut first, then the message. Bytes that are not UTF-8 become U+FFFD.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// What was received, taken apart. A details field that is not there or cannot be read stays empty; code
// and message are always there, but the code of a "no error" or of no known number is kUnknown. All of
// it is a stranger's: show none of its text on a terminal as it stands.
struct ReceivedError {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  std::optional<v1::ErrorReason> reason;
  std::vector<std::pair<std::string, std::string>> metadata;          // sorted by key
  std::vector<std::pair<std::string, std::string>> field_violations;  // field, what is wrong with it
  std::optional<absl::Duration> retry_delay;
  std::optional<v1::VerificationResult> verification;
};
ReceivedError ReadRpcStatus(const google::rpc::Status& status);

// From the three parts of a grpc::Status; `details` is grpc-status-details-bin, or empty.
ReceivedError ReadRpcError(int code, std::string_view message, std::string_view details);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_RPC_ERROR_H_
