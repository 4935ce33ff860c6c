// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_DOCUMENT_WRITER_H_
#define CHIROGRAPH_CLIENT_CLI_DOCUMENT_WRITER_H_

#include <string>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"

namespace chirograph {

// A source document whose article is `article`, secured field and all: front matter in YAML, then the body.
// It was read back: its canonical form and secured field are the same. InvalidArgument: they are not, because
// no document can say what this article says; else as CanonicalForm.
absl::StatusOr<std::string> WriteDocument(const v1::Article& article);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_DOCUMENT_WRITER_H_
