// SPDX-License-Identifier: Apache-2.0
#include "client/cli/verdict_option.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "fmt/format.h"

namespace chirograph {

absl::StatusOr<std::vector<Verdict>> VerdictOption(const std::vector<std::string>& names) {
  std::vector<Verdict> verdicts;
  for (const std::string& name : names) {
    const std::optional<Verdict> verdict = VerdictFromName(absl::AsciiStrToUpper(name));
    if (!verdict) {
      std::string all;
      for (const Verdict one : kAllVerdicts)
        all += fmt::format("{}{}", all.empty() ? "" : ", ", VerdictName(one));
      return absl::InvalidArgumentError(
          fmt::format("--verdict is none: \"{}\"; expected one of {}", name, all));
    }
    verdicts.push_back(*verdict);
  }
  return verdicts;
}

}  // namespace chirograph
