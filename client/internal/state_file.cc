// SPDX-License-Identifier: Apache-2.0
#include "client/internal/state_file.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/file.h"

namespace chirograph::internal {

absl::StatusOr<std::optional<std::string>> ReadIfThere(const std::string& path, std::size_t max_bytes) {
  absl::StatusOr<std::string> contents = ReadFile(path, max_bytes);
  if (absl::IsNotFound(contents.status())) return std::nullopt;
  if (!contents.ok()) return contents.status();
  return std::move(*contents);
}

std::optional<std::string> OneLine(std::string_view contents) {
  if (contents.empty() || contents.back() != '\n') return std::nullopt;
  contents.remove_suffix(1);
  if (contents.empty() || contents.find('\n') != std::string_view::npos) return std::nullopt;
  return std::string(contents);
}

absl::Status Damaged(const std::string& path, std::string_view what, std::string_view what_to_do) {
  return absl::DataLossError(fmt::format("{}: is damaged: {}; {}", path, what, what_to_do));
}

}  // namespace chirograph::internal
