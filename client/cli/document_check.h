// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_DOCUMENT_CHECK_H_
#define CHIROGRAPH_CLIENT_CLI_DOCUMENT_CHECK_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"

namespace chirograph {

// A document, read and checked without any server.
struct CheckedDocument {
  v1::Article article;
  std::string canonical_form;
  Digest article_digest = {};
  SecuredVerification verification;  // points into the keyring it was checked by
};

// `keyring` must outlive the result. Errors as ParseDocument.
absl::StatusOr<CheckedDocument> CheckDocument(std::string_view document, const Keyring& keyring,
                                              absl::Time at);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_DOCUMENT_CHECK_H_
