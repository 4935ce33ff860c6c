// SPDX-License-Identifier: Apache-2.0
#include "client/cli/page_options.h"

#include <utility>

#include "CLI/CLI.hpp"
#include "client/cli/time_option.h"
#include "client/cli/verdict_option.h"
#include "crypto/keyring.h"
#include "fmt/format.h"
#include "proto/shell_word.h"

namespace chirograph {

void AddPageOptions(CLI::App& command, PageOptions& options) {
  command.add_option("--publisher", options.publisher, "Of a URL: whose article; \"\" for nobody's")
      ->option_text("DOMAIN");
  command.add_option("--as-of", options.as_of, "Of a URL: as the archive had it at this time")
      ->option_text("TIME");
  command
      .add_option("--verdict", options.verdicts,
                  "Of a URL: the newest with this verdict when archived;\ngiven again: or that one")
      ->allow_extra_args(false)
      ->option_text("VERDICT");
}

absl::StatusOr<UrlRef> MakeUrlRef(const std::string& url, const PageOptions& options) {
  UrlRef page;
  page.url = url;
  page.publisher_domain = options.publisher;
  if (options.publisher && !options.publisher->empty() && !NormalizePublisherDomain(*options.publisher)) {
    return absl::InvalidArgumentError(
        fmt::format("--publisher is no domain name: \"{}\"; expected example.org", *options.publisher));
  }
  if (!options.as_of.empty()) {
    const absl::StatusOr<absl::Time> as_of = TimeOption("--as-of", options.as_of, absl::Time());
    if (!as_of.ok()) return as_of.status();
    page.as_of = *as_of;
  }
  absl::StatusOr<std::vector<Verdict>> verdicts = VerdictOption(options.verdicts);
  if (!verdicts.ok()) return verdicts.status();
  page.verdicts = *std::move(verdicts);
  return page;
}

Failure WithPublisherAdvice(Failure failure) {
  const std::optional<AmbiguousPublishers> publishers = AmbiguousPublishersOf(failure);
  if (!publishers) return failure;
  std::string choices;
  for (const std::string& domain : publishers->domains) {
    choices += fmt::format("{}--publisher {}", choices.empty() ? "" : ", ", ShellWord(domain));
  }
  failure.status = absl::FailedPreconditionError(
      fmt::format("several publishers have articles of this URL; say whose you mean: {}{}", choices,
                  publishers->more ? ", or one of others that the archive does not name" : ""));
  return failure;
}

}  // namespace chirograph
