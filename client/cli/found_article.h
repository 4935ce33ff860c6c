// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_
#define CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "client/archive_client.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/exit_code.h"
#include "client/cli/page_options.h"

namespace chirograph {

// What a REF led to, with the connection that it came by; or the exit code of a failure that was reported.
struct FoundArticle {
  Connection connection;
  std::optional<ArchivedArticle> article;
  // The REF was a file that is not byte for byte the document that was archived.
  bool other_bytes = false;
  ExitCode code = ExitCode::kWell;
};

// What to tell a person of a file with other bytes.
inline constexpr std::string_view kOtherBytesText =
    "Your file is not byte for byte the archived document, but the article in it is the same: comments, the\n"
    "order of keys, the secured line or the like differ.";

// Connects, and gets the article that `ref` names. The REF is read before a server is asked anything. A
// file that is the archived document byte for byte is held against the receipt too. `page` narrows a URL.
FoundArticle FindArticle(const std::string& ref, v1::ArticleView view, CommandContext& context,
                         const PageOptions& page = {});

// Where a newer text at the URL that was asked for was not VALID: what to tell a person.
std::optional<std::string> NewerNotValidText(const ArchivedArticle& article);

// Reports that a REF led to no article: with exit code kNo where the archive says that it has none.
ExitCode ReportNotFound(const std::string& ref, const Failure& failure, Console& console);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_FOUND_ARTICLE_H_
