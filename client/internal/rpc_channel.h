// SPDX-License-Identifier: Apache-2.0
//
// One gRPC channel to one server: deadlines, and trying again where that can help.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_RPC_CHANNEL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_RPC_CHANNEL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/archive_service.grpc.pb.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "chirograph/v1/verification_service.grpc.pb.h"
#include "client/answer.h"

namespace chirograph::internal {

struct ChannelOptions {
  std::string server;
  bool use_tls = false;
  std::string tls_ca_file;
  absl::Duration call_timeout;
  absl::Duration retry_for;
  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
};

// Whether, and when, there is to be another attempt at one thing: where the server is UNAVAILABLE, has torn
// off the call, or its queue is full, with growing delays or the one that it asks for, until
// ChannelOptions.retry_for has passed. For one thread.
class Retries {
 public:
  // `options` must outlive this.
  Retries(const ChannelOptions& options, absl::Duration retry_for);

  // How long to wait after `error` before the next attempt. Nothing: give up.
  std::optional<absl::Duration> After(const ReceivedError& error);
  // Something was achieved: delays and patience begin anew.
  void Reset();

  // Whether the same may succeed a moment later: so it is of a call that was cut off in its midst, too. All
  // calls can be asked again.
  static bool MayHelp(const ReceivedError& error);

 private:
  const ChannelOptions& options_;
  const absl::Duration retry_for_;
  absl::Time give_up_;
  absl::Duration delay_;
};

// Thread-safe.
class RpcChannel {
 public:
  // Makes a channel; nothing is sent yet. InvalidArgument: no server, or a CA file that is no PEM; else as
  // ReadFile.
  static absl::StatusOr<std::unique_ptr<RpcChannel>> Create(ChannelOptions options);

  // One call, tried again as ClientOptions says; `attempts` bounds it further.
  template <typename Stub, typename Request, typename Response>
  Answer<Response> Call(std::string_view name,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                        Stub& stub, const Request& request, int attempts = kMaxAttempts) {
    Response response;
    std::optional<Failure> failure =
        Attempt(name, attempts, [&stub, method, &request, &response](grpc::ClientContext* context) {
          response.Clear();
          return (stub.*method)(context, request, &response);
        });
    if (failure.has_value()) return *std::move(failure);
    return response;
  }

  // One more attempt of a call, or the end of it. Not thread-safe.
  class Patience {
   public:
    // `channel` and `name` must outlive this.
    Patience(const RpcChannel& channel, std::string_view name, int attempts, absl::Duration retry_for);

    // After an attempt that ended with `status`, which is no OK: nothing, once the delay has passed after
    // which to try again; else what to report. `before_wait` is told, if there is one.
    using BeforeWait = std::function<void(const Failure& why, absl::Duration wait)>;
    std::optional<Failure> After(const grpc::Status& status, const BeforeWait& before_wait = nullptr);
    // There was progress: delays and time begin anew.
    void Renew();

   private:
    const RpcChannel& channel_;
    const std::string_view name_;
    const int attempts_;
    int attempt_ = 0;
    Retries retries_;
  };

  // For one attempt at one call.
  absl::Duration call_timeout() const { return options_.call_timeout; }
  // For one call with all its attempts.
  absl::Duration retry_for() const { return options_.retry_for; }
  v1::ArchiveService::Stub& archive() { return *archive_; }
  v1::LogService::Stub& log() { return *log_; }
  v1::VerificationService::Stub& verification() { return *verification_; }
  const std::string& server() const { return options_.server; }
  // For calls that are not made by Call, which go by the same rules.
  const ChannelOptions& options() const { return options_; }
  // What `error`, with which the call `name` ended, is for the caller.
  Failure FailureOf(std::string_view name, ReceivedError error) const;

 private:
  static constexpr int kMaxAttempts = 100;

  explicit RpcChannel(ChannelOptions options) : options_(std::move(options)) {}
  std::optional<Failure> Attempt(std::string_view name, int attempts,
                                 const std::function<grpc::Status(grpc::ClientContext*)>& call);

  const ChannelOptions options_;
  std::unique_ptr<v1::ArchiveService::Stub> archive_;
  std::unique_ptr<v1::LogService::Stub> log_;
  std::unique_ptr<v1::VerificationService::Stub> verification_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_RPC_CHANNEL_H_
