// SPDX-License-Identifier: Apache-2.0
#include "proto/whole_number.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "proto/readable_text.h"

namespace chirograph {

std::string WhyNoWholeNumber(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const bool has_zeros_in_front = text.size() > 1 && text.front() == '0';
  if (error == std::errc() && rest == end && !has_zeros_in_front && value >= least && value <= most)
    return "";
  return fmt::format("\"{}\" is no integer from {} to {}", VisibleText(text), least, most);
}

}  // namespace chirograph
