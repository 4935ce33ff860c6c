// SPDX-License-Identifier: Apache-2.0
#include "service/request.h"

#include <fmt/format.h>

#include <string>

#include "crypto/limits.h"
#include "proto/rpc_error.h"

namespace chirograph {
namespace {

template <typename Request>
absl::StatusOr<Submission> ReadInput(const Request& request) {
  switch (request.input_case()) {
    case Request::kArticle:
      return Submission(&request.article());
    case Request::kSourceDocument:
      return Submission(&request.source_document());
    case Request::INPUT_NOT_SET:
      break;
  }
  return InvalidField("input", "send an article or a source_document");
}

}  // namespace

absl::Status InvalidField(std::string_view field, std::string_view what) {
  return WithFieldViolation(MakeError(v1::ERROR_REASON_REQUEST_INVALID, fmt::format("{}: {}", field, what)),
                            field, what);
}

absl::Status BeyondTreeSize(std::string_view field, std::uint64_t value, std::uint64_t tree_size) {
  return MakeError(
      v1::ERROR_REASON_BEYOND_TREE_SIZE,
      fmt::format("{} {} is beyond the log, which has {} entries", field, value, tree_size),
      {{std::string(field), std::to_string(value)}, {"newest_tree_size", std::to_string(tree_size)}});
}

absl::Status CheckSubmissionCount(int count) {
  if (static_cast<std::uint32_t>(count) <= limits::kMaxSubmissionsPerMessage) return absl::OkStatus();
  return InvalidField("submissions", fmt::format("a message has {} of them; at most {} are taken", count,
                                                 limits::kMaxSubmissionsPerMessage));
}

absl::StatusOr<Submission> ReadSubmission(const v1::IngestArticleRequest& request) {
  return ReadInput(request);
}
absl::StatusOr<Submission> ReadSubmission(const v1::TaggedSubmission& tagged) { return ReadInput(tagged); }
absl::StatusOr<Submission> ReadSubmission(const v1::VerifyArticleRequest& request) {
  return ReadInput(request);
}

}  // namespace chirograph
