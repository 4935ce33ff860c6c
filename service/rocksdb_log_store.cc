// SPDX-License-Identifier: Apache-2.0
#include "service/rocksdb_log_store.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/mutex.h"
#include "crypto/tile_nodes.h"
#include "service/internal/batch_writer.h"
#include "service/internal/database_reader.h"
#include "service/internal/open_store.h"
#include "service/internal/rocksdb_database.h"
#include "service/internal/rocksdb_log_store_env.h"
#include "service/internal/staging_folder.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

class Store final : public LogStore {
 public:
  Store(std::string path, StoreIdentity identity, rocksdb::Env* env, OpenStore open)
      : path_(std::move(path)),
        identity_(std::move(identity)),
        env_(env),
        tree_size_(open.tree_size),
        open_(std::make_unique<OpenStore>(std::move(open))) {}

  CommitResult Commit(const LogBatch& batch) override;
  absl::Status Reopen() override;
  absl::Status WriteOut() override;

  absl::StatusOr<std::string> ReadCheckpoint() const override {
    return Reading([](const DatabaseReader& reader) { return reader.ReadCheckpoint(); });
  }
  absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const override {
    return Reading([index](const DatabaseReader& reader) { return reader.ReadEntry(index); });
  }
  absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const override {
    return Reading([index](const DatabaseReader& reader) { return reader.ReadOpening(index); });
  }
  absl::StatusOr<std::string> ReadContent(std::uint64_t index) const override {
    return Reading([index](const DatabaseReader& reader) { return reader.ReadContent(index); });
  }
  absl::StatusOr<std::vector<StoredParts>> ReadEntries(const EntryRange& range) const override {
    return Reading([&range](const DatabaseReader& reader) { return reader.ReadEntries(range); });
  }
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                    std::size_t max_bytes) const override {
    return Reading([=](const DatabaseReader& reader) { return reader.ReadPairs(column, from, max_bytes); });
  }
  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override {
    return Reading([=](const DatabaseReader& reader) { return reader.ReadTile(id, width); });
  }
  TileNodeCache* node_cache() const override { return &tile_nodes_; }
  absl::StatusOr<std::optional<std::uint64_t>> FindSubmission(const SubmissionId& id) const override;
  absl::StatusOr<std::optional<std::uint64_t>> FindByArticleDigest(const Digest& digest) const override {
    return FindFirst(StoreColumn::kArticles, digest);
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindBySourceDigest(const Digest& digest) const override {
    return FindFirst(StoreColumn::kSources, digest);
  }
  absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> ReadKeyEventIndexes() const override;

 private:
  // Keeps the database open for as long as one read takes.
  class Reader {
   public:
    explicit Reader(const Store& store);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    // OK; Unavailable: the store is being opened again, or could not be; DataLoss: it never will be.
    const absl::Status& status() const { return status_; }
    const RocksDbDatabase& database() const { return *database_; }

   private:
    const Store& store_;
    absl::Status status_;
    const RocksDbDatabase* database_ = nullptr;
  };

  // What `read` makes of the open database.
  template <typename Read>
  auto Reading(const Read& read) const -> decltype(read(std::declval<const DatabaseReader&>())) {
    const Reader reader(*this);
    if (!reader.status().ok()) return reader.status();
    return read(DatabaseReader(reader.database()));
  }
  absl::StatusOr<std::optional<std::uint64_t>> FindFirst(StoreColumn column, const Digest& digest) const;
  OpenStore* Opened() const;
  absl::StatusOr<std::unique_ptr<OpenStore>> OpenAgain() const;
  absl::Status CheckAfterReopening(std::uint64_t tree_size) const;

  const std::string path_;
  const StoreIdentity identity_;
  rocksdb::Env* const env_;

  // The committing thread's alone.
  std::uint64_t tree_size_;                           // that was acknowledged, or found when opening
  std::optional<std::uint64_t> tree_size_if_stored_;  // where the last commit's outcome is unknown
  bool reopening_due_ = false;
  BatchWriter writer_;

  // 8 MiB: of the tiles above level 0, all that a log of 30 million entries has, and those at its edge.
  mutable TileNodeCache tile_nodes_{512};
  mutable Mutex mutex_;
  mutable CondVar no_readers_;
  mutable int readers_ ABSL_GUARDED_BY(mutex_) = 0;
  // Null while it is not open. Only the committing thread changes it, and only without readers.
  std::unique_ptr<OpenStore> open_ ABSL_GUARDED_BY(mutex_);
  absl::Status closed_because_ ABSL_GUARDED_BY(mutex_);  // where open_ is null
};

Store::Reader::Reader(const Store& store) : store_(store) {
  MutexLock lock(store_.mutex_);
  if (store_.open_ == nullptr) {
    status_ = store_.closed_because_;
    return;
  }
  database_ = store_.open_->database.get();
  ++store_.readers_;
}

Store::Reader::~Reader() {
  if (database_ == nullptr) return;
  MutexLock lock(store_.mutex_);
  if (--store_.readers_ == 0) store_.no_readers_.NotifyAll();
}

OpenStore* Store::Opened() const {
  MutexLock lock(mutex_);
  return open_.get();
}

CommitResult Store::Commit(const LogBatch& batch) {
  if (reopening_due_) {
    return {CommitOutcome::kLost,
            absl::FailedPreconditionError(fmt::format(
                "the store in {} must be opened again before the next commit; nothing was written", path_))};
  }
  OpenStore* const open = Opened();
  // Until proven otherwise.
  reopening_due_ = true;
  if (batch.first_index != tree_size_) {
    return {CommitOutcome::kLost,
            absl::FailedPreconditionError(fmt::format(
                "the commit begins at index {}, but the log in {} has {} entries; nothing was written",
                batch.first_index, path_, tree_size_))};
  }
  if (absl::Status status = writer_.Fill(batch, *open->database); !status.ok()) {
    return {CommitOutcome::kLost, std::move(status)};
  }
  const std::uint64_t tree_size = batch.first_index + batch.entries.size();
  tree_size_if_stored_ = tree_size;
  if (const rocksdb::Status status = writer_.Write(*open->database); !status.ok()) {
    return {CommitOutcome::kUnknown, FromRocksDb(status, fmt::format("commit of entries [{}, {}) to {}",
                                                                     tree_size_, tree_size, path_))};
  }
  tree_size_ = tree_size;
  tree_size_if_stored_.reset();
  reopening_due_ = false;
  open->mark.Raise(tree_size);
  return {CommitOutcome::kCommitted, absl::OkStatus()};
}

absl::Status Store::Reopen() {
  reopening_due_ = true;
  std::unique_ptr<OpenStore> closing;
  {
    MutexLock lock(mutex_);
    closed_because_ =
        absl::UnavailableError("the store is being opened again after a failed write; try again");
    closing = std::move(open_);  // from here on readers are turned away
    while (readers_ > 0) no_readers_.Wait(mutex_);
  }
  closing.reset();
  tile_nodes_.Clear();  // what is there is read again, as after a start
  absl::StatusOr<std::unique_ptr<OpenStore>> reopened = OpenAgain();
  MutexLock lock(mutex_);
  if (!reopened.ok()) {
    if (absl::IsDataLoss(reopened.status())) closed_because_ = reopened.status();
    return reopened.status();
  }
  open_ = *std::move(reopened);
  tree_size_ = open_->tree_size;
  tree_size_if_stored_.reset();
  reopening_due_ = false;
  return absl::OkStatus();
}

absl::Status Store::WriteOut() {
  OpenStore* const open = Opened();
  // After a failed commit a start must settle what is stored, from the write-ahead log.
  if (open == nullptr || reopening_due_) {
    return absl::UnavailableError(fmt::format("the store in {} must be opened again first", path_));
  }
  return FromRocksDb(open->database->WriteOut(), fmt::format("writing out {}", path_));
}

absl::StatusOr<std::unique_ptr<OpenStore>> Store::OpenAgain() const {
  absl::StatusOr<OpenStore> reopened = OpenStoreFolder(path_, identity_, env_);
  if (!reopened.ok()) {
    if (absl::IsDataLoss(reopened.status())) return reopened.status();
    // Also where it is not there, or another process has it: a volume may come back, a process may end.
    return absl::UnavailableError(reopened.status().message());
  }
  if (absl::Status status = CheckAfterReopening(reopened->tree_size); !status.ok()) return status;
  auto open = std::make_unique<OpenStore>(*std::move(reopened));
  open->mark.Raise(open->tree_size);
  return open;
}

absl::Status Store::CheckAfterReopening(std::uint64_t tree_size) const {
  if (tree_size == tree_size_ || tree_size == tree_size_if_stored_) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("the store in {} has {} entries after it was opened again; expected {}", path_, tree_size,
                  tree_size_if_stored_ ? fmt::format("{} or {}", tree_size_, *tree_size_if_stored_)
                                       : fmt::format("{}", tree_size_)));
}

absl::StatusOr<std::optional<std::uint64_t>> Store::FindSubmission(const SubmissionId& id) const {
  const Reader reader(*this);
  if (!reader.status().ok()) return reader.status();
  const absl::StatusOr<std::optional<std::string>> value =
      reader.database().Get(StoreColumn::kSubmissions, EncodeSubmissionKey(id), ToHex(id.article_digest));
  if (!value.ok()) return value.status();
  if (!*value) return std::nullopt;
  const std::optional<std::uint64_t> index = DecodeIndex(**value);
  if (!index) {
    return absl::DataLossError(fmt::format("submissions[{}] in {} has {} bytes; expected an index of 8",
                                           ToHex(id.article_digest), path_, (*value)->size()));
  }
  return index;
}

absl::StatusOr<std::optional<std::uint64_t>> Store::FindFirst(StoreColumn column,
                                                              const Digest& digest) const {
  const Reader reader(*this);
  if (!reader.status().ok()) return reader.status();
  const auto name = [&] {
    return fmt::format("{}[{}] in {}", StoreColumnName(column), ToHex(digest), path_);
  };
  const std::unique_ptr<rocksdb::Iterator> first = reader.database().NewIterator(column);
  first->Seek(ToSlice(EncodeDigestKey(digest, 0)));
  if (!first->Valid()) {
    if (first->status().ok()) return std::nullopt;
    return FromRocksDb(first->status(), name());
  }
  const std::optional<DigestKey> key = DecodeDigestKey(ToView(first->key()));
  if (!key) {
    return absl::DataLossError(
        fmt::format("{} has a key of {} bytes; expected 40", name(), first->key().size()));
  }
  return key->index;
}

absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> Store::ReadKeyEventIndexes() const {
  const Reader reader(*this);
  if (!reader.status().ok()) return reader.status();
  std::vector<std::pair<KeyName, std::uint64_t>> indexes;
  const std::unique_ptr<rocksdb::Iterator> event = reader.database().NewIterator(StoreColumn::kKeyEvents);
  for (event->SeekToFirst(); event->Valid(); event->Next()) {
    std::optional<KeyName> name = DecodeKeyName(ToView(event->key()));
    const std::optional<std::uint64_t> index = DecodeIndex(ToView(event->value()));
    if (!name || !index) {
      return absl::DataLossError(fmt::format(
          "key_events in {} has a key or value that is no publisher, key id and index of 8 bytes", path_));
    }
    indexes.emplace_back(*std::move(name), *index);
  }
  if (!event->status().ok()) return FromRocksDb(event->status(), fmt::format("key_events in {}", path_));
  return indexes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogStore>> OpenRocksDbLogStore(const std::string& path,
                                                              const StoreIdentity& identity,
                                                              rocksdb::Env* env) {
  absl::StatusOr<OpenStore> open = OpenStoreFolder(path, identity, env);
  if (!open.ok()) return open.status();
  open->mark.Raise(open->tree_size);
  return std::make_unique<Store>(path, identity, env, *std::move(open));
}

absl::StatusOr<std::unique_ptr<LogStore>> RocksDbLogStore::Open(const std::string& path,
                                                                const StoreIdentity& identity) {
  return OpenRocksDbLogStore(path, identity, rocksdb::Env::Default());
}

absl::Status RocksDbLogStore::Create(const std::string& path, const StoreIdentity& identity,
                                     const std::string& empty_checkpoint) {
  absl::StatusOr<StagingFolder> folder = StagingFolder::Create(path);
  if (!folder.ok()) return folder.status();
  {
    const absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database =
        RocksDbDatabase::Create(folder->path(), rocksdb::Env::Default());
    if (!database.ok()) return database.status();
    rocksdb::WriteBatch batch;
    rocksdb::ColumnFamilyHandle* const meta = (*database)->handle(StoreColumn::kMeta);
    batch.Put(meta, ToSlice(kMetaVersionKey), fmt::format("{}", kStoreVersion));
    batch.Put(meta, ToSlice(kMetaOriginKey), identity.origin);
    batch.Put(meta, ToSlice(kMetaVerifierKeyKey), identity.verifier_key);
    batch.Put(meta, ToSlice(kMetaCheckpointKey), empty_checkpoint);
    const rocksdb::Status status = (*database)->Write(&batch);
    if (!status.ok()) return FromRocksDb(status, folder->path());
  }
  if (absl::Status status = CommittedMark::Create(folder->path()); !status.ok()) return status;
  return folder->Publish();
}

}  // namespace chirograph
