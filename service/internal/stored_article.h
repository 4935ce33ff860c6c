// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_STORED_ARTICLE_H_
#define CHIROGRAPH_SERVICE_INTERNAL_STORED_ARTICLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/log_entry.pb.h"
#include "service/internal/expected_lookups.h"
#include "service/log_store.h"

namespace chirograph {

// One entry with what is kept beside it: each where it is there, of the format, and what the one before says.
struct LoadedEntry {
  std::optional<v1::LogEntry> entry;
  std::optional<v1::Opening> opening;
  std::optional<v1::Content> content;
};
// What was read, where it was; it must outlive the view.
std::optional<std::string_view> ViewOf(const absl::StatusOr<std::string>& part);

LoadedEntry LoadEntry(const StoredParts& parts);

// The article at `index`; `parts` and `loaded` must outlive it. Nothing: the entry is a KeyEvent. An entry
// that is not known may be an article's.
std::optional<KnownArticle> KnowArticle(std::uint64_t index, const StoredParts& parts,
                                        const LoadedEntry& loaded);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_STORED_ARTICLE_H_
