// SPDX-License-Identifier: Apache-2.0
#include "client/internal/submission.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "crypto/encoding.h"
#include "proto/canonical_form.h"
#include "proto/enum_conversion.h"
#include "proto/front_matter.h"
#include "proto/recorded_verdict.h"

namespace chirograph::internal {

absl::StatusOr<PreparedSubmission> Prepare(const Submission& submission) {
  PreparedSubmission prepared;
  if (const auto* document = std::get_if<SourceDocument>(&submission)) {
    absl::StatusOr<v1::Article> article = ParseDocument(document->bytes);
    if (!article.ok()) return article.status();
    prepared.article = *std::move(article);
    prepared.source = document->bytes;
  } else {
    prepared.article = std::get<v1::Article>(submission);
  }
  const absl::Status written = WriteCanonicalForm(prepared.article, &prepared.canonical_form);
  if (!written.ok()) return written;
  prepared.article_digest = Sha256(prepared.canonical_form);
  return prepared;
}

std::optional<Failure> CheckVerification(const v1::VerificationResult& result,
                                         const PreparedSubmission& prepared, std::string_view came_with) {
  if (!FromProto(result.verdict()).has_value() || !FromProto(result.reason()).has_value()) {
    return DoesNotCheck(fmt::format("{} has no verdict", came_with));
  }
  if (result.article_digest() != AsBytes(prepared.article_digest)) {
    return DoesNotCheck(fmt::format("{} is about the article sha256:{}, not about sha256:{}, which was sent",
                                    came_with, HexEncode(result.article_digest()),
                                    ToHex(prepared.article_digest)));
  }
  const std::string publisher = PublisherOf(prepared.article);
  if (result.publisher_domain() != publisher) {
    return DoesNotCheck(fmt::format("{} is about the publisher '{}', not about '{}', which the article names",
                                    came_with, result.publisher_domain(), publisher));
  }
  return std::nullopt;
}

}  // namespace chirograph::internal
