// SPDX-License-Identifier: Apache-2.0
#include "crypto/tile_path.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "absl/status/status.h"
#include "crypto/merkle.h"
#include "crypto/tile.h"

namespace chirograph {
namespace {

constexpr int kMaxPathLevel = 63;
constexpr std::size_t kGroupDigits = 3;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The decimal number that `text` is, without additional zeros before it; nothing where it is none, or over
// `max`.
std::optional<int> PlainNumber(std::string_view text, int max) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !IsDigit(text.front()) || value > max) {
    return std::nullopt;
  }
  return value;
}

// What is before the first `separator`, which is taken from `rest` with it; all of it where there is none.
std::string_view TakeUntil(std::string_view separator, std::string_view& rest) {
  const std::size_t at = rest.find(separator);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + separator.size());
  return taken;
}

// The number that groups such as "x001/x234/067" are.
std::optional<std::uint64_t> GroupedNumber(std::string_view text) {
  std::uint64_t value = 0;
  for (bool first = true;; first = false) {
    const bool last = text.find('/') == std::string_view::npos;
    std::string_view group = TakeUntil("/", text);
    if (!last) {
      if (!group.starts_with('x')) return std::nullopt;
      group.remove_prefix(1);
    }
    if (group.size() != kGroupDigits || !std::all_of(group.begin(), group.end(), IsDigit))
      return std::nullopt;
    std::uint64_t digits = 0;
    std::from_chars(group.data(), group.data() + group.size(), digits);
    if (first && !last && digits == 0) return std::nullopt;  // a group that says nothing
    if (value > (kMaxTreeSize - digits) / 1000) return std::nullopt;
    value = value * 1000 + digits;
    if (last) return value;
  }
}

}  // namespace

absl::StatusOr<TileName> ParseTilePath(std::string_view path) {
  std::string_view rest = path;
  if (TakeUntil("/", rest) != "tile") {
    return absl::InvalidArgumentError("not a tile's path: it begins with tile/");
  }
  TileName name;
  if (const std::string_view level = TakeUntil("/", rest); level != "entries") {
    name.level = PlainNumber(level, kMaxPathLevel);
    if (!name.level) {
      return absl::InvalidArgumentError(
          fmt::format("not a tile's path: after tile/ is its level, 0 to {}, or entries", kMaxPathLevel));
    }
  }
  const bool partial = rest.find(".p/") != std::string_view::npos;
  const std::optional<std::uint64_t> index = GroupedNumber(TakeUntil(".p/", rest));
  if (!index) {
    return absl::InvalidArgumentError(
        "not a tile's path: after its level is its number in groups of three digits, each but the last with "
        "an "
        "x before it, such as 007 or x001/234");
  }
  name.index = *index;
  const std::optional<int> width = partial ? PlainNumber(rest, kTileWidth - 1) : kTileWidth;
  if (!width || *width == 0) {
    return absl::InvalidArgumentError(
        fmt::format("not a tile's path: after .p/ is the width of a partial tile, 1 to {}", kTileWidth - 1));
  }
  name.width = *width;
  return name;
}

}  // namespace chirograph
