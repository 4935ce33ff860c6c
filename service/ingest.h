// SPDX-License-Identifier: Apache-2.0
//
// What a single ingest and a stream of them have in common.
#ifndef CHIROGRAPH_SERVICE_INGEST_H_
#define CHIROGRAPH_SERVICE_INGEST_H_

#include "absl/status/statusor.h"
#include "chirograph/v1/receipt.pb.h"
#include "service/archive.h"
#include "service/receipt_builder.h"

namespace chirograph {

// Reads, judges and prepares what ReadSubmission found in a request, which must outlive this call.
// Thread-safe. Errors: as ReadSubmission, Admission::Check and Admission::Prepare.
absl::StatusOr<PreparedArticle> Admit(const Archive& archive, const absl::StatusOr<Submission>& submission);

// The receipt for what the sequencer answered, without its checkpoint; `receipts` is of the sequenced
// article's tree or a later one. Takes the bytes out of `placement`. COMMIT_UNCERTAIN: it is archived, but
// the store cannot be read now. Else errors as ReceiptMaker.
absl::StatusOr<v1::Receipt> MakeIngestReceipt(ReceiptMaker& receipts, Placement& placement);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INGEST_H_
