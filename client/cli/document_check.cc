// SPDX-License-Identifier: Apache-2.0
#include "client/cli/document_check.h"

#include <utility>

#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {

absl::StatusOr<CheckedDocument> CheckDocument(std::string_view document, const Keyring& keyring,
                                              absl::Time at) {
  CheckedDocument checked;
  absl::StatusOr<v1::Article> article = ParseDocument(document);
  if (!article.ok()) return article.status();
  checked.article = *std::move(article);
  if (const absl::Status status = WriteCanonicalForm(checked.article, &checked.canonical_form);
      !status.ok()) {
    return status;
  }
  checked.article_digest = Sha256(checked.canonical_form);

  SecuredDocument secured;
  secured.canonical_form = checked.canonical_form;
  if (checked.article.has_secured()) secured.secured = checked.article.secured();
  if (checked.article.provider().has_domain()) secured.provider_domain = checked.article.provider().domain();
  checked.verification = VerifySecured(secured, keyring, at);
  return checked;
}

}  // namespace chirograph
