// SPDX-License-Identifier: Apache-2.0
//
// Recomputes all that a receipt says. Pure: no network, no clock, no disk.
#ifndef CHIROGRAPH_CLIENT_RECEIPT_CHECK_H_
#define CHIROGRAPH_CLIENT_RECEIPT_CHECK_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "client/receipt_report.h"
#include "crypto/keyring.h"
#include "crypto/note.h"

namespace chirograph {

// What to hold a receipt against, as far as it is at hand. What is not given is not checked. The pointers
// and views need only outlive the call.
struct ReceiptEvidence {
  const v1::Article* article = nullptr;             // with its secured field
  std::optional<std::string_view> source_document;  // byte for byte
  // In its place there was a document with other bytes, whose article is `article`: said where it is missed.
  bool other_document = false;
  std::optional<std::string_view> content;  // the stored Content's exact bytes: all of the above
  const Keyring* keyring = nullptr;
  // The time to judge the publisher's key at. Absent: the ingest time in the record.
  std::optional<absl::Time> signature_time;
};

// Recomputes everything that `receipt` says, as far as `evidence` goes: leaf hash, inclusion proof,
// checkpoint, Opening, digests, the article from its source, and the publisher's signature. Everything that
// can still be computed after a failure is. The receipt may come from anybody. Thread-safe.
//
// The signature fails where the record says that a key verified it and the keyring has keys for that
// publisher of which none does, or where the field opens to another signature than the Opening has. Where
// the record says UNKNOWN_KEY or INVALID and a key here verifies it, that is no contradiction: the operator
// had other keys.
ReceiptReport CheckReceipt(const v1::Receipt& receipt, const NoteVerifier& log,
                           const ReceiptEvidence& evidence = {});

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_RECEIPT_CHECK_H_
