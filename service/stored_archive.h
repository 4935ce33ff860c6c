// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_STORED_ARCHIVE_H_
#define CHIROGRAPH_SERVICE_STORED_ARCHIVE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/note.h"
#include "service/archive_check.h"

namespace chirograph {

// An archive that nobody serves, opened to be checked: whatever can be opened is, though a server would
// refuse it, and nothing is changed. As long as this is there, no server opens it.
class StoredArchive {
 public:
  virtual ~StoredArchive() = default;

  // The log's key, of log.key.
  virtual const NoteVerifier& log() const = 0;
  // What was found; refers to this.
  virtual const ArchiveToCheck& archive() const = 0;
};

// Opens the archive in `directory`. NotFound, FailedPrecondition, PermissionDenied and InvalidArgument as
// OpenArchive, but for a store of another log, which is a finding. DataLoss: RocksDB cannot open it.
// Unavailable: the disk could not.
absl::StatusOr<std::unique_ptr<StoredArchive>> OpenStoredArchive(const std::string& directory,
                                                                 bool allow_shared_key_file);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_STORED_ARCHIVE_H_
