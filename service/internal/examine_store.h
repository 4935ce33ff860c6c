// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_EXAMINE_STORE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_EXAMINE_STORE_H_

#include "absl/status/statusor.h"
#include "crypto/note.h"
#include "service/archive_check.h"
#include "service/internal/rocksdb_database.h"

namespace chirograph {

// What a store at rest says of itself, held against `log`, the key of log.key: its name and key, its
// checkpoint, and how much it acknowledged. Whatever is wrong is among the findings. `reader` reads
// `database`; both must outlive the answer, whose catalog is left null. Unavailable: the disk could not.
absl::StatusOr<ArchiveToCheck> ExamineStore(const RocksDbDatabase& database, const LogReader& reader,
                                            const NoteVerifier& log);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_EXAMINE_STORE_H_
