// SPDX-License-Identifier: Apache-2.0
//
// An absl::Status that knows the line and column it speaks of.
#ifndef CHIROGRAPH_CRYPTO_SOURCE_POSITION_H_
#define CHIROGRAPH_CRYPTO_SOURCE_POSITION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chirograph {

// Both 1-based, as editors count; columns count Unicode code points.
struct SourcePosition {
  int line = 1;
  int column = 1;
  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

// Where the byte at `offset` (at most text.size()) of `text` lies, whose first line is `first_line`. Takes
// time in proportion to the offset.
SourcePosition PositionAt(std::string_view text, std::size_t offset, int first_line = 1);

// InvalidArgument with `message`, which does not repeat the position; it travels as a payload.
absl::Status ErrorAt(SourcePosition position, std::string_view message);

// The position that ErrorAt put into `status`, if it did.
std::optional<SourcePosition> PositionOf(const absl::Status& status);

// "PATH:LINE:COLUMN: message", or "PATH: message" without a position.
std::string DescribeInFile(std::string_view path, const absl::Status& status);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_SOURCE_POSITION_H_
