// SPDX-License-Identifier: Apache-2.0
#include "service/server.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/file.h"
#include "crypto/keyring_file.h"
#include "crypto/limits.h"
#include "service/archive.h"
#include "service/archive_directory.h"
#include "service/archive_service.h"
#include "service/log_service.h"
#include "service/verification_service.h"

namespace chirograph {
namespace {

// Memory that gRPC may hold for calls in flight.
constexpr std::size_t kGrpcMemoryBytes = std::size_t{256} << 20;
// Calls in flight on one connection.
constexpr int kMaxConcurrentStreams = 1024;

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(const ServerConfig& config) {
  if (config.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  absl::StatusOr<std::string> certificate = ReadFile(config.tls_certificate, limits::kMaxConfigFileBytes);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key =
      ReadSecretFile(config.tls_private_key, limits::kMaxKeyFileBytes, config.allow_shared_key_file);
  if (!key.ok()) return key.status();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({*std::move(key), *std::move(certificate)});
  return grpc::SslServerCredentials(options);
}

absl::StatusOr<Keyring> LoadConfiguredKeyring(const ServerConfig& config) {
  if (config.keyring.empty()) return Keyring();
  return LoadKeyring(config.keyring, {.allow_shared_key_file = config.allow_shared_key_file});
}

// The members are in the order in which each needs those before it.
class RunningServer final : public Server {
 public:
  RunningServer(OpenedArchive opened, Keyring keyring, const ServerConfig& config, const Clock& clock)
      : store_(std::move(opened.store)),
        signer_(std::move(opened.signer)),
        admission_(std::move(keyring), config.policy),
        clock_(clock),
        workers_(std::max(2, static_cast<int>(std::thread::hardware_concurrency()))) {}

  ~RunningServer() override { Stop(absl::ZeroDuration()); }

  absl::Status StartSequencer() {
    absl::StatusOr<std::unique_ptr<Sequencer>> sequencer =
        Sequencer::Start(*store_, admission_, signer_, clock_);
    if (!sequencer.ok()) return sequencer.status();
    sequencer_ = *std::move(sequencer);
    return absl::OkStatus();
  }

  absl::Status Listen(const ServerConfig& config) {
    absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> credentials = Credentials(config);
    if (!credentials.ok()) return credentials.status();
    const Archive archive{admission_, *store_, *sequencer_, clock_, signer_.verifier(), workers_};
    services_.push_back(NewArchiveService(archive));
    services_.push_back(NewLogService(archive));
    services_.push_back(NewVerificationService(archive));

    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    int port = -1;
    builder.AddListeningPort(config.listen, *credentials, &port);
    // Otherwise a second server on the same port would start, and each would get some of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
    builder.SetMaxReceiveMessageSize(limits::kMaxGrpcMessageBytes);
    builder.SetMaxSendMessageSize(limits::kMaxGrpcMessageBytes);
    builder.SetResourceQuota(grpc::ResourceQuota("chirographd").Resize(kGrpcMemoryBytes));
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || (port <= 0 && !config.listen.starts_with("unix:"))) {
      return absl::UnavailableError(
          fmt::format("cannot listen on {}; is another server running there?", config.listen));
    }
    for (const char* name :
         {"chirograph.v1.ArchiveService", "chirograph.v1.LogService", "chirograph.v1.VerificationService"}) {
      server_->GetHealthCheckService()->SetServingStatus(name, true);
    }
    address_ = config.listen.starts_with("unix:")
                   ? config.listen
                   : fmt::format("{}:{}", config.listen.substr(0, config.listen.rfind(':')), port);
    const Checkpoint checkpoint = sequencer_->tree()->checkpoint;
    spdlog::info("archive {} with tree size {} is listening on {}{}", checkpoint.origin, checkpoint.tree_size,
                 address_, config.tls_certificate.empty() ? "" : " with TLS");
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }

  void Stop(absl::Duration grace) override {
    if (server_ != nullptr) {
      server_->GetHealthCheckService()->SetServingStatus(false);
      // Calls that were accepted end by themselves, since the sequencer still runs; what is left after the
      // grace is cancelled, and its articles are stored or not, as their submitters find out by asking again.
      server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
    }
    if (sequencer_ != nullptr) sequencer_->Stop();
    if (server_ != nullptr) server_->Wait();
    server_.reset();
  }

 private:
  const std::unique_ptr<LogStore> store_;
  const NoteSigner signer_;
  const Admission admission_;
  const Clock& clock_;
  std::unique_ptr<Sequencer> sequencer_;
  WorkerPool workers_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& data_dir, const ServerConfig& config,
                                                      const Clock& clock) {
  if (absl::Status status = ValidateServerConfig(config); !status.ok()) return status;
  absl::StatusOr<Keyring> keyring = LoadConfiguredKeyring(config);
  if (!keyring.ok()) return keyring.status();
  absl::StatusOr<OpenedArchive> opened = OpenArchive(data_dir, config.allow_shared_key_file);
  if (!opened.ok()) return opened.status();
  auto server = std::make_unique<RunningServer>(*std::move(opened), *std::move(keyring), config, clock);
  if (absl::Status status = server->StartSequencer(); !status.ok()) return status;
  if (absl::Status status = server->Listen(config); !status.ok()) return status;
  return server;
}

}  // namespace chirograph
