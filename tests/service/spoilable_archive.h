// SPDX-License-Identifier: Apache-2.0
//
// A copy of an archive, at rest, that a test can spoil in one thing, check, and mend.
#ifndef CHIROGRAPH_TESTS_SERVICE_SPOILABLE_ARCHIVE_H_
#define CHIROGRAPH_TESTS_SERVICE_SPOILABLE_ARCHIVE_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "proto/finding.h"
#include "service/archive_check.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_database.h"
#include "service/internal/database_reader.h"
#include "service/internal/examine_store.h"
#include "service/internal/rocksdb_database.h"
#include "service/storage_schema.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_archive.h"

namespace chirograph {

// All that a check said.
struct CheckOutcome {
  absl::Status status;
  std::vector<v1::Finding> findings;
  std::vector<v1::CheckedArticle> articles;
  std::vector<v1::CheckProgress> progress;
  v1::CheckSummary summary;

  bool Has(v1::FindingCode code, std::optional<std::uint64_t> index) const {
    for (const v1::Finding& finding : findings) {
      if (finding.code() == code && finding.has_index() == index.has_value() &&
          (!index || finding.index() == *index)) {
        return true;
      }
    }
    return false;
  }
  // A line a finding.
  std::string Text() const {
    std::string text;
    for (const v1::Finding& finding : findings) text += DescribeFinding(finding) + "\n";
    return text;
  }
};

// Runs `check` to its end; `between` is called before each step.
inline CheckOutcome RunToTheEnd(ArchiveCheck& check, const std::function<void()>& between = nullptr) {
  CheckOutcome outcome;
  while (!check.is_done()) {
    if (between) between();
    absl::StatusOr<v1::CheckArchiveResponse> message = check.Next();
    outcome.status = message.status();
    if (!message.ok()) return outcome;
    EXPECT_LT(message->ByteSizeLong(), std::size_t{1} << 20);
    for (v1::Finding& finding : *message->mutable_findings()) outcome.findings.push_back(std::move(finding));
    for (v1::CheckedArticle& article : *message->mutable_articles()) outcome.articles.push_back(article);
    if (message->has_progress()) outcome.progress.push_back(message->progress());
    if (message->has_summary()) outcome.summary = message->summary();
  }
  EXPECT_EQ(outcome.summary.findings(), outcome.findings.size());
  EXPECT_EQ(outcome.summary.heading(), kCheckHeading);
  return outcome;
}

// A disk that is never waited for: what a test spoils is not kept.
class HastyDisk final : public rocksdb::FileSystemWrapper {
 public:
  HastyDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "HastyDisk"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    const rocksdb::IOStatus status = target()->NewWritableFile(name, options, file, context);
    if (status.ok()) *file = std::make_unique<HastyFile>(std::move(*file));
    return status;
  }

 private:
  class HastyFile final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;
    rocksdb::IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::OK();
    }
  };
};

class SpoilableArchive {
 public:
  // Copies `archive`, whose catalog is stopped for it if it has one.
  explicit SpoilableArchive(TestArchive& archive) : log_(archive.log()) {
    archive.StopCatalog();
    CopyStore(archive.path() + "/store", folder_ / "store");
    auto store = RocksDbDatabase::Open(folder_ / "store", disk_.get());
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    reader_.emplace(*store_);
    if (std::filesystem::exists(archive.catalog_path())) CopyCatalog(archive.catalog_path());
  }

  // Until Mend. Written together, before anything is read.
  void Put(StoreColumn column, std::string_view key, std::string_view value) {
    Remember(column, key);
    batch_.Put(store_->handle(column), ToSlice(key), ToSlice(value));
  }
  void Delete(StoreColumn column, std::string_view key) {
    Remember(column, key);
    batch_.Delete(store_->handle(column), ToSlice(key));
  }
  void PutInCatalog(std::string_view key, std::string_view value) {
    RememberInCatalog(key);
    catalog_batch_.Put(ToSlice(key), ToSlice(value));
  }
  void DeleteInCatalog(std::string_view key) {
    RememberInCatalog(key);
    catalog_batch_.Delete(ToSlice(key));
  }
  void SetCommitted(std::uint64_t tree_size) {
    if (!committed_) committed_ = ReadBytes(store_->path() + "/COMMITTED");
    SetMark(store_->path(), tree_size);
  }
  // As it was before the first spoiling.
  void Mend() {
    Flush();
    for (const auto& [place, before] : originals_) {
      rocksdb::ColumnFamilyHandle* const handle = store_->handle(place.first);
      if (before) {
        batch_.Put(handle, place.second, *before);
      } else {
        batch_.Delete(handle, place.second);
      }
    }
    originals_.clear();
    for (const auto& [key, before] : catalog_originals_) {
      if (before) {
        catalog_batch_.Put(key, *before);
      } else {
        catalog_batch_.Delete(key);
      }
    }
    catalog_originals_.clear();
    if (committed_) WriteBytes(store_->path() + "/COMMITTED", *committed_);
    committed_.reset();
    Flush();
  }

  // As they are stored; empty where there is nothing.
  std::string Get(StoreColumn column, std::string_view key) {
    Flush();
    return store_->Get(column, key, "").value().value_or("");
  }
  std::string GetAt(StoreColumn column, std::uint64_t index) { return Get(column, EncodeIndex(index)); }
  std::vector<StoredPair> Pairs(StoreColumn column) {
    Flush();
    return reader_->ReadPairs(column, "", std::size_t{1} << 30).value();
  }
  std::vector<StoredPair> CatalogPairs(CatalogTable table) {
    Flush();
    std::vector<StoredPair> pairs =
        catalog_->ReadPairs(std::string(1, static_cast<char>(table)), std::size_t{1} << 30).value();
    std::erase_if(pairs,
                  [&](const StoredPair& pair) { return pair.key.front() != static_cast<char>(table); });
    return pairs;
  }

  ArchiveToCheck Examine() {
    Flush();
    absl::StatusOr<ArchiveToCheck> archive = ExamineStore(*store_, *reader_, log_);
    EXPECT_TRUE(archive.ok()) << archive.status();
    if (catalog_ != nullptr) archive->catalog = catalog_.get();
    return *std::move(archive);
  }
  CheckOutcome Check(const ArchiveCheckOptions& options = {}) {
    ArchiveCheck check(Examine(), options, clock_);
    return RunToTheEnd(check);
  }

  const RocksDbDatabase& store() const { return *store_; }
  // With all that was put.
  const LogReader& reader() {
    Flush();
    return *reader_;
  }
  const CatalogDatabase& catalog() {
    Flush();
    return *catalog_;
  }
  const NoteVerifier& log() const { return log_; }
  FakeClock& clock() { return clock_; }

 private:
  void Flush() {
    if (batch_.Count() > 0) {
      EXPECT_TRUE(store_->Write(&batch_).ok());
      batch_.Clear();
    }
    if (catalog_batch_.Count() > 0) {
      EXPECT_TRUE(catalog_->Write(&catalog_batch_).ok());
      catalog_batch_.Clear();
    }
  }
  void Remember(StoreColumn column, std::string_view key) {
    const std::pair place(column, std::string(key));
    if (!originals_.contains(place)) originals_[place] = store_->Get(column, key, "").value();
  }
  void RememberInCatalog(std::string_view key) {
    const std::string place(key);
    if (!catalog_originals_.contains(place)) catalog_originals_[place] = catalog_->Get(key).value();
  }
  void CopyCatalog(const std::string& path) {
    const auto from = CatalogDatabase::OpenToCheck(path);
    ASSERT_TRUE(from.ok()) << from.status();
    auto to = CatalogDatabase::Create(folder_ / "catalog", log_);
    ASSERT_TRUE(to.ok()) << to.status();
    catalog_ = *std::move(to);
    rocksdb::WriteBatch batch;
    const std::vector<StoredPair> pairs = (*from)->ReadPairs("", std::size_t{1} << 30).value();
    for (const StoredPair& pair : pairs) {
      batch.Put(pair.key, pair.value);
    }
    EXPECT_TRUE(catalog_->Write(&batch).ok());
  }

  const TempFolder folder_;
  const NoteVerifier log_;
  FakeClock clock_;
  const std::unique_ptr<rocksdb::Env> disk_ = rocksdb::NewCompositeEnv(std::make_shared<HastyDisk>());
  std::unique_ptr<RocksDbDatabase> store_;
  std::optional<DatabaseReader> reader_;
  std::unique_ptr<CatalogDatabase> catalog_;
  rocksdb::WriteBatch batch_;
  rocksdb::WriteBatch catalog_batch_;
  std::map<std::pair<StoreColumn, std::string>, std::optional<std::string>> originals_;
  std::map<std::string, std::optional<std::string>> catalog_originals_;
  std::optional<std::string> committed_;
};

// `bytes` with one bit of the byte `at` (from the end where negative) turned.
inline std::string WithBitTurned(std::string bytes, int at, int bit = 0) {
  const std::size_t position =
      at < 0 ? bytes.size() + static_cast<std::size_t>(at) : static_cast<std::size_t>(at);
  bytes.at(position) = static_cast<char>(static_cast<unsigned char>(bytes.at(position)) ^ (1U << bit));
  return bytes;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_SPOILABLE_ARCHIVE_H_
