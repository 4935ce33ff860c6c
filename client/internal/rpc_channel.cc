// SPDX-License-Identifier: Apache-2.0
#include "client/internal/rpc_channel.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "absl/strings/ascii.h"
#include "chirograph/v1/error.pb.h"
#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "proto/rpc_error.h"

namespace chirograph::internal {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(50);
constexpr absl::Duration kMaxDelay = absl::Seconds(5);

// Whether a call ended as one does from which a server, when it stops, or a proxy on its way was torn. gRPC
// has several words for it.
bool IsCutOff(const ReceivedError& error) {
  if (error.reason.has_value()) return false;
  switch (error.code) {
    case absl::StatusCode::kCancelled:
      return true;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return error.message.find("RST_STREAM") != std::string::npos ||
             error.message.find("Stream removed") != std::string::npos;
    default:
      return false;
  }
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

// What to try where a server cannot be reached, by gRPC's words for it.
std::string_view AdviceFor(std::string_view message, bool use_tls) {
  const auto says = [message](std::string_view word) { return message.find(word) != std::string_view::npos; };
  if (!use_tls && (says("Socket closed") || says("Connection reset") ||
                   says("connection attempt timed out") || says("settings frame"))) {
    return "does it speak TLS? then add --tls, or --tls-ca FILE";
  }
  if (use_tls && (says("CERTIFICATE_VERIFY_FAILED") || says("certificate verify failed"))) {
    return "its certificate is of no authority that is trusted here; name the right one with --tls-ca FILE";
  }
  if (use_tls && (says("WRONG_VERSION_NUMBER") || says("wrong version number"))) {
    return "it does not speak TLS; leave out --tls and --tls-ca";
  }
  if (use_tls && says("handshake")) {
    return "is its certificate of an authority that is trusted here, and for this name? if not: --tls-ca "
           "FILE";
  }
  return "does chirographd listen there?";
}

Failure MakeFailure(const std::string& server, bool use_tls, std::string_view name, ReceivedError error) {
  std::string message;
  if (IsTheServers(error)) {
    message = fmt::format("{} answers to {}: {}", server, name, error.message);
  } else if (error.code == absl::StatusCode::kUnavailable) {
    message =
        fmt::format("cannot reach {}: {}; {}", server, error.message, AdviceFor(error.message, use_tls));
  } else if (error.code == absl::StatusCode::kDeadlineExceeded) {
    message = fmt::format("{} did not answer to {} in time: {}", server, name, error.message);
  } else if (IsCutOff(error)) {
    message = fmt::format("{} at {} was cut off{}{}; is the server stopping? try again in a moment", name,
                          server, error.message.empty() ? "" : ": ", error.message);
  } else {
    message = fmt::format("{} at {} failed: {}", name, server, error.message);
  }
  // A code that is OK, or none, cannot carry a message.
  const absl::StatusCode code = error.code == absl::StatusCode::kOk ? absl::StatusCode::kUnknown : error.code;
  Failure failure = CouldNot(absl::Status(code, message));
  if (IsTheServers(error)) failure.server_error = std::move(error);
  return failure;
}

constexpr std::string_view kUnix = "unix:";

// "unix:/PATH", the path absolute and no longer than the system takes. At a comma gRPC would begin another.
bool IsSocket(std::string_view server) {
  return server.starts_with("unix:/") && server.size() - kUnix.size() < sizeof(sockaddr_un::sun_path) &&
         server.find(',') == std::string_view::npos;
}

// "HOST:PORT" with neither scheme nor path. An IPv6 address stands in brackets.
bool IsHostAndPort(std::string_view server) {
  const std::size_t colon = server.rfind(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view host = server.substr(0, colon);
  const std::string_view port = server.substr(colon + 1);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!in_brackets && host.find_first_of(":[]") != std::string_view::npos) return false;
  if (host.find_first_of("/ \t") != std::string_view::npos) return false;
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return false;
  // gRPC takes a larger one modulo 65536: another server would be asked than the one that was named.
  unsigned number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return number >= 1 && number <= 65535;
}

// Where gRPC finds `server`. It reads the path of a socket as that of a URI.
std::string TargetOf(const std::string& server) {
  if (!IsSocket(server)) return server;
  std::string target(kUnix);
  for (const char c : server.substr(kUnix.size())) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("/-._~").find(c) != std::string_view::npos) {
      target += c;
    } else {
      target += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return target;
}

// A proxy from the environment cannot reach this computer's own loopback, nor its sockets.
bool IsLocal(std::string_view server) {
  return server.starts_with(kUnix) || server.starts_with("127.") || server.starts_with("localhost:") ||
         server.starts_with("[::1]:");
}

// Whether `pem` has certificates, and each is base64 of what begins as DER does. gRPC would say of others no
// more than that the handshake failed.
bool HasCertificatesAlone(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  std::size_t at = pem.find(kBegin);
  if (at == std::string_view::npos) return false;
  for (; at != std::string_view::npos; at = pem.find(kBegin, at)) {
    at += kBegin.size();
    const std::size_t end = pem.find(kEnd, at);
    if (end == std::string_view::npos) return false;
    std::string base64(pem.substr(at, end - at));
    std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    const std::optional<std::string> der = Base64Decode(base64);
    if (!der.has_value() || !der->starts_with('\x30')) return false;
    at = end;
  }
  return true;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(const ChannelOptions& options) {
  if (!options.use_tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  if (!options.tls_ca_file.empty()) {
    absl::StatusOr<std::string> pem = ReadFile(options.tls_ca_file, limits::kMaxCaFileBytes);
    if (!pem.ok()) return pem.status();
    if (!HasCertificatesAlone(*pem)) {
      return absl::InvalidArgumentError(fmt::format(
          "{}: expected certificates in PEM ('-----BEGIN CERTIFICATE-----')", options.tls_ca_file));
    }
    tls.pem_root_certs = *std::move(pem);
  }
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcChannel>> RpcChannel::Create(ChannelOptions options) {
  const bool is_unix = options.server.starts_with(kUnix);
  if (is_unix ? !IsSocket(options.server) : !IsHostAndPort(options.server)) {
    return absl::InvalidArgumentError(fmt::format(
        "\"{}\" is not the address of a server; expected HOST:PORT (port 1 to 65535), such as "
        "archive.example.org:7443, or unix:/PATH, a socket's absolute path of at most {} bytes and no comma",
        options.server, sizeof(sockaddr_un::sun_path) - 1));
  }
  const absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials = MakeCredentials(options);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  // Tried again here, where RetryInfo is read and the time is bounded.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // The time that one attempt to connect has, too.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Each client its own connection, so that two of them in a process do not share each other's fate.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A watch may hear nothing for long: so that it notices where the other side is gone without a word.
  // Servers take a ping in 5 minutes.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 6 * 60 * 1000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, IsLocal(options.server) ? 0 : 1);
  arguments.SetMaxReceiveMessageSize(limits::kMaxGrpcMessageBytes);
  const std::shared_ptr<grpc::Channel> grpc_channel =
      grpc::CreateCustomChannel(TargetOf(options.server), *credentials, arguments);
  std::unique_ptr<RpcChannel> channel(new RpcChannel(std::move(options)));
  channel->archive_ = v1::ArchiveService::NewStub(grpc_channel);
  channel->log_ = v1::LogService::NewStub(grpc_channel);
  channel->verification_ = v1::VerificationService::NewStub(grpc_channel);
  return channel;
}

// RESOURCE_EXHAUSTED alone is also what gRPC itself says of a message that is too large, which stays too
// large.
bool Retries::MayHelp(const ReceivedError& error) {
  if (error.code == absl::StatusCode::kUnavailable || IsCutOff(error)) return true;
  return error.code == absl::StatusCode::kResourceExhausted &&
         (error.retry_delay.has_value() || error.reason == v1::ERROR_REASON_QUEUE_FULL);
}

Retries::Retries(const ChannelOptions& options, absl::Duration retry_for)
    : options_(options), retry_for_(retry_for) {
  Reset();
}

void Retries::Reset() {
  give_up_ = options_.now() + retry_for_;
  delay_ = kFirstDelay;
}

std::optional<absl::Duration> Retries::After(const ReceivedError& error) {
  const absl::Duration wait = std::max(error.retry_delay.value_or(delay_), kFirstDelay);
  if (!MayHelp(error) || options_.now() + wait > give_up_) return std::nullopt;
  delay_ = std::min(2 * delay_, kMaxDelay);
  return wait;
}

RpcChannel::Patience::Patience(const RpcChannel& channel, std::string_view name, int attempts,
                               absl::Duration retry_for)
    : channel_(channel), name_(name), attempts_(attempts), retries_(channel.options_, retry_for) {}

void RpcChannel::Patience::Renew() {
  attempt_ = 0;
  retries_.Reset();
}

std::optional<Failure> RpcChannel::Patience::After(const grpc::Status& status,
                                                   const BeforeWait& before_wait) {
  ReceivedError error = ReadRpcError(status.error_code(), status.error_message(), status.error_details());
  const std::optional<absl::Duration> wait = retries_.After(error);
  Failure failure = channel_.FailureOf(name_, std::move(error));
  if (++attempt_ >= attempts_ || !wait.has_value()) return failure;
  if (before_wait) before_wait(failure, *wait);
  channel_.options_.sleep(*wait);
  return std::nullopt;
}

Failure RpcChannel::FailureOf(std::string_view name, ReceivedError error) const {
  return MakeFailure(options_.server, options_.use_tls, name, std::move(error));
}

std::optional<Failure> RpcChannel::Attempt(std::string_view name, int attempts,
                                           const std::function<grpc::Status(grpc::ClientContext*)>& call) {
  Patience patience(*this, name, attempts, options_.retry_for);
  for (;;) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoMicroseconds(std::min(options_.call_timeout, absl::Hours(24))));
    const grpc::Status status = call(&context);
    if (status.ok()) return std::nullopt;
    std::optional<Failure> failure = patience.After(status);
    if (failure.has_value()) return failure;
  }
}

}  // namespace chirograph::internal
