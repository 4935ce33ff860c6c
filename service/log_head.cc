// SPDX-License-Identifier: Apache-2.0
#include "service/log_head.h"

#include <fmt/format.h>

#include <utility>

#include "proto/stored_format.h"

namespace chirograph {
namespace {

absl::StatusOr<LoggedKey> LoadKey(const LogStore& store, const KeyName& name, std::uint64_t index,
                                  std::uint64_t tree_size) {
  if (index >= tree_size) {
    return absl::DataLossError(
        fmt::format("the last event of key {} of {} is said to be at index {}, beyond the tree", name.key_id,
                    name.publisher_domain, index));
  }
  const auto unreadable = [&](const absl::Status& status) {
    if (absl::IsUnavailable(status)) return status;
    return absl::DataLossError(fmt::format("entry {}, the last event of key {} of {}: {}", index, name.key_id,
                                           name.publisher_domain, std::string(status.message())));
  };
  absl::StatusOr<std::string> bytes = store.ReadEntry(index);
  if (!bytes.ok()) return unreadable(bytes.status());
  absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(*bytes);
  if (!entry.ok()) return unreadable(entry.status());
  const v1::KeyEvent& event = entry->key_event();
  if (!entry->has_key_event() || event.publisher_domain() != name.publisher_domain ||
      event.key_id() != name.key_id) {
    return absl::DataLossError(
        fmt::format("the entry at index {} is not the event of key {} of {} that the store says "
                    "it is",
                    index, name.key_id, name.publisher_domain));
  }
  return LoggedKey{index, std::move(*entry->mutable_key_event())};
}

}  // namespace

absl::StatusOr<LogHead> LoadLogHead(const LogStore& store, const NoteVerifier& log) {
  absl::StatusOr<RecoveredLog> recovered = RecoverLog(store, log);
  if (!recovered.ok()) return recovered.status();
  LogHead head{.tree = {std::move(recovered->checkpoint), std::move(recovered->checkpoint_note)},
               .edge = std::move(recovered->edge),
               .last_time = recovered->last_time};
  auto indexes = store.ReadKeyEventIndexes();
  if (!indexes.ok()) return indexes.status();
  LoggedKeys keys;
  for (auto& [name, index] : *indexes) {
    absl::StatusOr<LoggedKey> key = LoadKey(store, name, index, head.tree.checkpoint.tree_size);
    if (!key.ok()) return key.status();
    keys.emplace(std::move(name), *std::move(key));
  }
  head.keys = std::make_shared<const LoggedKeys>(std::move(keys));
  return head;
}

}  // namespace chirograph
