// SPDX-License-Identifier: Apache-2.0
#include "client/archived_article.h"

#include <cstddef>
#include <string_view>

#include "chirograph/v1/error.pb.h"

namespace chirograph {

std::optional<AmbiguousPublishers> AmbiguousPublishersOf(const Failure& failure) {
  if (!failure.server_error.has_value() ||
      failure.server_error->reason != v1::ERROR_REASON_AMBIGUOUS_PUBLISHER) {
    return std::nullopt;
  }
  AmbiguousPublishers publishers;
  for (const auto& [key, value] : failure.server_error->metadata) {
    if (key == "more") publishers.more = value == "true";
    if (key != "publishers") continue;
    std::string_view rest = value;
    for (std::size_t comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
      publishers.domains.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(comma + 1);
    }
    publishers.domains.emplace_back(rest);
  }
  return publishers;
}

}  // namespace chirograph
