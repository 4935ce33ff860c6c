// SPDX-License-Identifier: Apache-2.0
#include "service/verify.h"

#include <cstdint>
#include <utility>

#include "proto/article_fields.h"
#include "proto/stored_format.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

template <class Request>
absl::StatusOr<VerifyManner> Read(const Request& request) {
  VerifyManner manner{.include_canonical_form = request.include_canonical_form()};
  if (!request.has_evaluated_at()) return manner;
  if (!IsValidTimestamp(request.evaluated_at())) {
    return InvalidField("evaluated_at",
                        "a Timestamp is of the years 0001 to 9999, with nanos from 0 to 999,999,999");
  }
  manner.evaluated_at = request.evaluated_at();
  return manner;
}

}  // namespace

absl::StatusOr<VerifyManner> ReadManner(const v1::VerifyArticleRequest& request) { return Read(request); }
absl::StatusOr<VerifyManner> ReadManner(const v1::VerifyArticlesRequest& request) { return Read(request); }

absl::StatusOr<v1::VerifyArticleResponse> Verify(const Archive& archive,
                                                 const absl::StatusOr<Submission>& submission,
                                                 const VerifyManner& manner) {
  if (!submission.ok()) return submission.status();
  const absl::Time at = manner.evaluated_at ? FromTimestamp(*manner.evaluated_at) : archive.clock.Now();
  absl::StatusOr<CheckedSubmission> checked = archive.admission.Check(*submission, at);
  if (!checked.ok()) return checked.status();
  const absl::StatusOr<std::optional<std::uint64_t>> index = archive.store.FindSubmission(checked->id);
  if (!index.ok()) return FromStoreError(index.status());
  v1::VerifyArticleResponse response;
  // What was committed just now, but not published yet, is not there yet.
  if (index->has_value() && **index < archive.sequencer.tree()->checkpoint.tree_size) {
    response.set_archived_index(**index);
  }
  *response.mutable_verification() = std::move(checked->result);
  // The time asked about, to the nanosecond: it is not logged.
  if (manner.evaluated_at) *response.mutable_verification()->mutable_evaluated_at() = *manner.evaluated_at;
  if (manner.include_canonical_form) response.set_canonical_form(std::move(checked->canonical_form));
  return response;
}

}  // namespace chirograph
