// SPDX-License-Identifier: Apache-2.0
#include "proto/rpc_error.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/cord.h"
#include "crypto/limits.h"
#include "crypto/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace chirograph {
namespace {

using google::rpc::BadRequest;
using google::rpc::ErrorInfo;
using google::rpc::RetryInfo;

constexpr std::string_view kReasonPrefix = "ERROR_REASON_";
constexpr std::string_view kInternalMessage = "internal error; the server's diagnostics say more";

// gRPC's limit of 8 KiB is on all trailers together: the details, the message beside them (with each
// odd byte as three characters), and what gRPC and proxies add, for which this much is left.
constexpr std::size_t kOtherTrailerBytes = 512;
constexpr std::size_t kMaxWireBytes = limits::kMaxErrorDetailsBytes - kOtherTrailerBytes;
// A verification that needs more than this is left out. One that the server makes needs a tenth.
constexpr std::size_t kMaxVerificationBytes = kMaxWireBytes / 2;

// The longest google.protobuf.Duration.
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;

// The URL under which a message is both a payload of an absl::Status and a google.protobuf.Any.
template <class Detail>
std::string TypeUrl() {
  return fmt::format("type.googleapis.com/{}", Detail::descriptor()->full_name());
}

template <class Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<Detail>());
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

template <class Detail>
void SetDetail(const Detail& detail, absl::Status* status) {
  status->SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

std::string ReasonName(v1::ErrorReason reason) {
  return v1::ErrorReason_Name(reason).substr(kReasonPrefix.size());
}

std::optional<v1::ErrorReason> ReasonFrom(const ErrorInfo& info) {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (!v1::ErrorReason_Parse(fmt::format("{}{}", kReasonPrefix, info.reason()), &reason)) return std::nullopt;
  if (reason == v1::ERROR_REASON_UNSPECIFIED) return std::nullopt;
  return reason;
}

// `text` with U+FFFD for each byte that is not UTF-8: protobuf sends no other strings.
std::string AsUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (true) {
    const std::size_t good = ValidUtf8Prefix(text);
    valid += text.substr(0, good);
    if (good == text.size()) break;
    valid += "\xEF\xBF\xBD";
    text.remove_prefix(good + 1);
  }
  return valid;
}

// How many characters gRPC makes of `c` in grpc-message.
std::size_t PercentEncodedBytes(char c) { return c < ' ' || c > '~' || c == '%' ? 3 : 1; }

// An error on its way out.
struct Parts {
  absl::StatusCode code = absl::StatusCode::kInternal;
  std::string message;
  ErrorInfo info;
  BadRequest bad_request;
  std::optional<RetryInfo> retry;
  std::optional<v1::VerificationResult> verification;
};

google::rpc::Status Assemble(const Parts& parts) {
  google::rpc::Status rpc;
  rpc.set_code(static_cast<std::int32_t>(parts.code));
  rpc.set_message(parts.message);
  rpc.add_details()->PackFrom(parts.info);
  if (parts.bad_request.field_violations_size() > 0) rpc.add_details()->PackFrom(parts.bad_request);
  if (parts.retry) rpc.add_details()->PackFrom(*parts.retry);
  if (parts.verification) rpc.add_details()->PackFrom(*parts.verification);
  return rpc;
}

std::size_t WireBytes(const google::rpc::Status& rpc) {
  std::size_t bytes = rpc.ByteSizeLong();
  for (const char c : rpc.message()) bytes += PercentEncodedBytes(c);
  return bytes;
}

// Cuts as much from the end of `message` as saves `over` bytes on the wire, and says that it did.
void CutMessage(std::size_t over, std::string* message) {
  constexpr std::string_view kCut = "...";
  std::size_t keep = message->size();
  for (std::size_t saved = 0; keep > 0 && saved < over + 2 * kCut.size();) {
    --keep;
    saved += 1 + PercentEncodedBytes((*message)[keep]);
  }
  while (keep > 0 && (static_cast<unsigned char>((*message)[keep]) & 0xC0) == 0x80) --keep;
  message->resize(keep);
  *message += kCut;
}

// Takes away what can best be spared of parts that are `over` bytes too large.
void Shrink(std::size_t over, Parts* parts) {
  auto* const violations = parts->bad_request.mutable_field_violations();
  auto* const metadata = parts->info.mutable_metadata();
  if (!violations->empty()) {
    violations->RemoveLast();
  } else if (!metadata->empty()) {
    metadata->erase(std::max_element(metadata->begin(), metadata->end(), [](const auto& a, const auto& b) {
      return a.first.size() + a.second.size() < b.first.size() + b.second.size();
    }));
  } else {
    CutMessage(over, &parts->message);
  }
}

Parts PartsOf(const absl::Status& status) {
  Parts parts;
  if (const auto reason = ReasonOf(status)) {
    parts.code = CodeOf(*reason);
    parts.message = AsUtf8({status.message().data(), status.message().size()});
    parts.info = DetailOf<ErrorInfo>(status).value_or(ErrorInfo());
    parts.bad_request = DetailOf<BadRequest>(status).value_or(BadRequest());
    parts.retry = DetailOf<RetryInfo>(status);
    parts.verification = DetailOf<v1::VerificationResult>(status);
    if (parts.verification && parts.verification->ByteSizeLong() > kMaxVerificationBytes) {
      parts.verification.reset();
    }
    return parts;
  }
  parts.message = kInternalMessage;
  parts.info.set_domain(std::string(kErrorDomain));
  parts.info.set_reason(ReasonName(v1::ERROR_REASON_INTERNAL));
  return parts;
}

absl::StatusCode CodeFromWire(int code) {
  // OK is no error's code, and a number that is no code says nothing.
  if (code < 1 || code > static_cast<int>(absl::StatusCode::kUnauthenticated))
    return absl::StatusCode::kUnknown;
  return static_cast<absl::StatusCode>(code);
}

std::optional<absl::Duration> DelayFrom(const google::protobuf::Duration& delay) {
  if (delay.seconds() < 0 || delay.seconds() > kMaxDurationSeconds) return std::nullopt;
  if (delay.nanos() < 0 || delay.nanos() > 999'999'999) return std::nullopt;
  return absl::Seconds(delay.seconds()) + absl::Nanoseconds(delay.nanos());
}

// Takes what is known out of `details`; of two of one kind, the first.
void ReadDetails(const google::protobuf::RepeatedPtrField<google::protobuf::Any>& details,
                 ReceivedError* error) {
  std::optional<ErrorInfo> info;
  std::optional<BadRequest> bad_request;
  std::optional<RetryInfo> retry;
  const auto unpack = [](const google::protobuf::Any& any, auto* to) {
    typename std::decay_t<decltype(*to)>::value_type detail;
    if (!*to && any.UnpackTo(&detail)) *to = std::move(detail);
  };
  for (const google::protobuf::Any& any : details) {
    unpack(any, &info);
    unpack(any, &bad_request);
    unpack(any, &retry);
    unpack(any, &error->verification);
  }
  if (info && info->domain() == kErrorDomain) {
    error->reason = ReasonFrom(*info);
    error->metadata.assign(info->metadata().begin(), info->metadata().end());
    std::sort(error->metadata.begin(), error->metadata.end());
  }
  if (bad_request) {
    for (const auto& violation : bad_request->field_violations()) {
      error->field_violations.emplace_back(violation.field(), violation.description());
    }
  }
  if (retry && retry->has_retry_delay()) error->retry_delay = DelayFrom(retry->retry_delay());
}

}  // namespace

absl::StatusCode CodeOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_REQUEST_INVALID:
    case v1::ERROR_REASON_DOCUMENT_UNREADABLE:
    case v1::ERROR_REASON_ARTICLE_NOT_CANONICAL:
    case v1::ERROR_REASON_ARTICLE_TOO_LARGE:
      return absl::StatusCode::kInvalidArgument;
    case v1::ERROR_REASON_REJECTED_BY_POLICY:
    case v1::ERROR_REASON_AMBIGUOUS_PUBLISHER:
      return absl::StatusCode::kFailedPrecondition;
    case v1::ERROR_REASON_ARTICLE_NOT_FOUND:
    case v1::ERROR_REASON_NOT_AN_ARTICLE:
    case v1::ERROR_REASON_NO_SOURCE_DOCUMENT:
      return absl::StatusCode::kNotFound;
    case v1::ERROR_REASON_BEYOND_TREE_SIZE:
      return absl::StatusCode::kOutOfRange;
    case v1::ERROR_REASON_QUEUE_FULL:
    case v1::ERROR_REASON_TOO_MANY_STREAMS:
      return absl::StatusCode::kResourceExhausted;
    case v1::ERROR_REASON_SHUTTING_DOWN:
    case v1::ERROR_REASON_COMMIT_UNCERTAIN:
    case v1::ERROR_REASON_STORE_UNAVAILABLE:
    case v1::ERROR_REASON_CATALOG_BEHIND:
    case v1::ERROR_REASON_CATALOG_UNAVAILABLE:
      return absl::StatusCode::kUnavailable;
    case v1::ERROR_REASON_STORE_DAMAGED:
      return absl::StatusCode::kDataLoss;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status MakeError(v1::ErrorReason reason, std::string_view message,
                       const std::vector<std::pair<std::string, std::string>>& metadata) {
  if (reason == v1::ERROR_REASON_UNSPECIFIED || !v1::ErrorReason_IsValid(reason)) {
    reason = v1::ERROR_REASON_INTERNAL;
  }
  ErrorInfo info;
  info.set_reason(ReasonName(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[AsUtf8(key)] = AsUtf8(value);
  absl::Status status(CodeOf(reason), std::string(message));
  SetDetail(info, &status);
  return status;
}

std::optional<v1::ErrorReason> ReasonOf(const absl::Status& status) {
  const auto info = DetailOf<ErrorInfo>(status);
  return info ? ReasonFrom(*info) : std::nullopt;
}

absl::Status WithFieldViolation(absl::Status status, std::string_view field, std::string_view description) {
  BadRequest bad_request = DetailOf<BadRequest>(status).value_or(BadRequest());
  auto* const violation = bad_request.add_field_violations();
  violation->set_field(AsUtf8(field));
  violation->set_description(AsUtf8(description));
  SetDetail(bad_request, &status);
  return status;
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  delay = std::clamp(delay, absl::ZeroDuration(), absl::Seconds(kMaxDurationSeconds));
  const std::int64_t seconds = absl::ToInt64Seconds(delay);
  RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(seconds);
  retry.mutable_retry_delay()->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(delay - absl::Seconds(seconds))));
  SetDetail(retry, &status);
  return status;
}

absl::Status WithVerification(absl::Status status, const v1::VerificationResult& verification) {
  SetDetail(verification, &status);
  return status;
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  Parts parts = PartsOf(status);
  while (true) {
    google::rpc::Status rpc = Assemble(parts);
    const std::size_t bytes = WireBytes(rpc);
    if (bytes <= kMaxWireBytes) return rpc;
    Shrink(bytes - kMaxWireBytes, &parts);
  }
}

ReceivedError ReadRpcStatus(const google::rpc::Status& status) {
  ReceivedError error;
  error.code = CodeFromWire(status.code());
  error.message = status.message();
  ReadDetails(status.details(), &error);
  return error;
}

ReceivedError ReadRpcError(int code, std::string_view message, std::string_view details) {
  ReceivedError error;
  error.code = CodeFromWire(code);
  error.message = message;
  google::rpc::Status status;
  if (details.size() <= INT32_MAX &&
      status.ParseFromArray(details.data(), static_cast<int>(details.size()))) {
    ReadDetails(status.details(), &error);
  }
  return error;
}

}  // namespace chirograph
