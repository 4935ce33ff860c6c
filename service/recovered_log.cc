// SPDX-License-Identifier: Apache-2.0
#include "service/recovered_log.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// Damage found at `where`; an error that only says "not now" stays what it is.
absl::Status AsDataLoss(const absl::Status& status, std::string_view where) {
  if (absl::IsUnavailable(status)) return status;
  const std::string_view message(status.message().data(), status.message().size());
  return absl::DataLossError(fmt::format("{}: {}", where, message));
}

// Reads the last entry, which must be the last leaf, for its time.
absl::StatusOr<absl::Time> CheckLastEntry(std::uint64_t tree_size, const LogStore& store) {
  const std::uint64_t index = tree_size - 1;
  const absl::StatusOr<std::string> entry = store.ReadEntry(index);
  if (!entry.ok()) return AsDataLoss(entry.status(), fmt::format("entry {}, the log's last", index));
  const absl::StatusOr<Digest> leaf = ReadLeafHash(index, store);
  if (!leaf.ok()) return AsDataLoss(leaf.status(), fmt::format("leaf hash {}, the log's last", index));
  if (const Digest found = LeafHash(*entry); found != *leaf) {
    return absl::DataLossError(fmt::format("entry {}, the log's last, hashes to {}; its tile has {}", index,
                                           ToHex(found), ToHex(*leaf)));
  }
  const absl::StatusOr<v1::LogEntry> parsed = ParseLogEntry(*entry);
  if (!parsed.ok()) return AsDataLoss(parsed.status(), fmt::format("entry {}, the log's last", index));
  return LogEntryTime(*parsed);
}

absl::Status CheckNothingBeyond(std::uint64_t tree_size, const LogStore& store) {
  const absl::StatusOr<std::string> entry = store.ReadEntry(tree_size);
  if (absl::IsNotFound(entry.status())) return absl::OkStatus();
  if (!entry.ok())
    return AsDataLoss(entry.status(), fmt::format("entry {}, beyond the log's end", tree_size));
  return absl::DataLossError(
      fmt::format("there is an entry {}, but the checkpoint is of {} entries", tree_size, tree_size));
}

}  // namespace

absl::StatusOr<RecoveredLog> RecoverLog(const LogStore& store, const NoteVerifier& log) {
  absl::StatusOr<std::string> note = store.ReadCheckpoint();
  if (!note.ok()) return AsDataLoss(note.status(), "the stored checkpoint");
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(*note, log);
  if (!checkpoint.ok()) {
    return AsDataLoss(checkpoint.status(),
                      fmt::format("the stored checkpoint is not one that {} signed", log.vkey()));
  }
  const std::uint64_t tree_size = checkpoint->tree_size;
  absl::StatusOr<TileEdge> edge = TileEdge::Load(tree_size, store);
  if (!edge.ok()) {
    return AsDataLoss(edge.status(), fmt::format("the right edge of the tree of {} entries", tree_size));
  }
  if (const Digest root = edge->RootHash(); root != checkpoint->root_hash) {
    return absl::DataLossError(fmt::format(
        "the tiles at the right edge of the tree of {} entries hash to the root {}; the checkpoint "
        "has {}",
        tree_size, ToHex(root), ToHex(checkpoint->root_hash)));
  }
  absl::Time last_time = absl::InfinitePast();
  if (tree_size > 0) {
    const absl::StatusOr<absl::Time> time = CheckLastEntry(tree_size, store);
    if (!time.ok()) return time.status();
    last_time = *time;
  }
  if (absl::Status status = CheckNothingBeyond(tree_size, store); !status.ok()) return status;
  return RecoveredLog{*std::move(note), *std::move(checkpoint), *std::move(edge), last_time};
}

}  // namespace chirograph
