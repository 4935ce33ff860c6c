// SPDX-License-Identifier: Apache-2.0
#include "service/ingest.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "proto/rpc_error.h"

namespace chirograph {
namespace {

// The article is durable, but the store cannot be read now: "not stored" would be untrue.
absl::Status ArchivedWithoutReceipt(std::uint64_t index, const absl::Status& status) {
  if (ReasonOf(status) != v1::ERROR_REASON_STORE_UNAVAILABLE) return status;
  return MakeError(
      v1::ERROR_REASON_COMMIT_UNCERTAIN,
      fmt::format("the article is archived at index {}, but its receipt cannot be made now: send it "
                  "again to get it ({})",
                  index, std::string(status.message())));
}

}  // namespace

absl::StatusOr<PreparedArticle> Admit(const Archive& archive, const absl::StatusOr<Submission>& submission) {
  if (!submission.ok()) return submission.status();
  absl::StatusOr<CheckedSubmission> checked = archive.admission.Check(*submission, archive.clock.Now());
  if (!checked.ok()) return checked.status();
  return archive.admission.Prepare(*std::move(checked));
}

absl::StatusOr<v1::Receipt> MakeIngestReceipt(ReceiptMaker& receipts, Placement& placement) {
  absl::StatusOr<v1::Receipt> receipt =
      placement.log_entry.empty()
          ? receipts.Read(placement.index)
          : receipts.Build(placement.index, std::move(placement.log_entry), std::move(placement.opening));
  if (!receipt.ok()) return ArchivedWithoutReceipt(placement.index, receipt.status());
  return receipt;
}

}  // namespace chirograph
