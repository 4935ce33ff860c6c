// SPDX-License-Identifier: Apache-2.0
//
// Entry bundles. What parses is made of its entries again, byte for byte.
#include <string>
#include <vector>

#include "crypto/entry_bundle.h"
#include "crypto/tile.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {

void FuzzOne(std::string_view input) {
  const absl::StatusOr<std::vector<std::string_view>> entries = ParseEntryBundle(input);
  if (!entries.ok()) {
    CHIROGRAPH_FUZZ_CHECK(entries.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  CHIROGRAPH_FUZZ_CHECK(!entries->empty() && entries->size() <= kTileWidth);
  std::string bundle;
  for (const std::string_view entry : *entries) {
    CHIROGRAPH_FUZZ_CHECK(AppendToEntryBundle(entry, bundle).ok());
  }
  CHIROGRAPH_FUZZ_CHECK(bundle == input);
}

}  // namespace chirograph
