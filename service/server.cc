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

#include "crypto/limits.h"
#include "crypto/mutex.h"
#include "crypto/status_message.h"
#include "service/archive.h"
#include "service/archive_directory.h"
#include "service/archive_service.h"
#include "service/catalog.h"
#include "service/check_stream.h"
#include "service/configured_keyring.h"
#include "service/diagnostics.h"
#include "service/http_server.h"
#include "service/ingest_stream.h"
#include "service/internal/start_server.h"
#include "service/log_service.h"
#include "service/tls_files.h"
#include "service/unreadable_request.h"
#include "service/verification_service.h"
#include "service/watch_articles.h"

namespace chirograph {
namespace {

// Memory that gRPC may hold for calls in flight.
constexpr std::size_t kGrpcMemoryBytes = std::size_t{256} << 20;
// Calls in flight on one connection.
constexpr int kMaxConcurrentStreams = 100;
// After this long without a word a client is asked whether it is there, and given this long to answer.
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr char kArchiveServiceName[] = "chirograph.v1.ArchiveService";

std::shared_ptr<grpc::ServerCredentials> Credentials(const TlsFiles& files) {
  if (files.certificate.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({files.private_key, files.certificate});
  return grpc::SslServerCredentials(options);
}

// The members are in the order in which each needs those before it.
class RunningServer final : public Server {
 public:
  RunningServer(OpenedArchive opened, Keyring keyring, const ServerConfig& config, const Clock& clock,
                SequencerOptions options)
      : store_(std::move(opened.store)),
        signer_(std::move(opened.signer)),
        admission_(std::move(keyring), config.policy),
        clock_(clock),
        options_(std::move(options)),
        workers_(std::max(2, static_cast<int>(std::thread::hardware_concurrency()))) {}

  ~RunningServer() override { Stop(absl::ZeroDuration()); }

  absl::Status StartCatalog(const std::string& path) {
    absl::StatusOr<std::unique_ptr<Catalog>> catalog = Catalog::Start(path, *store_, signer_.verifier());
    if (!catalog.ok()) return catalog.status();
    catalog_ = *std::move(catalog);
    return absl::OkStatus();
  }

  // After StartCatalog.
  absl::Status StartSequencer() {
    options_.on_health_change = [this](bool healthy) { SetIngestHealth(healthy); };
    options_.on_published = [this](std::shared_ptr<const PublishedTree> tree,
                                   std::shared_ptr<const LogBatch> commit) {
      catalog_->Publish(std::move(tree), std::move(commit));
    };
    absl::StatusOr<std::unique_ptr<Sequencer>> sequencer =
        Sequencer::Start(*store_, admission_, signer_, clock_, options_);
    if (!sequencer.ok()) return sequencer.status();
    sequencer_ = *std::move(sequencer);
    return absl::OkStatus();
  }

  absl::Status Listen(const ServerConfig& config) {
    absl::StatusOr<TlsFiles> tls = LoadTlsFiles(config);
    if (!tls.ok()) return tls.status();
    const Archive archive{admission_, *store_,   *sequencer_, clock_,  signer_.verifier(),
                          workers_,   *catalog_, streams_,    checks_, watches_};
    services_.push_back(NewArchiveService(archive));
    services_.push_back(NewLogService(archive));
    services_.push_back(NewVerificationService(archive));

    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    int port = -1;
    builder.AddListeningPort(config.listen, Credentials(*tls), &port);
    // Otherwise a second server on the same port would start, and each would get some of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
    // A client whose machine is gone leaves its connection, and its streams, for as long as nobody asks.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    builder.SetMaxReceiveMessageSize(limits::kMaxGrpcMessageBytes);
    builder.SetMaxSendMessageSize(limits::kMaxGrpcMessageBytes);
    builder.SetResourceQuota(grpc::ResourceQuota("chirographd").Resize(kGrpcMemoryBytes));
    AnswerUnreadableRequests(builder);
    for (const auto& service : services_) builder.RegisterService(service.get());
    {
      const GrpcComplaints complaints;
      server_ = builder.BuildAndStart();
      if (server_ == nullptr || (port <= 0 && !config.listen.starts_with("unix:"))) {
        const std::string why = complaints.os_error();
        return absl::UnavailableError(
            fmt::format("cannot listen on {}{}{}", config.listen, why.empty() ? "" : ": ", why));
      }
    }
    for (const char* name : {"chirograph.v1.LogService", "chirograph.v1.VerificationService"}) {
      server_->GetHealthCheckService()->SetServingStatus(name, true);
    }
    PublishIngestHealth();
    if (absl::Status status = ListenHttp(config, *tls); !status.ok()) return status;
    address_ = config.listen.starts_with("unix:")
                   ? config.listen
                   : fmt::format("{}:{}", config.listen.substr(0, config.listen.rfind(':')), port);
    const Checkpoint checkpoint = sequencer_->tree()->checkpoint;
    const std::string http = http_ == nullptr ? "no HTTP" : fmt::format("HTTP on {}", http_address());
    spdlog::info("archive {} with tree size {} is listening on {}, {}{}", checkpoint.origin,
                 checkpoint.tree_size, address_, http, config.tls_certificate.empty() ? "" : ", with TLS");
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }
  const std::string& http_address() const override {
    return http_ == nullptr ? no_address_ : http_->address();
  }

  void Stop(absl::Duration grace) override {
    if (http_ != nullptr) http_->StopListening();
    if (server_ != nullptr) {
      StopHealth();
      // First the streams, which take no more, and the sequencer: a call may wait for its next commit, or for
      // a store that does not come back. From here on new articles are refused, and each call that is left
      // ends by itself. What is not done after the grace is cancelled: a slow reader, or the connection of a
      // client that sleeps.
      streams_.StopAll();
      checks_.StopAll();
      watches_->StopAll();
      sequencer_->Stop();
      catalog_->Stop();
      const absl::Time deadline = absl::Now() + grace;
      server_->Shutdown(absl::ToChronoTime(deadline));
      server_->Wait();
      server_.reset();
      if (http_ != nullptr) http_->Stop(deadline);
    }
    http_.reset();
    sequencer_.reset();
    catalog_.reset();
    CloseStore();
  }

 private:
  absl::Status ListenHttp(const ServerConfig& config, const TlsFiles& tls) {
    if (config.http_listen == kNoHttp) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<HttpServer>> http =
        HttpServer::Start({.listen = config.http_listen, .serve_content = config.http_serve_content}, tls,
                          *store_, [this] { return sequencer_->tree(); });
    if (!http.ok()) return http.status();
    http_ = *std::move(http);
    return absl::OkStatus();
  }

  // From the sequencer's thread.
  void SetIngestHealth(bool healthy) {
    MutexLock lock(health_mutex_);
    ingest_healthy_ = healthy;
    if (health_ != nullptr) health_->SetServingStatus(kArchiveServiceName, healthy);
  }

  void PublishIngestHealth() {
    MutexLock lock(health_mutex_);
    health_ = server_->GetHealthCheckService();
    health_->SetServingStatus(kArchiveServiceName, ingest_healthy_);
  }

  void CloseStore() {
    if (store_ == nullptr) return;
    if (const absl::Status status = store_->WriteOut(); !status.ok()) {
      spdlog::warn("{}; nothing is lost: the next start reads it from the write-ahead log",
                   MessageOf(status));
    }
    store_.reset();
  }

  void StopHealth() {
    MutexLock lock(health_mutex_);
    if (health_ != nullptr) health_->SetServingStatus(false);
    health_ = nullptr;
  }

  std::unique_ptr<LogStore> store_;
  const NoteSigner signer_;
  const Admission admission_;
  const Clock& clock_;
  SequencerOptions options_;
  Mutex health_mutex_;
  grpc::HealthCheckServiceInterface* health_ ABSL_GUARDED_BY(health_mutex_) = nullptr;  // null: not serving
  bool ingest_healthy_ ABSL_GUARDED_BY(health_mutex_) = true;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Sequencer> sequencer_;
  WorkerPool workers_;
  StreamRegistry streams_{kMaxIngestStreams};
  StreamRegistry checks_{kMaxCheckStreams, kTooManyChecks};
  const std::shared_ptr<StreamRegistry> watches_ = std::make_shared<StreamRegistry>(kMaxWatchStreams);
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<HttpServer> http_;
  const std::string no_address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> internal::StartServer(OpenedArchive opened,
                                                              const std::string& catalog_path,
                                                              Keyring keyring, const ServerConfig& config,
                                                              const Clock& clock, SequencerOptions options) {
  auto server = std::make_unique<RunningServer>(std::move(opened), std::move(keyring), config, clock,
                                                std::move(options));
  if (absl::Status status = server->StartCatalog(catalog_path); !status.ok()) return status;
  if (absl::Status status = server->StartSequencer(); !status.ok()) return status;
  if (absl::Status status = server->Listen(config); !status.ok()) return status;
  return server;
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& data_dir, const ServerConfig& config,
                                                      const Clock& clock) {
  if (absl::Status status = ValidateServerConfig(config); !status.ok()) return status;
  absl::StatusOr<Keyring> keyring = LoadConfiguredKeyring(config);
  if (!keyring.ok()) return keyring.status();
  absl::StatusOr<OpenedArchive> opened = OpenArchive(data_dir, config.allow_shared_key_file);
  if (!opened.ok()) return opened.status();
  SequencerOptions options;
  options.may_withdraw_all_keys = !config.keyring.empty();
  return internal::StartServer(*std::move(opened), CatalogPath(data_dir), *std::move(keyring), config, clock,
                               std::move(options));
}

}  // namespace chirograph
