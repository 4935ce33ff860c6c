// SPDX-License-Identifier: Apache-2.0
#include "service/log_store.h"

namespace chirograph {

absl::StatusOr<std::vector<StoredParts>> LogReader::ReadEntries(const EntryRange& range) const {
  std::vector<StoredParts> entries;
  std::size_t bytes = 0;
  for (std::uint64_t index = range.first_index; index < range.end_index; ++index) {
    StoredParts entry{.log_entry = ReadEntry(index)};
    if (range.with_articles) {
      entry.opening = ReadOpening(index);
      entry.content = ReadContent(index);
    }
    for (const auto* const part : {&entry.log_entry, &entry.opening, &entry.content}) {
      if (absl::IsUnavailable(part->status())) return part->status();
      if (part->ok()) bytes += (*part)->size();
    }
    if (bytes > range.max_bytes && !entries.empty()) break;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace chirograph
