// SPDX-License-Identifier: Apache-2.0
#include "client/cli/input_document.h"

#include "crypto/file.h"
#include "crypto/limits.h"
#include "fmt/format.h"

namespace chirograph {

InputError InputErrorOf(const absl::Status& status) {
  return {std::string(status.message()), PositionOf(status)};
}

std::string DescribeInput(const std::string& path, const InputError& error) {
  if (error.position) {
    return fmt::format("{}:{}:{}: {}", path, error.position->line, error.position->column, error.message);
  }
  if (path.empty() || path == "-" || error.message.starts_with(path + ":")) return error.message;
  return fmt::format("{}: {}", path, error.message);
}

absl::StatusOr<std::string> ReadInputDocument(const std::string& path, Host& host) {
  if (path == "-") return host.ReadAllInput(limits::kMaxSourceDocumentBytes);
  return ReadFile(path, limits::kMaxSourceDocumentBytes);
}

}  // namespace chirograph
