// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CATALOG_READER_H_
#define CHIROGRAPH_SERVICE_CATALOG_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/log_store.h"

namespace chirograph {

// The catalog as it is stored, key by key (docs/catalog-format.md): for checks. Thread-safe, also while it
// follows the log. Errors: DataLoss (damaged), Unavailable (the disk could not).
class CatalogReader {
 public:
  virtual ~CatalogReader() = default;

  // The value of `key`, or nothing.
  virtual absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const = 0;

  // The last key at or before `key`, with its value; nothing where there is none.
  virtual absl::StatusOr<std::optional<StoredPair>> ReadAtOrBefore(std::string_view key) const = 0;

  // From the first key at or after `from` on, in order, as many as fit into `max_bytes`, at least one;
  // nothing at the end. DataLoss: what comes first cannot be read.
  virtual absl::StatusOr<std::vector<StoredPair>> ReadPairs(std::string_view from,
                                                            std::size_t max_bytes) const = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CATALOG_READER_H_
