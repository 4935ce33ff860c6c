// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_BATCH_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_BATCH_H_

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chirograph {

// Keys and values that are written together, in the order of the keys: RocksDB looks for the place of each
// from that of the one before, so that neighbours cost little. Keeps its memory for the next batch.
class CatalogBatch {
 public:
  // Not a key that it has.
  void Put(std::string_view key, std::string_view value) {
    puts_.push_back({bytes_.size(), key.size(), value.size()});
    bytes_.append(key).append(value);
  }
  // Of keys and values.
  std::size_t bytes() const { return bytes_.size(); }
  void Clear() {
    bytes_.clear();
    puts_.clear();
  }

  // All of them. Good until the next call of any kind.
  rocksdb::WriteBatch& Sorted() {
    std::sort(puts_.begin(), puts_.end(),
              [this](const Pair& a, const Pair& b) { return KeyOf(a) < KeyOf(b); });
    batch_.Clear();
    for (const Pair& put : puts_) {
      const std::string_view key = KeyOf(put);
      batch_.Put({key.data(), key.size()}, {key.data() + key.size(), put.value_size});
    }
    return batch_;
  }

 private:
  // Where they are in bytes_.
  struct Pair {
    std::size_t begin;
    std::size_t key_size;
    std::size_t value_size;
  };
  std::string_view KeyOf(const Pair& put) const { return {bytes_.data() + put.begin, put.key_size}; }

  std::string bytes_;
  std::vector<Pair> puts_;
  rocksdb::WriteBatch batch_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_BATCH_H_
