// SPDX-License-Identifier: Apache-2.0
#include "client/cli/filter_options.h"

#include "CLI/CLI.hpp"
#include "client/cli/time_option.h"
#include "client/cli/verdict_option.h"
#include "crypto/keyring.h"
#include "fmt/format.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"
#include "proto/whole_number.h"

namespace chirograph {
namespace {

// Puts the time that `text` names, if it does, where `mutable_time` says.
template <typename MutableTime>
absl::Status PutTime(std::string_view option, const std::string& text, const MutableTime& mutable_time) {
  if (text.empty()) return absl::OkStatus();
  const absl::StatusOr<absl::Time> time = TimeOption(option, text, absl::Time());
  if (time.ok()) *mutable_time() = ToTimestamp(*time);
  return time.status();
}

absl::Status PutTimes(const FilterOptions& options, v1::ArticleFilter* filter) {
  absl::Status status = PutTime("--published-from", options.published_from,
                                [filter] { return filter->mutable_published_from(); });
  status.Update(PutTime("--published-until", options.published_until,
                        [filter] { return filter->mutable_published_until(); }));
  status.Update(PutTime("--ingested-from", options.ingested_from,
                        [filter] { return filter->mutable_ingested_from(); }));
  status.Update(PutTime("--ingested-until", options.ingested_until,
                        [filter] { return filter->mutable_ingested_until(); }));
  return status;
}

}  // namespace

void AddFilterOptions(CLI::App& command, FilterOptions& options, bool has_first_index) {
  const auto add = [&command](const char* name, auto& value, const char* help, const char* text) {
    // One value each time, so that no argument behind it is taken for another.
    return command.add_option(name, value, help)
        ->allow_extra_args(false)
        ->option_text(text)
        ->group(kFilterGroup);
  };
  add("--publisher", options.publisher, "Of this publisher; \"\" for those that name none", "DOMAIN");
  add("--topic", options.topics, "With this topic; given again: and with that one", "TOPIC");
  add("--category", options.category, "Of this category", "TEXT");
  add("--type", options.type, "Of this type", "TEXT");
  add("--verdict", options.verdicts, "With this verdict when archived; given again: or that one", "VERDICT");
  add("--url-prefix", options.url_prefix, "Whose URL begins so", "URL");
  add("--published-from", options.published_from, "Published then or later, as they say", "TIME");
  add("--published-until", options.published_until, "Published before", "TIME");
  add("--ingested-from", options.ingested_from, "Archived then or later", "TIME");
  add("--ingested-until", options.ingested_until, "Archived before", "TIME");
  if (has_first_index) {
    add("--first-index", options.first_index, "From this index on", "INDEX")->check(WhyNoIndex);
  }
  add("--end-index", options.end_index, "Before this index", "INDEX")->check(WhyNoIndex);
}

absl::StatusOr<v1::ArticleFilter> MakeFilter(const FilterOptions& options) {
  v1::ArticleFilter filter;
  if (options.publisher) {
    if (!options.publisher->empty() && !NormalizePublisherDomain(*options.publisher)) {
      return absl::InvalidArgumentError(
          fmt::format("--publisher is no domain name: \"{}\"; expected example.org", *options.publisher));
    }
    filter.set_publisher_domain(*options.publisher);
  }
  for (const std::string& topic : options.topics) filter.add_topics(topic);
  if (options.category) filter.set_category(*options.category);
  if (options.type) filter.set_type(*options.type);
  const absl::StatusOr<std::vector<Verdict>> verdicts = VerdictOption(options.verdicts);
  if (!verdicts.ok()) return verdicts.status();
  for (const Verdict verdict : *verdicts) filter.add_verdicts(ToProto(verdict));
  filter.set_url_prefix(options.url_prefix);
  if (absl::Status status = PutTimes(options, &filter); !status.ok()) return status;
  filter.set_first_index(options.first_index);
  if (options.end_index) filter.set_end_index(*options.end_index);
  return filter;
}

}  // namespace chirograph
