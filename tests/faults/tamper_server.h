// SPDX-License-Identifier: Apache-2.0
//
// The log of a spoilt store behind a socket, as its operator would serve it.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_SERVER_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_SERVER_H_

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/archive.h"
#include "service/log_service.h"
#include "service/sequencer.h"
#include "service/storage_schema.h"
#include "service/worker_pool.h"
#include "tests/faults/served_record.h"
#include "tests/service/test_archive.h"

namespace chirograph {

// A LogStore that takes nothing, on what a reader reads.
class ReadOnlyStore final : public LogStore {
 public:
  explicit ReadOnlyStore(const LogReader& reader) : reader_(reader) {}

  CommitResult Commit(const LogBatch& /*batch*/) override {
    return {CommitOutcome::kLost, absl::FailedPreconditionError("nothing is written here")};
  }
  absl::Status Reopen() override { return absl::UnavailableError("nothing is written here"); }
  absl::StatusOr<std::string> ReadCheckpoint() const override { return reader_.ReadCheckpoint(); }
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override {
    return reader_.ReadEntry(index);
  }
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override {
    return reader_.ReadOpening(index);
  }
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override {
    return reader_.ReadContent(index);
  }
  absl::StatusOr<std::vector<StoredParts>> ReadEntries(const EntryRange& range) const override {
    return reader_.ReadEntries(range);
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override {
    return reader_.ReadPairs(column, from, max_bytes);
  }
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    return reader_.ReadTile(id, width);
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindSubmission(const SubmissionId&) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindByArticleDigest(const Digest&) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindBySourceDigest(const Digest&) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> ReadKeyEventIndexes() const override {
    const auto pairs = reader_.ReadPairs(StoreColumn::kKeyEvents, "", std::size_t{1} << 20);
    if (!pairs.ok()) return pairs.status();
    std::vector<std::pair<KeyName, std::uint64_t>> indexes;
    for (const StoredPair& pair : *pairs) {
      const std::optional<KeyName> name = DecodeKeyName(pair.key);
      const std::optional<std::uint64_t> index = DecodeIndex(pair.value);
      if (!name || !index) return absl::DataLossError("a key event's name that is none");
      indexes.emplace_back(*name, *index);
    }
    return indexes;
  }

 private:
  const LogReader& reader_;
};

// chirograph.v1.LogService, with the tree that the store has when it starts.
class TamperServer {
 public:
  // All must outlive it. `archive` lends what a server has besides its store; its catalog must have been
  // started. Null: the store is one that a server refuses.
  static std::unique_ptr<TamperServer> Start(const LogReader& reader, TestArchive& archive) {
    std::unique_ptr<TamperServer> server(new TamperServer(reader));
    auto sequencer =
        Sequencer::Start(server->store_, archive.admission(), archive.signer(), archive.clock, {});
    if (!sequencer.ok()) return nullptr;
    server->sequencer_ = *std::move(sequencer);
    server->Listen(archive);
    return server;
  }
  ~TamperServer() {
    if (server_ != nullptr) server_->Shutdown();
  }
  TamperServer(const TamperServer&) = delete;
  TamperServer& operator=(const TamperServer&) = delete;

  const std::string& address() const { return address_; }
  ServedRecord& served() { return served_; }

 private:
  explicit TamperServer(const LogReader& reader) : store_(reader), workers_(2) {}

  void Listen(TestArchive& archive) {
    service_ = NewLogService({archive.admission(), store_, *sequencer_, archive.clock, archive.log(),
                              workers_, archive.catalog(), streams_, streams_, nullptr});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    ServedRecord::Keep(builder, &served_);
    server_ = builder.BuildAndStart();
    address_ = fmt::format("127.0.0.1:{}", port);
  }

  ServedRecord served_;
  ReadOnlyStore store_;
  std::unique_ptr<Sequencer> sequencer_;
  WorkerPool workers_;
  StreamRegistry streams_{2};
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_SERVER_H_
