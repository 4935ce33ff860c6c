// SPDX-License-Identifier: Apache-2.0
//
// What a receipt's check found: a line for each thing, never just a yes.
#ifndef CHIROGRAPH_CLIENT_RECEIPT_REPORT_H_
#define CHIROGRAPH_CLIENT_RECEIPT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/checkpoint.h"
#include "crypto/key_types.h"
#include "crypto/sha256.h"
#include "crypto/verdict.h"

namespace chirograph {

// What a finding is about, in the order in which findings stand in a report.
enum class CheckSubject {
  kCheckpoint,    // signed by the log's key, of its origin
  kLogEntry,      // the bytes are an article's record
  kInclusion,     // they are in the tree of that checkpoint, at that index
  kOpening,       // it hashes to what the record says
  kArticle,       // its canonical form hashes to what the Opening says
  kSecuredField,  // so does its secured field
  kSource,        // so does the source document, and the article made from it is that article
  kContent,       // so do the stored bytes, and they hold that article and that document
  kPublisher,     // the Opening's domain is the article's
  kUrl,           // likewise
  // What the record says of the signature fits all that can be seen without a key. Fails or is not checked;
  // it stays the operator's word.
  kRecordedVerdict,
  // The publisher's signature. Verified: ReceiptReport.signature, whatever its verdict, was computed here and
  // does not contradict the record.
  kSignature,
  kIngestTime,  // never checked: no witness stands behind it
};

enum class CheckOutcome {
  kVerified,    // and so is everything that it hangs on, up to the log's signature
  kNotChecked,  // something that it takes was not given or failed; Finding.detail says what
  kFailed,      // it was computed, and it is not so
};

// Who vouches for what a line says.
enum class CheckedBy {
  kHere,            // nobody needs to: it was recomputed
  kOperator,        // the archive's operator says so
  kOperatorsClock,  // likewise, and it is a time
};

// One line.
struct Finding {
  CheckSubject subject;
  CheckOutcome outcome;
  CheckedBy by;
  // For a person, without a full stop: what was shown, why it was not checked, or what was expected and
  // what was found. May quote the server or the article: escape control characters before printing.
  std::string detail;
};

// "checkpoint", "logEntry", ...; "VERIFIED", "NOT_CHECKED", "FAILED"; "HERE", "OPERATOR", "OPERATORS_CLOCK":
// as --json spells them.
std::string_view CheckSubjectName(CheckSubject subject);
std::string_view CheckOutcomeName(CheckOutcome outcome);
std::string_view CheckedByName(CheckedBy by);
// "checked here", "by the operator's word", "by the operator's clock; no witness".
std::string_view CheckedByText(CheckedBy by);

// The publisher's signature, by the caller's keyring.
struct SignatureCheck {
  Verdict verdict = Verdict::kUnknownKey;
  VerdictReason reason = VerdictReason::kNoKeyForPublisher;
  std::string key_id;  // empty where no key verified; as is algorithm
  std::optional<KeyAlgorithm> algorithm;
  absl::Time at;
  // The keyring's key has no envelope, or not its key, but the field has one, so the signature was taken from
  // the Opening: that the field opens to it is the operator's word.
  bool by_opened_signature = false;
};

struct ReceiptReport {
  // One a subject, in the order of CheckSubject.
  std::vector<Finding> findings;

  // What the receipt holds, as far as it could be read. To be believed only if ok().
  std::uint64_t index = 0;
  std::optional<Checkpoint> checkpoint;
  std::optional<v1::LogEntry> log_entry;  // always with an article_record
  std::optional<v1::Opening> opening;
  std::optional<Digest> article_digest;  // as the Opening says

  // Set where the evidence has a keyring and an article in some form.
  std::optional<SignatureCheck> signature;

  // Whether no finding failed: checkpoint, log entry, inclusion and Opening are verified then. It says
  // nothing of what was not checked, and nothing of a signature's verdict but that it does not contradict the
  // record.
  bool ok() const;
  // OK, or DataLoss with every finding that failed.
  absl::Status ToStatus() const;
  // The finding on `subject`.
  const Finding& Find(CheckSubject subject) const;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_RECEIPT_REPORT_H_
