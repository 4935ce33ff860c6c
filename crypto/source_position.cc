// SPDX-License-Identifier: Apache-2.0
#include "crypto/source_position.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include "absl/strings/cord.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

// Within the process only: nothing outside reads the payload, but type URLs are one name space.
constexpr char kPayloadUrl[] = "chirograph/source-position";

}  // namespace

SourcePosition PositionAt(std::string_view text, std::size_t offset, int first_line) {
  const std::string_view before = text.substr(0, offset);
  // Past the end of the last line before, or 0 where npos + 1 is.
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto is_tail = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto columns =
      static_cast<std::ptrdiff_t>(line.size()) - std::count_if(line.begin(), line.end(), is_tail);
  return {first_line + static_cast<int>(lines), 1 + static_cast<int>(columns)};
}

absl::Status ErrorAt(SourcePosition position, std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(absl::string_view(message.data(), message.size()));
  status.SetPayload(kPayloadUrl, absl::Cord(fmt::format("{}:{}", position.line, position.column)));
  return status;
}

std::optional<SourcePosition> PositionOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string text(*payload);
  const char* const end = text.data() + text.size();
  SourcePosition position;
  const auto line = std::from_chars(text.data(), end, position.line);
  if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return std::nullopt;
  const auto column = std::from_chars(line.ptr + 1, end, position.column);
  if (column.ec != std::errc() || column.ptr != end) return std::nullopt;
  return position;
}

std::string DescribeInFile(std::string_view path, const absl::Status& status) {
  const std::string_view message(status.message().data(), status.message().size());
  if (const auto position = PositionOf(status)) {
    return fmt::format("{}:{}:{}: {}", path, position->line, position->column, message);
  }
  return fmt::format("{}: {}", path, message);
}

}  // namespace chirograph
