// SPDX-License-Identifier: Apache-2.0
//
// What narrows a REF that is a URL.
#ifndef CHIROGRAPH_CLIENT_CLI_PAGE_OPTIONS_H_
#define CHIROGRAPH_CLIENT_CLI_PAGE_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/archived_article.h"

namespace CLI {
class App;
}

namespace chirograph {

// As typed.
struct PageOptions {
  std::optional<std::string> publisher;
  std::string as_of;
  std::vector<std::string> verdicts;

  bool any() const { return publisher.has_value() || !as_of.empty() || !verdicts.empty(); }
};

// Adds --publisher, --as-of and --verdict. `options` must outlive `command`.
void AddPageOptions(CLI::App& command, PageOptions& options);

// The page at `url` that these name. InvalidArgument, naming the option: one has not its form.
absl::StatusOr<UrlRef> MakeUrlRef(const std::string& url, const PageOptions& options);

// Where `failure` is that several publishers have the URL: the same, naming them and the option to choose one
// with. Else as it is.
Failure WithPublisherAdvice(Failure failure);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_PAGE_OPTIONS_H_
