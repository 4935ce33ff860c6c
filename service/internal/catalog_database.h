// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_DATABASE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_DATABASE_H_

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/note.h"
#include "service/catalog_reader.h"
#include "service/catalog_schema.h"
#include "service/internal/folder_lock.h"
#include "service/internal/frequent_terms.h"
#include "service/log_store.h"

namespace chirograph {

// The catalog's RocksDB. Rows are only ever added, in the order of the log, so a reader that looks at indexes
// below a tree_size sees the same whenever it looks. Reads are thread-safe, also against Write.
class CatalogDatabase final : public CatalogReader {
 public:
  // Opens the catalog in the folder `path` if it is one of `log`, and agrees with `store`. Where it is
  // missing, cannot be opened, is of another version or of another log, what is there is deleted, the
  // diagnostics say why, and a new empty one is made. FailedPrecondition: another process has it open.
  // Unavailable: the disk could not, or the store cannot answer now. DataLoss: the store is damaged.
  static absl::StatusOr<std::unique_ptr<CatalogDatabase>> Open(const std::string& path, const LogStore& store,
                                                               const NoteVerifier& log);

  // Deletes what is in `path`, and makes an empty catalog there. Errors as Open.
  static absl::StatusOr<std::unique_ptr<CatalogDatabase>> Create(const std::string& path,
                                                                 const NoteVerifier& log);

  // Opens what is in `path` as it is, whatever it is, and changes nothing; nobody else opens it before this
  // is gone. NotFound: there is nothing. Other errors as Open; DataLoss: it cannot be opened.
  static absl::StatusOr<std::unique_ptr<CatalogDatabase>> OpenToCheck(const std::string& path);

  CatalogDatabase(const CatalogDatabase&) = delete;
  CatalogDatabase& operator=(const CatalogDatabase&) = delete;

  // How far it was when it was opened.
  const CatalogProgress& progress() const { return progress_; }

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const override;
  absl::StatusOr<std::optional<StoredPair>> ReadAtOrBefore(std::string_view key) const override;
  absl::StatusOr<std::vector<StoredPair>> ReadPairs(std::string_view from,
                                                    std::size_t max_bytes) const override;

  // The row at `index`. DataLoss also where there is none, or bytes that are no row.
  absl::StatusOr<CatalogRow> GetRow(std::uint64_t index) const;

  // Over the keys from `lower` on that are before `upper`.
  class Range;

  // Adds `batch`, all or nothing; not synced: a crash may lose the last writes, in their order. Errors as
  // Get.
  absl::Status Write(rocksdb::WriteBatch* batch);

  // What was learned of it.
  FrequentTerms& frequent_terms() const { return frequent_terms_; }

  // Has the next Open make a new catalog.
  void MarkDamaged() const;

 private:
  CatalogDatabase(std::string path, rocksdb::DB* db) : path_(std::move(path)), db_(db) {}
  static absl::StatusOr<std::unique_ptr<CatalogDatabase>> OpenFolder(const std::string& path, bool create);
  absl::Status CheckBelongsTo(const NoteVerifier& log);
  absl::StatusOr<bool> AgreesWith(const LogStore& store, const NoteVerifier& log) const;

  const std::string path_;
  std::unique_ptr<FolderLock> lock_;  // of OpenToCheck
  const std::unique_ptr<rocksdb::DB> db_;
  CatalogProgress progress_;
  mutable FrequentTerms frequent_terms_;
};

class CatalogDatabase::Range {
 public:
  // `database` must outlive it.
  Range(const CatalogDatabase& database, std::string lower, std::string upper);
  Range(const Range&) = delete;
  Range& operator=(const Range&) = delete;

  // To the first key at or after `key`, or the last at or before it. Cheap where that is next to the key that
  // it stands at.
  void Seek(std::string_view key);
  void SeekBackward(std::string_view key);
  void Next() { iterator_->Next(); }
  bool valid() const { return iterator_->Valid(); }
  std::string_view key() const { return {iterator_->key().data(), iterator_->key().size()}; }
  std::string_view value() const { return {iterator_->value().data(), iterator_->value().size()}; }
  // Why it is not valid; OK at the end. Errors as Get.
  absl::Status status() const;

 private:
  const std::string lower_;
  const std::string upper_;
  rocksdb::Slice lower_slice_;
  rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_DATABASE_H_
