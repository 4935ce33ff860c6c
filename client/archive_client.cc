// SPDX-License-Identifier: Apache-2.0
#include "client/archive_client.h"

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
  if (!state_dir.ok()) return CouldNot(state_dir.status());
  absl::StatusOr<std::unique_ptr<internal::RpcChannel>> channel =
      internal::RpcChannel::Create({options.server, options.use_tls, options.tls_ca_file,
                                    options.call_timeout, options.retry_for, options.now, options.sleep});
  if (!channel.ok()) return CouldNot(channel.status());
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
