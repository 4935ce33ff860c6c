// SPDX-License-Identifier: Apache-2.0
#include "client/cli/resume_option.h"

#include <algorithm>
#include <optional>

#include "crypto/encoding.h"
#include "fmt/format.h"

namespace chirograph {

std::string ResumeText(std::string_view token) {
  std::string text = Base64Encode(token);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

absl::StatusOr<std::string> ResumeOption(std::string_view text) {
  if (text.empty()) {
    return absl::InvalidArgumentError(
        "--resume is empty: a list that has ended says no token, and has nothing behind it; without --resume "
        "it "
        "begins anew");
  }
  std::string base64(text);
  std::replace(base64.begin(), base64.end(), '-', '+');
  std::replace(base64.begin(), base64.end(), '_', '/');
  base64.append((4 - base64.size() % 4) % 4, '=');
  std::optional<std::string> token = Base64Decode(base64);
  if (!token || token->empty() || ResumeText(*token) != text) {
    return absl::InvalidArgumentError(
        fmt::format("--resume is no token: \"{}\"; expected what the list before said at its end", text));
  }
  return *std::move(token);
}

}  // namespace chirograph
