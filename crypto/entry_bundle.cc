// SPDX-License-Identifier: Apache-2.0
#include "crypto/entry_bundle.h"

#include <fmt/core.h>

#include "crypto/limits.h"
#include "crypto/tile.h"

namespace chirograph {
namespace {

constexpr std::size_t kLengthBytes = 2;

std::size_t ReadLength(std::string_view bytes) {
  return std::size_t{static_cast<unsigned char>(bytes[0])} << 8 | static_cast<unsigned char>(bytes[1]);
}

}  // namespace

absl::Status AppendToEntryBundle(std::string_view entry, std::string& bundle) {
  if (entry.size() > limits::kMaxBundledEntryBytes) {
    return absl::InvalidArgumentError(fmt::format("an entry of {} bytes is over the {} of an entry bundle",
                                                  entry.size(), limits::kMaxBundledEntryBytes));
  }
  bundle.push_back(static_cast<char>(entry.size() >> 8));
  bundle.push_back(static_cast<char>(entry.size() & 0xFF));
  bundle.append(entry);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string_view>> ParseEntryBundle(std::string_view bundle) {
  if (bundle.empty()) return absl::InvalidArgumentError("an entry bundle has at least one entry");
  std::vector<std::string_view> entries;
  for (std::string_view rest = bundle; !rest.empty();) {
    if (entries.size() == kTileWidth) {
      return absl::InvalidArgumentError(
          fmt::format("an entry bundle has at most {} entries, and after them there are {} bytes", kTileWidth,
                      rest.size()));
    }
    if (rest.size() < kLengthBytes) {
      return absl::InvalidArgumentError(
          fmt::format("the entry bundle ends within the length of its entry {}", entries.size()));
    }
    const std::size_t length = ReadLength(rest);
    rest.remove_prefix(kLengthBytes);
    if (rest.size() < length) {
      return absl::InvalidArgumentError(fmt::format(
          "the entry bundle ends within its entry {}: {} bytes of {}", entries.size(), rest.size(), length));
    }
    entries.push_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return entries;
}

}  // namespace chirograph
