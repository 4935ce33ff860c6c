// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_RECOVERED_LOG_H_
#define CHIROGRAPH_SERVICE_RECOVERED_LOG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/checkpoint.h"
#include "crypto/note.h"
#include "crypto/tile.h"
#include "service/log_store.h"

namespace chirograph {

// Where a log ends, checked against its own checkpoint.
struct RecoveredLog {
  std::string checkpoint_note;
  Checkpoint checkpoint;
  TileEdge edge;         // of checkpoint.tree_size; hashes to checkpoint.root_hash
  absl::Time last_time;  // of the last entry; InfinitePast for an empty log
};

// Reads the end of the log in `store` and checks that the checkpoint verifies with `log`, that the tiles at
// the right edge hash to its root, that the last entry hashes to the last leaf, and that there is no entry
// beyond. DataLoss, saying what was found and where, if one of these does not hold.
absl::StatusOr<RecoveredLog> RecoverLog(const LogStore& store, const NoteVerifier& log);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_RECOVERED_LOG_H_
