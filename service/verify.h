// SPDX-License-Identifier: Apache-2.0
//
// What VerifyArticle answers, alone and in a stream.
#ifndef CHIROGRAPH_SERVICE_VERIFY_H_
#define CHIROGRAPH_SERVICE_VERIFY_H_

#include <google/protobuf/timestamp.pb.h>

#include <optional>

#include "absl/status/statusor.h"
#include "chirograph/v1/verification_service.pb.h"
#include "service/admission.h"
#include "service/archive.h"

namespace chirograph {

// How an article is to be checked.
struct VerifyManner {
  std::optional<google::protobuf::Timestamp> evaluated_at;  // a valid one; nothing: now
  bool include_canonical_form = false;
};
// REQUEST_INVALID: evaluated_at is no time.
absl::StatusOr<VerifyManner> ReadManner(const v1::VerifyArticleRequest& request);
absl::StatusOr<VerifyManner> ReadManner(const v1::VerifyArticlesRequest& request);

// Checks `submission`, or passes its error on. Thread-safe. Errors, with their ErrorReason: those of
// Admission::Check and of the store.
absl::StatusOr<v1::VerifyArticleResponse> Verify(const Archive& archive,
                                                 const absl::StatusOr<Submission>& submission,
                                                 const VerifyManner& manner);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_VERIFY_H_
