// SPDX-License-Identifier: Apache-2.0
#include "client/archive_client.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/internal/archive_client_impl.h"
#include "client/internal/log_trust.h"
#include "client/internal/rpc_channel.h"

namespace chirograph {

Answer<std::unique_ptr<ArchiveClient>> ArchiveClient::Connect(const ClientOptions& options) {
  absl::StatusOr<std::string> state_dir = options.state_dir;
  if (state_dir->empty()) state_dir = DefaultStateDir();
  if (!state_dir.ok()) return BadOptions(state_dir.status());
  if (options.log_key.has_value()) {
    const absl::StatusOr<NoteVerifier> pinned = NoteVerifier::Parse(*options.log_key);
    if (!pinned.ok()) {
      return BadOptions(absl::InvalidArgumentError(
          fmt::format("the log key that was given is none: {}", std::string(pinned.status().message()))));
    }
  }
  absl::StatusOr<std::unique_ptr<internal::RpcChannel>> channel =
      internal::RpcChannel::Create({options.server, options.use_tls, options.tls_ca_file,
                                    options.call_timeout, options.retry_for, options.now, options.sleep});
  if (!channel.ok()) return BadOptions(channel.status());
  // Once only: whoever mistypes an address, or forgot to start the server, wants to know now.
  Answer<v1::GetLogInfoResponse> info = (*channel)->Call("GetLogInfo", &v1::LogService::Stub::GetLogInfo,
                                                         (*channel)->log(), v1::GetLogInfoRequest(), 1);
  if (!info.ok()) return std::move(info).failure();
  Answer<internal::TrustedLog> log = internal::SettleTrust(options, *state_dir, *info);
  if (!log.ok()) return std::move(log).failure();
  std::unique_ptr<ArchiveClient> client = std::make_unique<internal::ArchiveClientImpl>(
      options, *std::move(channel), *std::move(info), *std::move(log));
  return client;
}

}  // namespace chirograph
