// SPDX-License-Identifier: Apache-2.0
//
// An audit of a log by somebody who believes nothing that its server says: each entry, with what is kept
// beside it, is fetched and recomputed, up to the root that the log signed.
#ifndef CHIROGRAPH_CLIENT_AUDIT_H_
#define CHIROGRAPH_CLIENT_AUDIT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/finding.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "crypto/checkpoint.h"
#include "crypto/verdict.h"
#include "proto/check_part.h"
#include "proto/log_check.h"

namespace chirograph {

// A receipt to hold the log to, beside those in the state.
struct AuditReceipt {
  std::string name;  // for findings: the file's path
  // Or why the file has none. Its message names the file.
  absl::StatusOr<v1::Receipt> receipt;
};

struct AuditOptions {
  // From index 0, or on with an audit from there that was asked for so and did not end. Otherwise from where
  // the last audit ended, whose findings stand.
  bool full = false;
  // Fetch and check Openings and Contents too. Where the last audit did not, this one begins at index 0.
  bool with_articles = true;
  std::vector<AuditReceipt> receipts;
  // At most: what a search for a mismatch has to hold in memory, at 40 bytes each, and what an audit that was
  // killed does again.
  std::uint64_t entries_between_proofs = std::uint64_t{1} << 16;
  // On which articles are checked. 0: one for each core.
  std::size_t threads = 0;
  // For tests of the audit itself (proto/check_part.h): no program sets it.
  CheckParts left_out;
};

struct AuditSummary;

// All may be empty. Called on the thread that asked.
struct AuditCallbacks {
  // Each entry, in order, with its own findings.
  std::function<void(const CheckedEntry& entry)> on_entry;
  // Each finding as it is made, also those of no entry.
  std::function<void(const v1::Finding& finding)> on_finding;
  // A receipt, of the options or the state, that the log cannot be held to; the audit goes on with the
  // others. `why` names it: no receipt of this log, damaged, or the server owns up to damage in place of a
  // proof.
  std::function<void(const std::string& name, const absl::Status& why)> on_unchecked_receipt;
  // `next_index` of `tree_size` were checked. Also before the first entry, where there is one to check.
  std::function<void(std::uint64_t next_index, std::uint64_t tree_size)> on_progress;
  // Asked a few times a second: true ends the audit, which goes on from resume_index next time.
  std::function<bool()> should_stop;
  // However the audit ends once it has a checkpoint, also with a failure: what was done of it.
  std::function<void(const AuditSummary& summary)> on_end;
};

struct AuditSummary {
  Checkpoint checkpoint;          // that the log was audited against
  std::string checkpoint_note;    // the same as it was signed
  std::uint64_t first_index = 0;  // this audit was of [first_index, next_index)
  std::uint64_t next_index = 0;
  bool is_complete = false;  // up to checkpoint.tree_size; otherwise it was stopped
  // Where the next audit goes on: next_index, unless what was looked at could not be kept.
  std::uint64_t resume_index = 0;
  bool is_full = false;  // of an audit from index 0 that was asked for, now or when it began
  std::uint64_t articles = 0;
  std::uint64_t key_events = 0;
  std::map<Verdict, std::uint64_t> at_ingest;  // articles by recorded verdict
  std::map<Verdict, std::uint64_t> now;        // by the keyring given, where there is one
  // Articles whose signature was verified: with a key of the keyring given; with one that the log alone
  // names.
  std::uint64_t verified_by_keyring = 0;
  std::uint64_t verified_by_log_keys = 0;
  std::uint64_t receipts = 0;  // held against the log
  std::uint64_t unchecked_receipts = 0;
  std::uint64_t findings = 0;  // of this audit
  // Of earlier ones, which stand: `earlier` has the first of them.
  std::uint64_t earlier_findings = 0;
  std::vector<v1::Finding> earlier;
  absl::Time earlier_audit = absl::InfinitePast();
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_AUDIT_H_
