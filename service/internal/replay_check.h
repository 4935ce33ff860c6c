// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_REPLAY_CHECK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_REPLAY_CHECK_H_

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace chirograph {

// Sees each commit that RocksDB replays from its write-ahead logs, and stops the replay where one does not
// begin at the index where the one before it ended. RocksDB itself takes some damage in the middle of a
// log for its end (a length that points past the file, a record type of recycled logs, zeroes) and goes on
// with the next log, which would leave a hole. One instance for one opening; used by one thread.
class ReplayCheck final : public rocksdb::WalFilter {
 public:
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& log_numbers,
                                const std::map<std::string, std::uint32_t>& column_ids) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;
  const char* Name() const override { return "chirograph.ReplayCheck"; }

  // Index of the first entry that was replayed, if any was: the ones before it must be stored already.
  std::optional<std::uint64_t> first_index() const { return first_index_; }

  // What stopped the replay; empty if nothing did.
  const std::string& finding() const { return finding_; }

 private:
  std::optional<std::uint32_t> entries_column_;
  std::optional<std::uint64_t> first_index_;
  std::optional<std::uint64_t> next_index_;
  std::string finding_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_REPLAY_CHECK_H_
