// SPDX-License-Identifier: Apache-2.0
#include "service/batch_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/merkle.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"
#include "service/verification_result.h"

namespace chirograph {

BatchBuilder::BatchBuilder(const LogHead& head, const LogStore& store, const Admission& admission,
                           absl::Time now)
    : store_(store), admission_(admission), next_(head) {
  batch_.first_index = head.tree.checkpoint.tree_size;
  next_.last_time = FromTimestamp(ToTimestamp(std::max(now, head.last_time)));
}

void BatchBuilder::Append(NewEntry entry) {
  next_.edge.Append(LeafHash(entry.log_entry));
  batch_.entries.push_back(std::move(entry));
}

absl::Status BatchBuilder::AddKeyEvent(v1::KeyEvent event) {
  *event.mutable_event_time() = ToTimestamp(next_.last_time);
  const KeyName name{event.publisher_domain(), event.key_id()};
  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  *entry.mutable_key_event() = event;
  absl::StatusOr<std::string> bytes = SerializeLogEntry(entry);
  if (!bytes.ok()) return bytes.status();
  if (new_keys_ == nullptr) next_.keys = new_keys_ = std::make_shared<LoggedKeys>(*next_.keys);
  (*new_keys_)[name] = LoggedKey{batch_.first_index + batch_.entries.size(), std::move(event)};
  Append(NewEntry{.log_entry = *std::move(bytes), .key = name});
  return absl::OkStatus();
}

absl::StatusOr<Placement> BatchBuilder::AddArticle(PreparedArticle article) {
  if (const auto position = positions_.find(article.id); position != positions_.end()) {
    const NewEntry& entry = batch_.entries[position->second];
    return Placement{batch_.first_index + position->second, true, entry.log_entry, entry.opening,
                     std::move(article.result)};
  }
  absl::StatusOr<std::optional<std::uint64_t>> archived = store_.FindSubmission(article.id);
  if (!archived.ok()) return archived.status();
  if (archived->has_value()) return Placement{**archived, true, {}, {}, std::move(article.result)};

  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  v1::ArticleRecord& record = *entry.mutable_article_record();
  if (article.key != nullptr) {
    // The key verified when the article came in; here counts the time that is logged.
    const KeyStanding standing = KeyStandingAt(*article.key, next_.last_time);
    RejudgeVerificationResult(standing, admission_.policy().Decide(standing.verdict, true), next_.last_time,
                              &article.result);
    const auto logged = next_.keys->find(KeyName{article.result.publisher_domain(), article.key->id});
    if (logged == next_.keys->end()) {
      return absl::InternalError(fmt::format("key {} of {} has no event in the log", article.key->id,
                                             article.result.publisher_domain()));
    }
    record.set_key_event_index(logged->second.index);
  }
  if (article.result.policy_action() != v1::POLICY_ACTION_ACCEPT) return RejectedByPolicy(article.result);
  record.set_opening_digest(std::string(AsBytes(Sha256(article.opening))));
  record.set_verdict_at_ingest(article.result.verdict());
  record.set_reason_at_ingest(article.result.reason());
  *record.mutable_ingest_time() = ToTimestamp(next_.last_time);
  absl::StatusOr<std::string> bytes = SerializeLogEntry(entry);
  if (!bytes.ok()) return bytes.status();

  Placement placement{batch_.first_index + batch_.entries.size(), false, *bytes, article.opening,
                      std::move(article.result)};
  positions_.emplace(article.id, batch_.entries.size());
  Append(NewEntry{.log_entry = *std::move(bytes),
                  .submission = article.id,
                  .opening = std::move(article.opening),
                  .content = std::move(article.content)});
  return placement;
}

absl::StatusOr<BatchBuilder::Built> BatchBuilder::Finish(const NoteSigner& signer) {
  Checkpoint& checkpoint = next_.tree.checkpoint;
  checkpoint.tree_size = next_.edge.tree_size();
  checkpoint.root_hash = next_.edge.RootHash();
  absl::StatusOr<std::string> note = SignCheckpoint(checkpoint, signer);
  if (!note.ok()) return note.status();
  batch_.tiles = next_.edge.TakeChangedTiles();
  batch_.checkpoint = *note;
  next_.tree.note = *std::move(note);
  return Built{std::move(batch_), std::move(next_)};
}

}  // namespace chirograph
