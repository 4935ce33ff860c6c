// SPDX-License-Identifier: Apache-2.0
//
// What a check looks at besides entries: what lies beyond the log's end, the last word on each key, and what
// the catalog says of itself. Errors of all: Unavailable: the store or the disk cannot now.
#ifndef CHIROGRAPH_SERVICE_INTERNAL_EDGE_CHECK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_EDGE_CHECK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "chirograph/v1/finding.pb.h"
#include "proto/key_history.h"
#include "service/archive_check.h"

namespace chirograph {

// Whether a store at rest ends with its tree of `tree_size`. A column's findings end with its hundredth.
absl::StatusOr<std::vector<v1::Finding>> FindBeyond(const LogReader& log, std::uint64_t tree_size);

// Whether the column key_events has the last of `keys`, which are all KeyEvents before `end_index`, and
// nothing else. What it says of later ones is left alone.
absl::StatusOr<std::vector<v1::Finding>> CheckKeyEventIndexes(const LogReader& log, const KeyHistory& keys,
                                                              std::uint64_t end_index);

// How much of the log the catalog has; nothing where it cannot be held against this log. Adds to `findings`.
absl::StatusOr<std::optional<std::uint64_t>> ReadCatalogSize(const ArchiveToCheck& archive,
                                                             std::vector<v1::Finding>* findings);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_EDGE_CHECK_H_
