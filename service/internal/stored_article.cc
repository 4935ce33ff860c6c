// SPDX-License-Identifier: Apache-2.0
#include "service/internal/stored_article.h"

#include <string>
#include <string_view>
#include <utility>

#include "crypto/sha256.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

template <typename Message>
std::optional<Message> IfOk(absl::StatusOr<Message> message) {
  if (!message.ok()) return std::nullopt;
  return *std::move(message);
}

template <typename Message>
const Message* PointerTo(const std::optional<Message>& message) {
  return message ? &*message : nullptr;
}

}  // namespace

std::optional<std::string_view> ViewOf(const absl::StatusOr<std::string>& part) {
  if (!part.ok()) return std::nullopt;
  return *part;
}

LoadedEntry LoadEntry(const StoredParts& parts) {
  LoadedEntry loaded;
  if (parts.log_entry.ok()) loaded.entry = IfOk(ParseLogEntry(*parts.log_entry));
  if (!loaded.entry || !loaded.entry->has_article_record() || !parts.opening.ok()) return loaded;
  const Digest opening = Sha256(*parts.opening);
  if (AsBytes(opening) != loaded.entry->article_record().opening_digest()) return loaded;
  loaded.opening = IfOk(ParseOpening(*parts.opening));
  if (!loaded.opening || !parts.content.ok()) return loaded;
  const Digest content = Sha256(*parts.content);
  if (AsBytes(content) == loaded.opening->content_digest()) {
    loaded.content = IfOk(ParseContent(*parts.content));
  }
  return loaded;
}

std::optional<KnownArticle> KnowArticle(std::uint64_t index, const StoredParts& parts,
                                        const LoadedEntry& loaded) {
  if (loaded.entry && !loaded.entry->has_article_record()) return std::nullopt;
  return KnownArticle{.index = index,
                      .record = loaded.entry ? &loaded.entry->article_record() : nullptr,
                      .opening = PointerTo(loaded.opening),
                      .content = PointerTo(loaded.content),
                      .stored_opening = ViewOf(parts.opening),
                      .stored_content = ViewOf(parts.content)};
}

}  // namespace chirograph
