// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_
#define CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace chirograph {

// What goes wrong from the next call on, until it is set to another one. Writes and syncs fail for
// write-ahead logs, reads for tables.
enum class DiskFault {
  kNone,
  kWriteFails,  // nothing is written
  kWriteTears,  // half of it is written, then an error
  kSyncFails,   // all of it is written, but nobody knows where to
  kReadFails,
  kOpenFails,  // no write-ahead log can be made
};

// The default file system with faults.
class FailingDisk {
 public:
  FailingDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<Files>(this))) {}

  rocksdb::Env* env() { return env_.get(); }
  void Set(DiskFault fault) { fault_ = fault; }

  // Lets `operations` more operations that change anything (write, sync, make, rename, remove, of whatever
  // file) pass, and fails the next `failures` ones.
  void FailAfter(std::int64_t operations, std::int64_t failures) {
    failures_ = failures;
    operations_ = operations;
  }
  void StopFailing() { FailAfter(std::int64_t{1} << 60, 0); }
  // Whether one has failed since FailAfter.
  bool failed() const { return operations_ < 0; }

 private:
  static rocksdb::IOStatus Broken() { return rocksdb::IOStatus::IOError("the disk is on fire"); }

  // Whether this operation, which changes something, fails.
  bool Fails() {
    const std::int64_t left = operations_--;
    return left <= 0 && -left < failures_;
  }

  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, FailingDisk* disk, bool is_log)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(*disk), is_log_(is_log) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (disk_.Fails()) return Broken();
      if (!is_log_) return target()->Append(data, options, debug);
      if (disk_.fault_ == DiskFault::kWriteFails) return Broken();
      if (disk_.fault_ != DiskFault::kWriteTears) return target()->Append(data, options, debug);
      static_cast<void>(target()->Append(rocksdb::Slice(data.data(), data.size() / 2), options, debug));
      return Broken();
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return SyncFails() ? Broken() : target()->Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return SyncFails() ? Broken() : target()->Fsync(options, debug);
    }

   private:
    bool SyncFails() { return disk_.Fails() || (is_log_ && disk_.fault_ == DiskFault::kSyncFails); }

    FailingDisk& disk_;
    const bool is_log_;
  };

  class Table final : public rocksdb::FSRandomAccessFileOwnerWrapper {
   public:
    Table(std::unique_ptr<rocksdb::FSRandomAccessFile> file, const FailingDisk* disk)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), disk_(*disk) {}

    rocksdb::IOStatus Read(std::uint64_t offset, std::size_t bytes, const rocksdb::IOOptions& options,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext* debug) const override {
      if (disk_.fault_ == DiskFault::kReadFails) return Broken();
      return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, debug);
    }

   private:
    const FailingDisk& disk_;
  };

  class Folder final : public rocksdb::FSDirectoryWrapper {
   public:
    Folder(std::unique_ptr<rocksdb::FSDirectory> folder, FailingDisk* disk)
        : FSDirectoryWrapper(std::move(folder)), disk_(*disk) {}

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return disk_.Fails() ? Broken() : FSDirectoryWrapper::Fsync(options, debug);
    }
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug,
                                          const rocksdb::DirFsyncOptions& folder) override {
      return disk_.Fails() ? Broken() : FSDirectoryWrapper::FsyncWithDirOptions(options, debug, folder);
    }

   private:
    FailingDisk& disk_;
  };

  class Files final : public rocksdb::FileSystemWrapper {
   public:
    explicit Files(FailingDisk* disk) : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(*disk) {}
    const char* Name() const override { return "FailingDisk"; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
      const bool is_log = name.ends_with(".log");
      if (disk_.Fails() || (is_log && disk_.fault_ == DiskFault::kOpenFails)) return Broken();
      std::unique_ptr<rocksdb::FSWritableFile> file;
      rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, debug);
      if (status.ok()) *result = std::make_unique<File>(std::move(file), &disk_, is_log);
      return status;
    }

    rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                          rocksdb::IODebugContext* debug) override {
      std::unique_ptr<rocksdb::FSRandomAccessFile> file;
      rocksdb::IOStatus status = target()->NewRandomAccessFile(name, options, &file, debug);
      if (status.ok()) *result = std::make_unique<Table>(std::move(file), &disk_);
      return status;
    }

    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* result,
                                   rocksdb::IODebugContext* debug) override {
      std::unique_ptr<rocksdb::FSDirectory> folder;
      rocksdb::IOStatus status = target()->NewDirectory(name, options, &folder, debug);
      if (status.ok()) *result = std::make_unique<Folder>(std::move(folder), &disk_);
      return status;
    }

    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                                 const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return disk_.Fails() ? Broken() : target()->RenameFile(from, to, options, debug);
    }
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
      return disk_.Fails() ? Broken() : target()->DeleteFile(name, options, debug);
    }

   private:
    FailingDisk& disk_;
  };

  std::atomic<DiskFault> fault_ = DiskFault::kNone;
  std::atomic<std::int64_t> operations_ = std::int64_t{1} << 60;
  std::atomic<std::int64_t> failures_ = 0;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_
