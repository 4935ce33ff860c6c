// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_
#define CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_

#include <optional>
#include <string>

#include "client/archive_client.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/exit_code.h"

namespace chirograph {

// What a REF led to, with the connection that it came by; or the exit code of a failure that was reported.
struct FoundArticle {
  Connection connection;
  std::optional<ArchivedArticle> article;
  ExitCode code = ExitCode::kWell;
};

// Connects, and gets the article that `ref` names. The REF is read before a server is asked anything.
FoundArticle FindArticle(const std::string& ref, v1::ArticleView view, CommandContext& context);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_
