// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints, without their signatures. What parses has one spelling.
#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {

void FuzzOne(std::string_view input) {
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(input);
  if (!checkpoint.ok()) {
    CHIROGRAPH_FUZZ_CHECK(checkpoint.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(!checkpoint->origin.empty());
  CHIROGRAPH_FUZZ_CHECK(checkpoint->tree_size <= kMaxTreeSize);
  CHIROGRAPH_FUZZ_CHECK(FormatCheckpoint(*checkpoint) == input);
}

}  // namespace chirograph
