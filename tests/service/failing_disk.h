// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_
#define CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
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
  FailingDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<Files>(&fault_))) {}

  rocksdb::Env* env() { return env_.get(); }
  void Set(DiskFault fault) { fault_ = fault; }

 private:
  using Fault = std::atomic<DiskFault>;

  static rocksdb::IOStatus Broken() { return rocksdb::IOStatus::IOError("the disk is on fire"); }

  class Wal final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    Wal(std::unique_ptr<rocksdb::FSWritableFile> file, const Fault* fault)
        : FSWritableFileOwnerWrapper(std::move(file)), fault_(*fault) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (fault_ == DiskFault::kWriteFails) return Broken();
      if (fault_ != DiskFault::kWriteTears) return target()->Append(data, options, debug);
      static_cast<void>(target()->Append(rocksdb::Slice(data.data(), data.size() / 2), options, debug));
      return Broken();
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return fault_ == DiskFault::kSyncFails ? Broken() : target()->Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return fault_ == DiskFault::kSyncFails ? Broken() : target()->Fsync(options, debug);
    }

   private:
    const Fault& fault_;
  };

  class Table final : public rocksdb::FSRandomAccessFileOwnerWrapper {
   public:
    Table(std::unique_ptr<rocksdb::FSRandomAccessFile> file, const Fault* fault)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), fault_(*fault) {}

    rocksdb::IOStatus Read(std::uint64_t offset, std::size_t bytes, const rocksdb::IOOptions& options,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext* debug) const override {
      if (fault_ == DiskFault::kReadFails) return Broken();
      return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, debug);
    }

   private:
    const Fault& fault_;
  };

  class Files final : public rocksdb::FileSystemWrapper {
   public:
    explicit Files(const Fault* fault) : FileSystemWrapper(rocksdb::FileSystem::Default()), fault_(fault) {}
    const char* Name() const override { return "FailingDisk"; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
      if (!name.ends_with(".log")) return target()->NewWritableFile(name, options, result, debug);
      if (*fault_ == DiskFault::kOpenFails) return Broken();
      std::unique_ptr<rocksdb::FSWritableFile> file;
      rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, debug);
      if (status.ok()) *result = std::make_unique<Wal>(std::move(file), fault_);
      return status;
    }

    rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                          rocksdb::IODebugContext* debug) override {
      std::unique_ptr<rocksdb::FSRandomAccessFile> file;
      rocksdb::IOStatus status = target()->NewRandomAccessFile(name, options, &file, debug);
      if (status.ok()) *result = std::make_unique<Table>(std::move(file), fault_);
      return status;
    }

   private:
    const Fault* const fault_;
  };

  Fault fault_ = DiskFault::kNone;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_FAILING_DISK_H_
