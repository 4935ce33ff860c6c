// SPDX-License-Identifier: Apache-2.0
#include "client/internal/rpc_channel.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>

#include "chirograph/v1/error.pb.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "proto/rpc_error.h"

namespace chirograph::internal {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(50);
constexpr absl::Duration kMaxDelay = absl::Seconds(5);
constexpr std::size_t kMaxCaFileBytes = 4 * 1024 * 1024;

// Whether the same call may succeed a moment later. RESOURCE_EXHAUSTED alone is also what gRPC itself says of
// a message that is too large, which stays too large.
bool MayHelpToTryAgain(const ReceivedError& error) {
  if (error.code == absl::StatusCode::kUnavailable) return true;
  return error.code == absl::StatusCode::kResourceExhausted &&
         (error.retry_delay.has_value() || error.reason == v1::ERROR_REASON_QUEUE_FULL);
}

// Whether the answer came from the server, rather than from gRPC on this side.
bool IsTheServers(const ReceivedError& error) {
  if (error.reason.has_value()) return true;
  switch (error.code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kResourceExhausted:
      return false;
    default:
      return true;
  }
}

Failure FailureOf(const std::string& server, std::string_view name, ReceivedError error) {
  std::string message;
  if (IsTheServers(error)) {
    message = fmt::format("{} answers to {}: {}", server, name, error.message);
  } else if (error.code == absl::StatusCode::kUnavailable) {
    message = fmt::format("cannot reach {}: {}; does chirographd listen there?", server, error.message);
  } else if (error.code == absl::StatusCode::kDeadlineExceeded) {
    message = fmt::format("{} did not answer to {} in time: {}", server, name, error.message);
  } else {
    message = fmt::format("{} at {} failed: {}", name, server, error.message);
  }
  // A code that is OK, or none, cannot carry a message.
  const absl::StatusCode code = error.code == absl::StatusCode::kOk ? absl::StatusCode::kUnknown : error.code;
  Failure failure = CouldNot(absl::Status(code, message));
  if (IsTheServers(error)) failure.server_error = std::move(error);
  return failure;
}

// A proxy from the environment cannot reach this computer's own loopback.
bool IsLoopback(std::string_view server) {
  return server.starts_with("127.") || server.starts_with("localhost:") || server.starts_with("[::1]:");
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(const ChannelOptions& options) {
  if (!options.use_tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  if (!options.tls_ca_file.empty()) {
    absl::StatusOr<std::string> pem = ReadFile(options.tls_ca_file, kMaxCaFileBytes);
    if (!pem.ok()) return pem.status();
    if (pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
      return absl::InvalidArgumentError(fmt::format(
          "{}: expected a certificate in PEM ('-----BEGIN CERTIFICATE-----')", options.tls_ca_file));
    }
    tls.pem_root_certs = *std::move(pem);
  }
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcChannel>> RpcChannel::Create(ChannelOptions options) {
  if (options.server.empty()) return absl::InvalidArgumentError("no server was named; expected HOST:PORT");
  const absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials = MakeCredentials(options);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  // Tried again here, where RetryInfo is read and the time is bounded.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Each client its own connection, so that two of them in a process do not share each other's fate.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, IsLoopback(options.server) ? 0 : 1);
  arguments.SetMaxReceiveMessageSize(limits::kMaxGrpcMessageBytes);
  const std::shared_ptr<grpc::Channel> grpc_channel =
      grpc::CreateCustomChannel(options.server, *credentials, arguments);
  std::unique_ptr<RpcChannel> channel(new RpcChannel(std::move(options)));
  channel->archive_ = v1::ArchiveService::NewStub(grpc_channel);
  channel->log_ = v1::LogService::NewStub(grpc_channel);
  channel->verification_ = v1::VerificationService::NewStub(grpc_channel);
  return channel;
}

std::optional<Failure> RpcChannel::Attempt(std::string_view name, int attempts,
                                           const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  const absl::Time give_up = options_.now() + options_.retry_for;
  absl::Duration delay = kFirstDelay;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoMicroseconds(std::min(options_.call_timeout, absl::Hours(24))));
    const grpc::Status status = call(&context);
    if (status.ok()) return std::nullopt;
    ReceivedError error = ReadRpcError(status.error_code(), status.error_message(), status.error_details());
    const absl::Duration wait = std::max(error.retry_delay.value_or(delay), kFirstDelay);
    if (attempt >= attempts || !MayHelpToTryAgain(error) || options_.now() + wait > give_up) {
      return FailureOf(options_.server, name, std::move(error));
    }
    options_.sleep(wait);
    delay = std::min(2 * delay, kMaxDelay);
  }
}

}  // namespace chirograph::internal
