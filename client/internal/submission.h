// SPDX-License-Identifier: Apache-2.0
//
// What a client knows of an article before it asks the server anything.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_SUBMISSION_H_
#define CHIROGRAPH_CLIENT_INTERNAL_SUBMISSION_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/verification.pb.h"
#include "client/answer.h"
#include "client/archive_client.h"
#include "crypto/sha256.h"

namespace chirograph::internal {

// A submission read by the same code as the server's. `source` points into the submission.
struct PreparedSubmission {
  v1::Article article;
  std::string canonical_form;
  Digest article_digest = {};
  std::optional<std::string_view> source;
};

// InvalidArgument, with a SourcePosition for a document, which may be over limits.h too; ResourceExhausted:
// the canonical form is over limits.h.
absl::StatusOr<PreparedSubmission> Prepare(const Submission& submission);

// Puts `submission` into the `input` of a request.
template <typename Request>
void SetInput(const Submission& submission, Request* request) {
  if (const auto* document = std::get_if<SourceDocument>(&submission)) {
    request->set_source_document(document->bytes);
  } else {
    *request->mutable_article() = std::get<v1::Article>(submission);
  }
}

// A Failure unless `result` is about `prepared` and complete.
std::optional<Failure> CheckVerification(const v1::VerificationResult& result,
                                         const PreparedSubmission& prepared, std::string_view came_with);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_SUBMISSION_H_
