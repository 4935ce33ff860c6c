// SPDX-License-Identifier: Apache-2.0
#include "proto/log_check.h"

#include <string>

#include "crypto/merkle.h"
#include "proto/finding.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace

std::vector<CheckedEntry> LogCheck::Check(std::span<const EntryBytes> entries,
                                          const InParallel& in_parallel) {
  std::vector<CheckedEntry> checked;
  std::vector<std::size_t> articles;
  checked.reserve(entries.size());
  for (const EntryBytes& bytes : entries) {
    checked.push_back(ReadInOrder(bytes));
    const std::optional<v1::LogEntry>& entry = checked.back().entry;
    if (options_.with_articles && entry && entry->has_article_record())
      articles.push_back(checked.size() - 1);
  }
  in_parallel(articles.size(), [&](std::size_t i) {
    CheckedEntry& article = checked[articles[i]];
    const EntryBytes& bytes = entries[articles[i]];
    article.article = CheckArticle({.index = article.index,
                                    .record = &article.entry->article_record(),
                                    .opening = bytes.opening,
                                    .content = bytes.content,
                                    .keys = &past_.keys,
                                    .keyring = options_.keyring,
                                    .now = options_.now,
                                    .keyring_decides = options_.keyring_decides,
                                    .left_out = options_.left_out});
    std::vector<v1::Finding>& found = article.article->findings;
    article.findings.insert(article.findings.end(), found.begin(), found.end());
  });
  return checked;
}

CheckedEntry LogCheck::ReadInOrder(const EntryBytes& bytes) {
  CheckedEntry checked{.index = past_.next_index++};
  const auto add = [&](CheckPart part, v1::FindingCode code, std::string_view found) {
    if (options_.left_out.has(part)) return;
    checked.findings.push_back(MakeFinding(code, checked.index, "", found));
  };
  if (!bytes.log_entry) {
    add(CheckPart::kEntryForm, v1::FINDING_CODE_ENTRY_MISSING, "");
    return checked;
  }
  checked.leaf_hash = LeafHash(*bytes.log_entry);
  absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(*bytes.log_entry);
  if (!entry.ok()) {
    add(CheckPart::kEntryForm, v1::FINDING_CODE_ENTRY_MALFORMED, std::string(entry.status().message()));
    return checked;
  }
  checked.entry = *std::move(entry);
  CheckTime(checked);
  if (checked.entry->has_key_event()) {
    const absl::Status status = past_.keys.Add(checked.index, checked.entry->key_event());
    if (!status.ok()) {
      add(CheckPart::kKeyForm, v1::FINDING_CODE_KEY_EVENT_MALFORMED, std::string(status.message()));
    }
  }
  return checked;
}

// Of three entries the one in the middle is at fault where the others are in order, so that one wrong time is
// one finding, at its own index.
void LogCheck::CheckTime(CheckedEntry& checked) {
  if (options_.left_out.has(CheckPart::kTimes)) return;
  const absl::Time time = LogEntryTime(*checked.entry);
  if (time < past_.time_before_last) {
    checked.findings.push_back(MakeFinding(v1::FINDING_CODE_TIME_WENT_BACK, checked.index,
                                           "a time not before " + TimeText(past_.last_time), TimeText(time)));
    return;
  }
  if (time < past_.last_time) {
    checked.findings.push_back(MakeFinding(v1::FINDING_CODE_TIME_WENT_BACK, past_.last_time_index,
                                           "a time not after " + TimeText(time), TimeText(past_.last_time)));
  } else {
    past_.time_before_last = past_.last_time;
  }
  past_.last_time = time;
  past_.last_time_index = checked.index;
}

}  // namespace chirograph
