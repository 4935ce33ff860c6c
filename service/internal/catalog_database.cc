// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_database.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "crypto/checkpoint.h"
#include "crypto/file.h"
#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "service/internal/rocksdb_database.h"
#include "service/internal/rocksdb_logger.h"
#include "service/internal/rocksdb_options.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr std::size_t kCatalogCacheBytes = 32 * kMiB;
// In two shards: by default there are 64 of 512 KiB, and one filter fills one of them.
constexpr int kCatalogCacheShardBits = 1;
constexpr std::size_t kWriteBufferBytes = 16 * kMiB;

// Under 100 MiB together. Checks on; no sync: the log has all of it.
rocksdb::Options CatalogDbOptions() {
  rocksdb::Options options;
  options.paranoid_checks = true;
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 2;
  // For each new article it is asked twice for what is not there.
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;
  options.max_background_jobs = 1;
  options.max_open_files = 128;
  options.max_file_opening_threads = 1;
  options.bytes_per_sync = kMiB;  // else a flush would hold up the log's next commit
  options.compression = rocksdb::kLZ4Compression;
  options.info_log = NewRocksDbLogger();
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCatalogCacheBytes, kCatalogCacheShardBits);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

absl::Status DamagedCatalog(const std::string& path, std::string_view finding) {
  return absl::DataLossError(fmt::format("the catalog in {}: {}", path, finding));
}

}  // namespace

CatalogDatabase::Range::Range(const CatalogDatabase& database, std::string lower, std::string upper)
    : lower_(std::move(lower)), upper_(std::move(upper)), lower_slice_(lower_), upper_slice_(upper_) {
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower_slice_;
  options.iterate_upper_bound = &upper_slice_;
  iterator_.reset(database.db_->NewIterator(options));
}

void CatalogDatabase::Range::Seek(std::string_view key) {
  if (valid() && this->key() < key) {
    iterator_->Next();
    if (!valid() || this->key() >= key) return;  // it was next to where it stood
  }
  if (!valid() || this->key() != key) iterator_->Seek(ToSlice(key));
}

void CatalogDatabase::Range::SeekBackward(std::string_view key) {
  if (valid() && this->key() > key) {
    iterator_->Prev();
    if (!valid() || this->key() <= key) return;
  }
  if (!valid() || this->key() != key) iterator_->SeekForPrev(ToSlice(key));
}

absl::Status CatalogDatabase::Range::status() const {
  return FromRocksDb(iterator_->status(), "a list of the catalog");
}

absl::StatusOr<std::unique_ptr<CatalogDatabase>> CatalogDatabase::OpenFolder(const std::string& path,
                                                                             bool create) {
  rocksdb::Options options = CatalogDbOptions();
  options.create_if_missing = create;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, &opened);
  if (!status.ok()) return FromRocksDb(status, fmt::format("the catalog in {}", path));
  return std::unique_ptr<CatalogDatabase>(new CatalogDatabase(path, opened));
}

absl::StatusOr<std::unique_ptr<CatalogDatabase>> CatalogDatabase::Create(const std::string& path,
                                                                         const NoteVerifier& log) {
  std::error_code error;
  // Without this one RocksDB does not open what is left, should the mark of damage be deleted before the
  // rest.
  std::filesystem::remove(path + "/CURRENT", error);
  if (!error || error == std::errc::not_a_directory) std::filesystem::remove_all(path, error);
  if (error) return absl::UnavailableError(fmt::format("cannot delete {}: {}", path, error.message()));
  // RocksDB's own folders are for everybody to look into.
  if (absl::Status made = MakeNewFolder(path, FileAccess::kSecret); !made.ok()) return made;
  absl::StatusOr<std::unique_ptr<CatalogDatabase>> database = OpenFolder(path, true);
  if (!database.ok()) return database;
  (*database)->progress_ = {0, EmptyRootHash()};
  rocksdb::WriteBatch batch;
  batch.Put(CatalogMetaKey(kCatalogVersionKey), fmt::format("{}", kCatalogVersion));
  batch.Put(CatalogMetaKey(kCatalogVerifierKeyKey), log.vkey());
  batch.Put(CatalogMetaKey(kCatalogProgressKey), EncodeCatalogProgress((*database)->progress_));
  if (absl::Status status = (*database)->Write(&batch); !status.ok()) return status;
  return database;
}

// DataLoss: it is none, or of another version or log.
absl::Status CatalogDatabase::CheckBelongsTo(const NoteVerifier& log) {
  const auto meta = [this](std::string_view name) -> absl::StatusOr<std::string> {
    absl::StatusOr<std::optional<std::string>> value = Get(CatalogMetaKey(name));
    if (!value.ok()) return value.status();
    if (!*value) return DamagedCatalog(path_, fmt::format("it has no {}", name));
    return **std::move(value);
  };
  const absl::StatusOr<std::string> version = meta(kCatalogVersionKey);
  if (!version.ok()) return version.status();
  if (ParseStoreVersion(*version) != kCatalogVersion) {
    return DamagedCatalog(path_, fmt::format("it is of another format version than {}", kCatalogVersion));
  }
  const absl::StatusOr<std::string> key = meta(kCatalogVerifierKeyKey);
  if (!key.ok()) return key.status();
  if (*key != log.vkey()) return DamagedCatalog(path_, "it is of another log");
  const absl::StatusOr<std::string> progress = meta(kCatalogProgressKey);
  if (!progress.ok()) return progress.status();
  const std::optional<CatalogProgress> decoded = DecodeCatalogProgress(*progress);
  if (!decoded) return DamagedCatalog(path_, "its progress cannot be read");
  progress_ = *decoded;
  return absl::OkStatus();
}

// Whether the log in `store` once was what the catalog was made from.
absl::StatusOr<bool> CatalogDatabase::AgreesWith(const LogStore& store, const NoteVerifier& log) const {
  const absl::StatusOr<std::string> note = store.ReadCheckpoint();
  if (!note.ok()) return note.status();
  const absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(*note, log);
  if (!checkpoint.ok()) return absl::DataLossError(checkpoint.status().message());
  if (progress_.tree_size > checkpoint->tree_size) return false;
  const absl::StatusOr<TileEdge> edge = TileEdge::Load(progress_.tree_size, store);
  if (!edge.ok()) return edge.status();
  return edge->RootHash() == progress_.root_hash;
}

absl::StatusOr<std::unique_ptr<CatalogDatabase>> CatalogDatabase::Open(const std::string& path,
                                                                       const LogStore& store,
                                                                       const NoteVerifier& log) {
  std::error_code error;
  std::string why_new;
  if (std::filesystem::exists(path + "/" + std::string(kCatalogDamagedFile), error)) {
    why_new = "it was found damaged";
  } else if (std::filesystem::exists(path, error)) {
    absl::StatusOr<std::unique_ptr<CatalogDatabase>> database = OpenFolder(path, false);
    if (absl::IsFailedPrecondition(database.status())) return database;
    absl::Status status = database.ok() ? (*database)->CheckBelongsTo(log) : database.status();
    if (status.ok()) {
      const absl::StatusOr<bool> agrees = (*database)->AgreesWith(store, log);
      if (!agrees.ok()) return agrees.status();
      if (*agrees) return database;
      status = DamagedCatalog(path, "the log is not what it was made from");
    }
    why_new = std::string(status.message());
  }
  if (!why_new.empty()) spdlog::warn("the catalog is made anew from the log: {}", why_new);
  return Create(path, log);
}

absl::StatusOr<std::unique_ptr<CatalogDatabase>> CatalogDatabase::OpenToCheck(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path + "/CURRENT", error)) {
    if (error) return absl::UnavailableError(fmt::format("{}: {}", path, error.message()));
    return absl::NotFoundError(fmt::format("there is no catalog in {}", path));
  }
  absl::StatusOr<std::unique_ptr<FolderLock>> lock = FolderLock::Take(path, rocksdb::Env::Default());
  if (!lock.ok()) return lock.status();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(CatalogDbOptions(), path, &opened);
  if (!status.ok()) {
    // Also where its files are no database: what cannot be opened is damaged.
    return absl::DataLossError(FromRocksDb(status, fmt::format("the catalog in {}", path)).message());
  }
  std::unique_ptr<CatalogDatabase> database(new CatalogDatabase(path, opened));
  database->lock_ = *std::move(lock);
  return database;
}

absl::StatusOr<std::optional<StoredPair>> CatalogDatabase::ReadAtOrBefore(std::string_view key) const {
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions()));
  at->SeekForPrev(ToSlice(key));
  if (at->Valid()) return StoredPair{at->key().ToString(), at->value().ToString()};
  if (!at->status().ok()) return FromRocksDb(at->status(), fmt::format("the catalog in {}", path_));
  return std::nullopt;
}

absl::StatusOr<std::vector<StoredPair>> CatalogDatabase::ReadPairs(std::string_view from,
                                                                   std::size_t max_bytes) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
  std::vector<StoredPair> pairs;
  std::size_t bytes = 0;
  for (at->Seek(ToSlice(from)); at->Valid(); at->Next()) {
    bytes += at->key().size() + at->value().size();
    if (bytes > max_bytes && !pairs.empty()) return pairs;
    pairs.push_back({at->key().ToString(), at->value().ToString()});
  }
  if (!pairs.empty() || at->status().ok()) return pairs;
  return FromRocksDb(at->status(), fmt::format("the catalog in {}", path_));
}

absl::StatusOr<std::optional<std::string>> CatalogDatabase::Get(std::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), ToSlice(key), &value);
  if (status.ok()) return value;
  if (status.IsNotFound()) return std::nullopt;
  return FromRocksDb(status, fmt::format("the catalog in {}", path_));
}

absl::StatusOr<CatalogRow> CatalogDatabase::GetRow(std::uint64_t index) const {
  const absl::StatusOr<std::optional<std::string>> bytes = Get(CatalogRowKey(index));
  if (!bytes.ok()) return bytes.status();
  std::optional<CatalogRow> row;
  if (*bytes) row = DecodeCatalogRow(**bytes);
  if (!row)
    return DamagedCatalog(path_, fmt::format("the row of index {} is missing or cannot be read", index));
  return *std::move(row);
}

absl::Status CatalogDatabase::Write(rocksdb::WriteBatch* batch) {
  // Without a write-ahead log: what a crash takes from memory is made from the log again. There is one
  // column, so that what is on disk is always all up to some batch, its progress with it.
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  rocksdb::Status status = db_->Write(options, batch);
  // A full disk stops RocksDB until it is told that there is room again; who calls tries again.
  if (!status.ok() && !status.IsCorruption()) db_->Resume().PermitUncheckedError();
  return FromRocksDb(status, fmt::format("the catalog in {}", path_));
}

void CatalogDatabase::MarkDamaged() const {
  const std::ofstream mark(path_ + "/" + std::string(kCatalogDamagedFile));
  if (!mark)
    spdlog::error("delete the folder {} before the next start: it cannot be marked as damaged", path_);
}

}  // namespace chirograph
