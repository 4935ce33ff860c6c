// SPDX-License-Identifier: Apache-2.0
//
// .tlog-proof files, exactly C2SP tlog-proof.
#ifndef CHIROGRAPH_CRYPTO_TLOG_PROOF_H_
#define CHIROGRAPH_CRYPTO_TLOG_PROOF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/sha256.h"

namespace chirograph {

// First line of the file.
inline constexpr std::string_view kTlogProofHeader = "c2sp.org/tlog-proof@v1";

// One file's content. Nothing in it is verified by having been parsed.
struct TlogProof {
  std::optional<std::string> extra;  // raw bytes, not authenticated; never empty
  std::uint64_t index = 0;
  std::vector<Digest> inclusion_proof;
  std::string checkpoint;  // signed note, verbatim
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// The file. An empty `extra` is left out, as the specification has it.
std::string FormatTlogProof(const TlogProof& proof);

// InvalidArgument with a SourcePosition (line): not of the format, base64 not canonical, an index with
// leading zeroes or over 2^63-1, over limits.h. The checkpoint is taken as it stands (OpenCheckpoint
// checks it), but must not be empty.
absl::StatusOr<TlogProof> ParseTlogProof(std::string_view file);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_TLOG_PROOF_H_
