// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "crypto/merkle.h"
#include "service/internal/replay_check.h"
#include "service/internal/rocksdb_options.h"

namespace chirograph {
namespace {

bool IsLocked(const rocksdb::Status& status) {
  // RocksDB has no code for it: "lock hold by current process" and "While lock file: PATH/LOCK".
  const std::string text = status.ToString();
  return status.IsIOError() && (text.find("lock hold by current process") != std::string::npos ||
                                text.find("While lock file") != std::string::npos);
}

absl::Status DamagedStore(const std::string& path, std::string_view finding) {
  return absl::DataLossError(
      fmt::format("the store in {} is damaged: {}; restore it from a backup, and keep this folder: what is "
                  "in it may still be needed",
                  path, finding));
}

absl::Status WrongVersion(const std::string& path, std::uint32_t version) {
  return absl::FailedPreconditionError(
      fmt::format("the store in {} is of format version {}; this chirographd reads version {}. Use the "
                  "chirographd that wrote it, or a newer one",
                  path, version, kStoreVersion));
}

// FailedPrecondition: of another version. DataLoss: no version.
absl::Status CheckVersion(const std::string& path, std::string_view value) {
  const std::optional<std::uint32_t> version = ParseStoreVersion(value);
  if (!version || *version == 0) {
    return DamagedStore(path, fmt::format("meta[{}] is no version number", kMetaVersionKey));
  }
  return *version == kStoreVersion ? absl::OkStatus() : WrongVersion(path, *version);
}

// Whether there is a database at all, without touching anything: RocksDB makes folders and files before
// it looks.
absl::Status CheckPresence(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path + "/CURRENT", error)) return absl::OkStatus();
  const auto cannot_look = [&error] {
    return error && error != std::errc::not_a_directory && error != std::errc::no_such_file_or_directory;
  };
  if (cannot_look()) return absl::UnavailableError(fmt::format("{}: {}", path, error.message()));
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with("MANIFEST-")) {
      return DamagedStore(path, "its file CURRENT is missing");
    }
  }
  if (cannot_look()) return absl::UnavailableError(fmt::format("{}: {}", path, error.message()));
  return absl::NotFoundError(fmt::format("there is no store in {}", path));
}

// Says why `columns` are not the ones of this version, looking at the version without replaying anything.
absl::Status ExplainColumns(const std::string& path, const rocksdb::DBOptions& options,
                            const std::vector<std::string>& columns) {
  const std::string meta(StoreColumnName(StoreColumn::kMeta));
  if (std::find(columns.begin(), columns.end(), meta) == columns.end()) {
    return DamagedStore(path, "it is a RocksDB without the column meta, so not Chirograph's");
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors = {
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
      {meta, rocksdb::ColumnFamilyOptions()}};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path, descriptors, &handles, &opened);
  if (!status.ok()) return FromRocksDb(status, path);
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string version;
  status = db->Get(rocksdb::ReadOptions(), handles[1], ToSlice(kMetaVersionKey), &version);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  if (status.IsNotFound()) return DamagedStore(path, fmt::format("meta[{}] is missing", kMetaVersionKey));
  if (!status.ok()) return FromRocksDb(status, fmt::format("meta[{}] in {}", kMetaVersionKey, path));
  if (absl::Status checked = CheckVersion(path, version); !checked.ok()) return checked;
  return DamagedStore(path, fmt::format("its columns are [{}], not those of version {}",
                                        fmt::join(columns, ", "), kStoreVersion));
}

absl::Status CheckColumns(const std::string& path, const rocksdb::DBOptions& options) {
  std::vector<std::string> columns;
  const rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, path, &columns);
  if (!status.ok()) return FromRocksDb(status, path);
  std::vector<std::string> expected = {rocksdb::kDefaultColumnFamilyName};
  for (const StoreColumn column : kAllStoreColumns) expected.emplace_back(StoreColumnName(column));
  std::vector<std::string> found = columns;
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  return found == expected ? absl::OkStatus() : ExplainColumns(path, options, columns);
}

}  // namespace

absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = fmt::format("{}: {}", what, status.ToString());
  if (IsLocked(status)) {
    return absl::FailedPreconditionError(
        fmt::format("{}: another process has this store open; stop it, or give another data directory ({})",
                    what, status.ToString()));
  }
  // A path: one of its files is gone.
  if (status.IsCorruption() || status.IsPathNotFound()) return absl::DataLossError(message);
  if (status.IsNotFound()) return absl::NotFoundError(message);
  return absl::UnavailableError(message);
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::OpenColumns(const std::string& path,
                                                                              rocksdb::DBOptions options,
                                                                              Access access) {
  auto replay = std::make_unique<ReplayCheck>();
  options.wal_filter = replay.get();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      access == Access::kWrite
          ? rocksdb::DB::Open(options, path, StoreColumnDescriptors(), &handles, &opened)
          : rocksdb::DB::OpenForReadOnly(options, path, StoreColumnDescriptors(), &handles, &opened);
  if (!replay->finding().empty()) return DamagedStore(path, replay->finding());
  if (!status.ok()) return FromRocksDb(status, path);

  const std::optional<std::uint64_t> first = replay->first_index();
  std::unique_ptr<RocksDbDatabase> database(new RocksDbDatabase(path));
  database->replay_check_ = std::move(replay);
  database->db_.reset(opened);
  database->default_handle_ = handles.front();
  std::copy(handles.begin() + 1, handles.end(), database->handles_.begin());
  if (first && *first > 0 && access != Access::kCheck) {
    const absl::StatusOr<std::optional<std::string>> before =
        database->Get(StoreColumn::kEntries, EncodeIndex(*first - 1), fmt::format("{}", *first - 1));
    if (!before.ok()) return before.status();
    if (!*before) {
      return DamagedStore(
          path, fmt::format("the write-ahead log begins at index {}, but entries[{}] is missing", *first,
                            *first - 1));
    }
  }
  return database;
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::Create(const std::string& path,
                                                                         rocksdb::Env* env) {
  rocksdb::DBOptions options = StoreDbOptions(env);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.error_if_exists = true;
  return OpenColumns(path, options, Access::kWrite);
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::Open(const std::string& path,
                                                                       rocksdb::Env* env) {
  return OpenChecked(path, env, Access::kWrite);
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::OpenToRead(const std::string& path,
                                                                             rocksdb::Env* env) {
  if (absl::Status status = CheckPresence(path); !status.ok()) return status;
  // To read, RocksDB takes no lock, and would see the files of a running process come and go.
  rocksdb::FileLock* lock = nullptr;
  if (const rocksdb::Status status = env->LockFile(path + "/LOCK", &lock); !status.ok()) {
    return FromRocksDb(status, path);
  }
  absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database = OpenChecked(path, env, Access::kRead);
  if (const rocksdb::Status status = env->UnlockFile(lock); !status.ok()) return FromRocksDb(status, path);
  return database;
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::OpenToCheck(const std::string& path,
                                                                              rocksdb::Env* env) {
  if (absl::Status status = CheckPresence(path); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<FolderLock>> lock = FolderLock::Take(path, env);
  if (!lock.ok()) return lock.status();
  absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database = OpenChecked(path, env, Access::kCheck);
  if (database.ok()) (*database)->lock_ = *std::move(lock);
  return database;
}

absl::StatusOr<std::unique_ptr<RocksDbDatabase>> RocksDbDatabase::OpenChecked(const std::string& path,
                                                                              rocksdb::Env* env,
                                                                              Access access) {
  if (absl::Status status = CheckPresence(path); !status.ok()) return status;
  const rocksdb::DBOptions options = StoreDbOptions(env);
  if (absl::Status status = CheckColumns(path, options); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database = OpenColumns(path, options, access);
  if (!database.ok()) return database;
  const absl::StatusOr<std::string> version = (*database)->GetMeta(kMetaVersionKey);
  if (!version.ok()) return version.status();
  if (absl::Status status = CheckVersion(path, *version); !status.ok()) return status;
  return database;
}

RocksDbDatabase::~RocksDbDatabase() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->DestroyColumnFamilyHandle(default_handle_);
}

absl::StatusOr<std::optional<std::string>> RocksDbDatabase::Get(StoreColumn column, std::string_view key,
                                                                std::string_view name) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), handle(column), ToSlice(key), &value);
  if (status.ok()) return value;
  if (status.IsNotFound()) return std::nullopt;
  return FromRocksDb(status, fmt::format("{}[{}] in {}", StoreColumnName(column), name, path_));
}

absl::StatusOr<std::string> RocksDbDatabase::GetMeta(std::string_view key) const {
  absl::StatusOr<std::optional<std::string>> value = Get(StoreColumn::kMeta, key, key);
  if (!value.ok()) return value.status();
  if (!*value) return DamagedStore(path_, fmt::format("meta[{}] is missing", key));
  return **std::move(value);
}

std::unique_ptr<rocksdb::Iterator> RocksDbDatabase::NewIterator(StoreColumn column) const {
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = IsFoundByDigest(column);
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, handle(column)));
}

std::unique_ptr<rocksdb::Iterator> RocksDbDatabase::NewScan(StoreColumn column) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.total_order_seek = true;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, handle(column)));
}

absl::StatusOr<std::uint64_t> RocksDbDatabase::CountEntries() const {
  const std::unique_ptr<rocksdb::Iterator> entry = NewIterator(StoreColumn::kEntries);
  entry->SeekToLast();
  if (!entry->Valid()) {
    if (entry->status().ok()) return 0;
    return FromRocksDb(entry->status(), fmt::format("the last of entries in {}", path_));
  }
  const std::optional<std::uint64_t> last = DecodeIndex(ToView(entry->key()));
  if (!last || *last >= kMaxTreeSize) return DamagedStore(path_, "entries has a key that is no index");
  return *last + 1;
}

rocksdb::Status RocksDbDatabase::Write(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return db_->Write(options, batch);
}

rocksdb::Status RocksDbDatabase::WriteOut() {
  return db_->Flush(rocksdb::FlushOptions(),
                    std::vector<rocksdb::ColumnFamilyHandle*>(handles_.begin(), handles_.end()));
}

}  // namespace chirograph
