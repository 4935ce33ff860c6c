// SPDX-License-Identifier: Apache-2.0
//
// Entry bundles of C2SP tlog-tiles: each entry as its length, a big-endian uint16, and its bytes.
#ifndef CHIROGRAPH_CRYPTO_ENTRY_BUNDLE_H_
#define CHIROGRAPH_CRYPTO_ENTRY_BUNDLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

// Appends `entry` to `bundle`, which has less than kTileWidth. InvalidArgument, and `bundle` as it was: the
// entry is over limits::kMaxBundledEntryBytes.
absl::Status AppendToEntryBundle(std::string_view entry, std::string& bundle);

// The entries of `bundle`, 1 to kTileWidth, as views into it: how many there should be is the caller's to
// know. InvalidArgument: none, too many, or bytes that end within an entry; the message says at which.
absl::StatusOr<std::vector<std::string_view>> ParseEntryBundle(std::string_view bundle);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_ENTRY_BUNDLE_H_
