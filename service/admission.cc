// SPDX-License-Identifier: Apache-2.0
#include "service/admission.h"

#include <fmt/format.h>

#include <cstddef>

#include "crypto/limits.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/verification_result.h"

namespace chirograph {
namespace {

absl::Status TooLarge(std::string_view what, std::size_t bytes, std::size_t limit) {
  return MakeError(v1::ERROR_REASON_ARTICLE_TOO_LARGE,
                   fmt::format("the {} has {} bytes; at most {} are taken", what, bytes, limit));
}

absl::StatusOr<v1::Article> ReadSource(const std::string& document) {
  if (document.size() > limits::kMaxSourceDocumentBytes) {
    return TooLarge("source document", document.size(), limits::kMaxSourceDocumentBytes);
  }
  absl::StatusOr<v1::Article> article = ParseDocument(document);
  if (article.ok()) return article;
  if (absl::IsInternal(article.status())) {
    return MakeError(v1::ERROR_REASON_INTERNAL, std::string(article.status().message()));
  }
  const SourcePosition position = PositionOf(article.status()).value_or(SourcePosition{});
  return MakeError(v1::ERROR_REASON_DOCUMENT_UNREADABLE,
                   fmt::format("the source document cannot be read: line {}, column {}: {}", position.line,
                               position.column, std::string(article.status().message())),
                   {{"line", std::to_string(position.line)}, {"column", std::to_string(position.column)}});
}

// The path in "PATH: what is wrong", as the errors of WriteCanonicalForm are; empty where it is of the whole
// article. Between quotation marks it may have a colon too.
std::string_view PathIn(std::string_view message) {
  bool quoted = false;
  for (std::size_t i = 0; i + 1 < message.size(); ++i) {
    if (message[i] == '"') quoted = !quoted;
    if (!quoted && message[i] == ':' && message[i + 1] == ' ') return message.substr(0, i);
  }
  return {};
}

absl::Status NotCanonical(const absl::Status& status) {
  const std::string message(status.message());
  if (status.code() == absl::StatusCode::kResourceExhausted) {
    return MakeError(v1::ERROR_REASON_ARTICLE_TOO_LARGE, message);
  }
  const std::string_view path = PathIn(message);
  return WithFieldViolation(
      MakeError(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL,
                fmt::format("the article is not the message of its canonical form: {}", message)),
      path.empty() ? "article" : fmt::format("article.{}", path),
      path.empty() ? std::string_view(message) : std::string_view(message).substr(path.size() + 2));
}

std::optional<std::string_view> ProviderDomain(const v1::Article& article) {
  if (!article.has_provider() || !article.provider().has_domain()) return std::nullopt;
  return article.provider().domain();
}

std::string_view ArticleUrl(const v1::Article& article) {
  return article.has_web_url() ? article.web_url() : article.original_url();
}

// What is stored must fit into an answer, whose limit is gRPC's.
absl::Status CheckSizes(const v1::Article& article, std::size_t source_bytes) {
  const std::size_t secured = article.secured().size();
  if (secured > limits::kMaxSecuredFieldBytes)
    return TooLarge("secured field", secured, limits::kMaxSecuredFieldBytes);
  const std::size_t url = ArticleUrl(article).size();
  if (url > limits::kMaxUrlBytes) return TooLarge("article's URL", url, limits::kMaxUrlBytes);
  const std::size_t content = article.ByteSizeLong() + source_bytes;
  if (content > limits::kMaxContentBytes)
    return TooLarge("article as a message", content, limits::kMaxContentBytes);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CheckedSubmission> Admission::Check(const Submission& submission, absl::Time at) const {
  return std::visit([&](const auto* input) { return Check(*input, at); }, submission);
}

absl::StatusOr<CheckedSubmission> Admission::Check(const v1::Article& article, absl::Time at) const {
  CheckedSubmission checked;
  if (absl::Status status = WriteCanonicalForm(article, &checked.canonical_form); !status.ok()) {
    return NotCanonical(status);
  }
  if (absl::Status status = CheckSizes(article, 0); !status.ok()) return status;
  checked.article = &article;
  Judge(checked, at);
  return checked;
}

absl::StatusOr<CheckedSubmission> Admission::Check(const std::string& source_document, absl::Time at) const {
  CheckedSubmission checked;
  absl::StatusOr<v1::Article> article = ReadSource(source_document);
  if (!article.ok()) return article.status();
  checked.read = std::make_shared<const v1::Article>(*std::move(article));
  checked.article = checked.read.get();
  if (absl::Status status = WriteCanonicalForm(*checked.article, &checked.canonical_form); !status.ok()) {
    return NotCanonical(status);
  }
  if (absl::Status status = CheckSizes(*checked.article, source_document.size()); !status.ok()) return status;
  checked.id.source_digest = Sha256(source_document);
  checked.source_document = &source_document;
  Judge(checked, at);
  return checked;
}

void Admission::Judge(CheckedSubmission& checked, absl::Time at) const {
  const v1::Article& article = *checked.article;
  checked.id.article_digest = Sha256(checked.canonical_form);
  if (!article.secured().empty()) checked.id.secured_digest = Sha256(article.secured());

  SecuredDocument document{.canonical_form = checked.canonical_form,
                           .provider_domain = ProviderDomain(article)};
  if (article.has_secured()) document.secured = article.secured();
  checked.verification = VerifySecured(document, keyring_, at);
  const bool has_keys = !keyring_.KeysFor(checked.verification.publisher_domain).empty();
  checked.result = MakeVerificationResult(checked.verification, checked.id.article_digest,
                                          policy_.Decide(checked.verification.verdict, has_keys), at);
}

absl::StatusOr<PreparedArticle> Admission::Prepare(CheckedSubmission checked) const {
  PreparedArticle prepared{
      .id = checked.id, .key = checked.verification.key, .result = std::move(checked.result)};
  prepared.content = SerializeContent(*checked.article, checked.source_document);

  absl::StatusOr<std::string> salt = RandomBytes(kSaltBytes);
  if (!salt.ok()) return salt.status();
  v1::Opening opening;
  opening.set_version(kOpeningVersion);
  opening.set_salt(*std::move(salt));
  opening.set_article_digest(std::string(AsBytes(checked.id.article_digest)));
  if (checked.id.source_digest) opening.set_source_digest(std::string(AsBytes(*checked.id.source_digest)));
  if (checked.id.secured_digest) opening.set_secured_digest(std::string(AsBytes(*checked.id.secured_digest)));
  if (checked.verification.key != nullptr)
    opening.set_opened_signature(checked.verification.opened_signature);
  opening.set_publisher_domain(checked.verification.publisher_domain);
  opening.set_url(std::string(ArticleUrl(*checked.article)));
  opening.set_content_digest(std::string(AsBytes(Sha256(prepared.content))));
  absl::StatusOr<std::string> bytes = SerializeOpening(opening);
  if (!bytes.ok()) return bytes.status();
  prepared.opening = *std::move(bytes);
  return prepared;
}

}  // namespace chirograph
