// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_DOCUMENT_SIGNER_H_
#define CHIROGRAPH_CLIENT_CLI_DOCUMENT_SIGNER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cli/document_check.h"
#include "client/cli/signing_key.h"

namespace chirograph {

// InvalidArgument: `article` does not name the domain that `key` signs for; the message has both.
absl::Status CheckSignsFor(const SigningKey& key, const v1::Article& article);

// `document` with its top-level `secured` set to a new signature by `key`: in the lines where it stood, or
// as the last lines of the front matter, with the document's own line ends. Every other byte is as it was.
// Before it is returned it was read again, its canonical form compared with the old one's, and its field
// verified.
// InvalidArgument as ParseDocument and CheckSignsFor; or the `secured` that is there is tied to another
// value (an anchor), so that replacing it would change the article; or the new one would bring the document
// over limits.h. Internal: OpenSSL could not.
absl::StatusOr<std::string> SignDocument(std::string_view document, const SigningKey& key, absl::Time now);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_DOCUMENT_SIGNER_H_
