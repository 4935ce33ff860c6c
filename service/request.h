// SPDX-License-Identifier: Apache-2.0
//
// What the handlers have in common in reading requests.
#ifndef CHIROGRAPH_SERVICE_REQUEST_H_
#define CHIROGRAPH_SERVICE_REQUEST_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/verification_service.pb.h"
#include "service/admission.h"

namespace chirograph {

// INVALID_ARGUMENT, REQUEST_INVALID, with a BadRequest for `field`.
absl::Status InvalidField(std::string_view field, std::string_view what);

// OUT_OF_RANGE, BEYOND_TREE_SIZE. Metadata: `field` and its value, "newest_tree_size" and tree_size.
absl::Status BeyondTreeSize(std::string_view field, std::uint64_t value, std::uint64_t tree_size);

// REQUEST_INVALID: a stream's message has more than limits::kMaxSubmissionsPerMessage.
absl::Status CheckSubmissionCount(int count);

// The submission in a request, which must outlive it. REQUEST_INVALID: there is none.
absl::StatusOr<Submission> ReadSubmission(const v1::IngestArticleRequest& request);
absl::StatusOr<Submission> ReadSubmission(const v1::TaggedSubmission& tagged);
absl::StatusOr<Submission> ReadSubmission(const v1::VerifyArticleRequest& request);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_REQUEST_H_
