// SPDX-License-Identifier: Apache-2.0
#include "client/audit_state.h"

#include <fmt/format.h>

#include <utility>

#include "chirograph/v1/audit_state.pb.h"
#include "crypto/sha256.h"
#include "proto/article_fields.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

absl::Status Damaged(const std::string& what) { return absl::DataLossError(what); }

absl::StatusOr<CompactRange> ReadTree(const v1::AuditState& state) {
  std::vector<Digest> roots;
  for (const std::string& bytes : state.subtree_roots()) {
    const std::optional<Digest> root = DigestFromBytes(bytes);
    if (!root) return Damaged(fmt::format("a subtree's root has {} bytes, not 32", bytes.size()));
    roots.push_back(*root);
  }
  absl::StatusOr<CompactRange> tree = CompactRange::Create(state.tree_size(), std::move(roots));
  if (!tree.ok()) return Damaged(std::string(tree.status().message()));
  return tree;
}

// A key event, which was audited when it came: what it names may be no usable key, and is a finding already.
absl::Status ReadKeyEvent(const v1::AuditedKeyEvent& audited, std::uint64_t tree_size, AuditState& state) {
  const bool in_order = state.key_events.empty() || audited.index() > state.key_events.rbegin()->first;
  if (!in_order || audited.index() >= tree_size) {
    return Damaged(fmt::format("the key event of index {} is out of order", audited.index()));
  }
  const absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(audited.log_entry());
  if (!entry.ok()) return Damaged(std::string(entry.status().message()));
  if (!entry->has_key_event())
    return Damaged(fmt::format("the entry of index {} is no key event", audited.index()));
  state.past.keys.Add(audited.index(), entry->key_event()).IgnoreError();
  state.key_events.emplace(audited.index(), audited.log_entry());
  return absl::OkStatus();
}

}  // namespace

std::string FormatAuditState(const AuditState& state) {
  v1::AuditState message;
  message.set_tree_size(state.tree.tree_size());
  for (const Digest& root : state.tree.subtree_roots()) message.add_subtree_roots(std::string(AsBytes(root)));
  if (state.past.last_time != absl::InfinitePast()) {
    *message.mutable_last_entry_time() = ToTimestamp(state.past.last_time);
    message.set_last_entry_time_index(state.past.last_time_index);
  }
  if (state.past.time_before_last != absl::InfinitePast()) {
    *message.mutable_time_before_last() = ToTimestamp(state.past.time_before_last);
  }
  for (const auto& [index, log_entry] : state.key_events) {
    v1::AuditedKeyEvent& event = *message.add_key_events();
    event.set_index(index);
    event.set_log_entry(log_entry);
  }
  message.set_with_articles(state.with_articles);
  for (const v1::Finding& finding : state.findings) *message.add_findings() = finding;
  message.set_finding_count(state.finding_count);
  *message.mutable_audited_at() = ToTimestamp(state.audited_at);
  message.set_full_under_way(state.full_under_way);
  return std::string(kAuditStateFormat) + message.SerializeAsString();
}

absl::StatusOr<AuditState> ParseAuditState(std::string_view file) {
  if (!file.starts_with(kAuditStateFormat)) {
    return Damaged(fmt::format("its first line is not \"{}\"",
                               kAuditStateFormat.substr(0, kAuditStateFormat.size() - 1)));
  }
  file.remove_prefix(kAuditStateFormat.size());
  v1::AuditState message;
  if (file.size() > INT32_MAX || !message.ParseFromArray(file.data(), static_cast<int>(file.size()))) {
    return Damaged("what follows its first line is no AuditState");
  }
  if (message.has_last_entry_time() && !IsValidTimestamp(message.last_entry_time())) {
    return Damaged("last_entry_time is out of range");
  }
  if (message.has_time_before_last() && !IsValidTimestamp(message.time_before_last())) {
    return Damaged("time_before_last is out of range");
  }
  if (!IsValidTimestamp(message.audited_at())) return Damaged("audited_at is out of range");
  AuditState state;
  absl::StatusOr<CompactRange> tree = ReadTree(message);
  if (!tree.ok()) return tree.status();
  state.tree = *std::move(tree);
  state.past.next_index = message.tree_size();
  if (message.has_last_entry_time()) {
    // Of a version that did not write the other two: what comes now is at fault where it is earlier.
    state.past.last_time = state.past.time_before_last = FromTimestamp(message.last_entry_time());
    state.past.last_time_index = message.last_entry_time_index();
    if (message.has_time_before_last()) {
      state.past.time_before_last = FromTimestamp(message.time_before_last());
    }
  }
  for (const v1::AuditedKeyEvent& event : message.key_events()) {
    if (absl::Status status = ReadKeyEvent(event, message.tree_size(), state); !status.ok()) return status;
  }
  state.with_articles = message.with_articles();
  state.findings.assign(message.findings().begin(), message.findings().end());
  state.finding_count = message.finding_count();
  state.audited_at = FromTimestamp(message.audited_at());
  state.full_under_way = message.full_under_way();
  return state;
}

}  // namespace chirograph
