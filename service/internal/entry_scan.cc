// SPDX-License-Identifier: Apache-2.0
#include "service/internal/entry_scan.h"

#include <utility>

#include "service/storage_schema.h"

namespace chirograph {

EntryScan::EntryScan(const RocksDbDatabase& database, StoreColumn column, ReadOne read_one)
    : database_(database), column_(column), read_one_(std::move(read_one)) {}

absl::StatusOr<std::string> EntryScan::Read(std::uint64_t index) {
  if (AdvanceTo(index)) return scan_->value().ToString();
  return read_one_(index);
}

bool EntryScan::AdvanceTo(std::uint64_t index) {
  const std::string key = EncodeIndex(index);
  if (scan_ == nullptr) {
    scan_ = database_.NewScan(column_);
    scan_->Seek(ToSlice(key));
  }
  while (scan_->Valid() && ToView(scan_->key()) < key) scan_->Next();
  return scan_->Valid() && ToView(scan_->key()) == key;
}

}  // namespace chirograph
