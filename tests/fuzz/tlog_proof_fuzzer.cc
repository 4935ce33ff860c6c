// SPDX-License-Identifier: Apache-2.0
//
// .tlog-proof files. What parses has one spelling.
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "crypto/tlog_proof.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {

void FuzzOne(std::string_view input) {
  const absl::StatusOr<TlogProof> proof = ParseTlogProof(input);
  if (!proof.ok()) {
    CHIROGRAPH_FUZZ_CHECK(proof.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(proof->index <= kMaxTreeSize);
  CHIROGRAPH_FUZZ_CHECK(proof->inclusion_proof.size() <= limits::kMaxProofHashes);
  CHIROGRAPH_FUZZ_CHECK(!proof->checkpoint.empty());
  CHIROGRAPH_FUZZ_CHECK(!proof->extra || !proof->extra->empty());
  CHIROGRAPH_FUZZ_CHECK(FormatTlogProof(*proof) == input);
}

}  // namespace chirograph
