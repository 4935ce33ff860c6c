// SPDX-License-Identifier: Apache-2.0
//
// Which articles: the options that list, watch and export have in common.
#ifndef CHIROGRAPH_CLIENT_CLI_FILTER_OPTIONS_H_
#define CHIROGRAPH_CLIENT_CLI_FILTER_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chirograph/v1/listing.pb.h"

namespace CLI {
class App;
}

namespace chirograph {

// The group that they are in.
inline constexpr char kFilterGroup[] = "Which articles";

// As typed.
struct FilterOptions {
  std::optional<std::string> publisher;
  std::vector<std::string> topics;
  std::optional<std::string> category;
  std::optional<std::string> type;
  std::vector<std::string> verdicts;
  std::string url_prefix;
  std::string published_from;
  std::string published_until;
  std::string ingested_from;
  std::string ingested_until;
  std::uint64_t first_index = 0;
  std::optional<std::uint64_t> end_index;
};

// Adds them, in a group of their own, all but --first-index where `has_first_index` is false. `options` must
// outlive `command`.
void AddFilterOptions(CLI::App& command, FilterOptions& options, bool has_first_index = true);

// What they mean. InvalidArgument, naming the option: one has not its form.
absl::StatusOr<v1::ArticleFilter> MakeFilter(const FilterOptions& options);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_FILTER_OPTIONS_H_
