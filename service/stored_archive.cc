// SPDX-License-Identifier: Apache-2.0
#include "service/stored_archive.h"

#include <rocksdb/env.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "service/archive_directory.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_database.h"
#include "service/internal/database_reader.h"
#include "service/internal/examine_store.h"
#include "service/internal/rocksdb_database.h"

namespace chirograph {
namespace {

class StoredArchiveImpl final : public StoredArchive {
 public:
  StoredArchiveImpl(NoteVerifier log, std::unique_ptr<RocksDbDatabase> store)
      : log_(std::move(log)), store_(std::move(store)), reader_(*store_) {}

  absl::Status Examine(const std::string& catalog_path) {
    absl::StatusOr<ArchiveToCheck> archive = ExamineStore(*store_, reader_, log_);
    if (!archive.ok()) return archive.status();
    archive_ = *std::move(archive);
    return OpenCatalog(catalog_path);
  }

  const NoteVerifier& log() const override { return log_; }
  const ArchiveToCheck& archive() const override { return archive_; }

 private:
  absl::Status OpenCatalog(const std::string& path) {
    std::error_code error;
    const std::string mark = path + "/" + std::string(kCatalogDamagedFile);
    absl::Status status;
    if (std::filesystem::exists(mark, error)) {
      status = absl::DataLossError(mark + " says that it was found damaged; the next start makes it anew");
    } else {
      absl::StatusOr<std::unique_ptr<CatalogDatabase>> catalog = CatalogDatabase::OpenToCheck(path);
      // One that is missing is made at the next start.
      if (absl::IsNotFound(catalog.status())) return absl::OkStatus();
      if (catalog.ok()) {
        catalog_ = *std::move(catalog);
        archive_.catalog = catalog_.get();
        return absl::OkStatus();
      }
      status = catalog.status();
    }
    if (!absl::IsDataLoss(status)) return status;
    v1::Finding finding;
    finding.set_code(v1::FINDING_CODE_CATALOG_UNREADABLE);
    finding.set_subject("catalog");
    finding.set_found(std::string(status.message()));
    archive_.findings.push_back(std::move(finding));
    return absl::OkStatus();
  }

  const NoteVerifier log_;
  const std::unique_ptr<RocksDbDatabase> store_;
  const DatabaseReader reader_;
  std::unique_ptr<CatalogDatabase> catalog_;
  ArchiveToCheck archive_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StoredArchive>> OpenStoredArchive(const std::string& directory,
                                                                 bool allow_shared_key_file) {
  absl::StatusOr<NoteSigner> signer = ReadLogKey(directory, allow_shared_key_file);
  if (!signer.ok()) return signer.status();
  absl::StatusOr<std::unique_ptr<RocksDbDatabase>> store =
      RocksDbDatabase::OpenToCheck(StorePath(directory), rocksdb::Env::Default());
  if (!store.ok()) return store.status();
  auto archive = std::make_unique<StoredArchiveImpl>(signer->verifier(), *std::move(store));
  if (absl::Status status = archive->Examine(CatalogPath(directory)); !status.ok()) return status;
  return archive;
}

}  // namespace chirograph
