// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of an article (docs/canonical-form.md): RFC 8785 JSON, what digests and signatures
// are made over.
#ifndef CHIROGRAPH_PROTO_CANONICAL_FORM_H_
#define CHIROGRAPH_PROTO_CANONICAL_FORM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"

namespace chirograph {

// Puts the canonical form of `article` into `*out`, replacing what was there and reusing its memory.
// InvalidArgument, naming the field ("related[2].extra.quality: ..."), where `article` is not the message
// of its canonical form; ResourceExhausted where that is over limits.h in bytes or nodes; `*out` is then
// unspecified. Thread-safe.
absl::Status WriteCanonicalForm(const v1::Article& article, std::string* out);

// The same, into a new string.
absl::StatusOr<std::string> CanonicalForm(const v1::Article& article);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CANONICAL_FORM_H_
