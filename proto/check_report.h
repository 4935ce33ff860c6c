// SPDX-License-Identifier: Apache-2.0
//
// What an audit, or an operator's own check, has to say when it ends: the pages and files that are made of it
// (check_report_html.h, check_report_json.h) say the same of both. Filled by whoever checked.
#ifndef CHIROGRAPH_PROTO_CHECK_REPORT_H_
#define CHIROGRAPH_PROTO_CHECK_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/finding.pb.h"
#include "crypto/checkpoint.h"
#include "proto/verdict_tally.h"

namespace chirograph {

// Whose word the report is.
enum class CheckKind {
  kAudit,      // somebody who believes nothing that the server says, on his own machine
  kSelfCheck,  // the operator, of his own archive
};

// Whose word it is that a key is a publisher's.
enum class KeySource {
  kNone,     // no signature was verified
  kLog,      // the log's own KeyEvents: the operator's
  kKeyring,  // a keyring of whoever checked; where that has none of a publisher, the log's
};

// The log contradicted what it had signed before.
struct CheckAlarm {
  std::string message;         // what contradicts what
  std::string what_it_proves;  // to others, and what it does not
  std::string evidence_dir;    // empty: it could not be written
  std::string trusted_note;    // the two signed notes
  std::string received_note;
};

// A receipt that the log could not be held to.
struct UncheckedReceipt {
  std::string file;
  std::string problem;
};

// One thing to do by hand.
struct CheckStep {
  std::string what;
  std::string commands;  // for a POSIX shell, quoted for it; may have many lines
};

// Findings of one check that a report keeps; the rest is only counted.
inline constexpr std::size_t kMaxReportFindings = 10'000;
// Bytes of a text that a stranger wrote, in a report.
inline constexpr std::size_t kMaxReportTextBytes = 1000;

struct CheckReport {
  CheckKind kind = CheckKind::kAudit;
  std::string software;  // "chirograph 0.1.0"
  std::string archive;   // what was asked: the server's address, or the folder
  absl::Time started;    // by the clock of whoever checked
  absl::Time ended;

  std::string origin;
  std::string verifier_key;     // the log's key that was believed
  Checkpoint checkpoint;        // that the log was held to
  std::string checkpoint_note;  // the same as it was signed. Empty: there was none to be had

  std::uint64_t first_index = 0;  // [first_index, next_index) was looked at
  std::uint64_t next_index = 0;
  std::string not_finished;  // why it is not; empty: it is, up to checkpoint.tree_size
  bool with_articles = true;
  KeySource keys = KeySource::kNone;

  std::uint64_t articles = 0;
  std::uint64_t key_events = 0;
  VerdictTally at_ingest;  // as the operator recorded them
  VerdictCounts now;       // by the keyring, where there is one
  std::uint64_t verified_by_keyring = 0;
  std::uint64_t verified_by_log_keys = 0;
  std::uint64_t receipts = 0;                        // held against the log
  std::vector<UncheckedReceipt> unchecked_receipts;  // the first kMaxReportFindings
  std::uint64_t unchecked_receipt_count = 0;

  std::vector<v1::Finding> findings;  // the first kMaxReportFindings
  std::uint64_t finding_count = 0;
  // Of earlier checks, which stand: the first of them.
  std::vector<v1::Finding> earlier_findings;
  std::uint64_t earlier_finding_count = 0;
  std::optional<absl::Time> earlier_check;  // when the last one was

  std::optional<CheckAlarm> alarm;
  std::vector<CheckStep> steps;
};

// Counts `finding`, and keeps it, with its texts shortened, as long as there is room.
void AddFinding(const v1::Finding& finding, CheckReport& report);
// The same for one of an earlier check, but for the count.
void AddEarlierFinding(const v1::Finding& finding, CheckReport& report);

// `keys`, but kNone where no article was looked at, and so no signature verified.
KeySource KeysUsed(const CheckReport& report);

// Counts a receipt that could not be checked, and keeps it, with its texts shortened, as long as there is
// room.
void AddUncheckedReceipt(std::string_view file, std::string_view problem, CheckReport& report);

// The worst that there is to say. A receipt that could not be checked leaves a check unfinished.
enum class CheckResult { kNothingWrong, kFindings, kNotFinished, kAlarm };
CheckResult ResultOf(const CheckReport& report);

// "NOTHING_WRONG", "FINDINGS", "NOT_FINISHED", "ALARM".
std::string_view CheckResultName(CheckResult result);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_REPORT_H_
