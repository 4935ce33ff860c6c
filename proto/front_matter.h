// SPDX-License-Identifier: Apache-2.0
//
// A source document: YAML front matter between two lines of dashes, then a body
// (docs/canonical-form.md, section "Front matter").
#ifndef CHIROGRAPH_PROTO_FRONT_MATTER_H_
#define CHIROGRAPH_PROTO_FRONT_MATTER_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "crypto/source_position.h"

namespace chirograph {

// Half-open range of byte offsets into a document.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where a document's parts lie.
struct DocumentLayout {
  ByteRange front_matter;  // after the first line of dashes, up to the second
  ByteRange body;          // after the second, to the end; may be white space alone
  // The lines, with their line ends, that the top-level `secured` key and its value take up. Absent:
  // there is no such key.
  std::optional<ByteRange> secured_lines;
};

// Finds the parts of `document`, reading its front matter in full.
// InvalidArgument with a SourcePosition counted from the document's first line: it is not a document
// (no dashes, never closed), its front matter breaks a rule, or it is over limits.h.
absl::StatusOr<DocumentLayout> FindLayout(std::string_view document);

// The Article of `document`: typed fields where a value fits exactly, `extra` for all else, nothing
// dropped. What it returns is always the message of its canonical form.
// InvalidArgument as FindLayout.
absl::StatusOr<v1::Article> ParseDocument(std::string_view document);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_FRONT_MATTER_H_
