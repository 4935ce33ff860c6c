// SPDX-License-Identifier: Apache-2.0
//
// Where the log ends: what the sequencer alone knows, and what everybody may see of it.
#ifndef CHIROGRAPH_SERVICE_LOG_HEAD_H_
#define CHIROGRAPH_SERVICE_LOG_HEAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/checkpoint.h"
#include "service/log_store.h"
#include "service/recovered_log.h"

namespace chirograph {

// A tree under a signed checkpoint that is durable. Immutable once made.
struct PublishedTree {
  Checkpoint checkpoint;
  std::string note;
};

// The log's last word on a key.
struct LoggedKey {
  std::uint64_t index = 0;
  v1::KeyEvent event;
};

using LoggedKeys = std::map<KeyName, LoggedKey>;

// All that the next batch is built on. A value: a batch is built on a copy, which takes its place once the
// commit is known to be durable.
struct LogHead {
  PublishedTree tree;
  TileEdge edge;
  absl::Time last_time;
  // Never null; shared, because a batch changes it only where it has key events.
  std::shared_ptr<const LoggedKeys> keys = std::make_shared<const LoggedKeys>();
};

// The head of the log in `store`: RecoverLog, and the last event of each key. DataLoss as RecoverLog, or
// where the entry of a key's last event is not that.
absl::StatusOr<LogHead> LoadLogHead(const LogStore& store, const NoteVerifier& log);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_LOG_HEAD_H_
