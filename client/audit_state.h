// SPDX-License-Identifier: Apache-2.0
//
// The codec of the file `audit` in a log's state folder (docs/client-state.md).
#ifndef CHIROGRAPH_CLIENT_AUDIT_STATE_H_
#define CHIROGRAPH_CLIENT_AUDIT_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/finding.pb.h"
#include "crypto/merkle.h"
#include "proto/log_check.h"

namespace chirograph {

// First line of the file. On disk.
inline constexpr std::string_view kAuditStateFormat = "chirograph audit state 1\n";
// Findings that are kept.
inline constexpr std::size_t kMaxKeptFindings = 1000;

// How far a log was audited.
struct AuditState {
  CompactRange tree;  // of what was audited
  LogPast past;       // past.next_index is tree.tree_size()
  // The exact bytes of the entries with KeyEvents, by index: those of past.keys.
  std::map<std::uint64_t, std::string> key_events;
  bool with_articles = true;
  std::vector<v1::Finding> findings;  // at most kMaxKeptFindings
  std::uint64_t finding_count = 0;
  absl::Time audited_at = absl::InfinitePast();
  // An audit from the beginning was asked for, and has come so far.
  bool full_under_way = false;
};

// The file of `state`.
std::string FormatAuditState(const AuditState& state);

// The state in a file. DataLoss, saying what was found: another first line, no AuditState, hashes that do not
// fit its size, a key event that is none or out of order.
absl::StatusOr<AuditState> ParseAuditState(std::string_view file);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_AUDIT_STATE_H_
