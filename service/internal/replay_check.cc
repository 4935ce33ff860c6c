// SPDX-License-Identifier: Apache-2.0
#include "service/internal/replay_check.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <string_view>

#include "service/storage_schema.h"

namespace chirograph {
namespace {

// Finds the indexes of the entries that one batch writes.
class EntryIndexes final : public rocksdb::WriteBatch::Handler {
 public:
  explicit EntryIndexes(std::uint32_t entries_column) : entries_column_(entries_column) {}

  rocksdb::Status PutCF(std::uint32_t column, const rocksdb::Slice& key, const rocksdb::Slice&) override {
    if (column != entries_column_) return rocksdb::Status::OK();
    const std::optional<std::uint64_t> index = DecodeIndex({key.data(), key.size()});
    if (!index || (next_ && *index != *next_)) return rocksdb::Status::Corruption("entries out of order");
    if (!first_) first_ = index;
    next_ = *index + 1;
    return rocksdb::Status::OK();
  }

  // Nothing here deletes, but a tool that repaired the store may have.
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override { return rocksdb::Status::OK(); }

  std::optional<std::uint64_t> first() const { return first_; }
  std::optional<std::uint64_t> next() const { return next_; }

 private:
  const std::uint32_t entries_column_;
  std::optional<std::uint64_t> first_;
  std::optional<std::uint64_t> next_;
};

}  // namespace

void ReplayCheck::ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>&,
                                           const std::map<std::string, std::uint32_t>& column_ids) {
  const auto found = column_ids.find(std::string(StoreColumnName(StoreColumn::kEntries)));
  if (found != column_ids.end()) entries_column_ = found->second;
}

rocksdb::WalFilter::WalProcessingOption ReplayCheck::LogRecordFound(unsigned long long,
                                                                    const std::string& log_file_name,
                                                                    const rocksdb::WriteBatch& batch,
                                                                    rocksdb::WriteBatch*, bool*) {
  if (!finding_.empty()) return WalProcessingOption::kCorruptedRecord;
  if (!entries_column_) return WalProcessingOption::kContinueProcessing;  // the store is being made
  EntryIndexes entries(*entries_column_);
  const rocksdb::Status status = batch.Iterate(&entries);
  if (!status.ok()) {
    finding_ = fmt::format("{}: a commit that cannot be read ({})", log_file_name, status.ToString());
  } else if (entries.first() && next_index_ && *entries.first() != *next_index_) {
    finding_ = fmt::format("{}: a commit begins at index {}, the one before it ended before index {}",
                           log_file_name, *entries.first(), *next_index_);
  }
  if (!finding_.empty()) return WalProcessingOption::kCorruptedRecord;
  if (!first_index_) first_index_ = entries.first();
  if (entries.next()) next_index_ = entries.next();
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace chirograph
