// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_ARTICLE_REF_H_
#define CHIROGRAPH_CLIENT_CLI_ARTICLE_REF_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/archive_client.h"
#include "client/cli/host.h"
#include "client/cli/page_options.h"

namespace chirograph {

// What a REF on the command line can mean, in the order in which to try: "42"; "sha256:HEX", an article's
// digest or else a source document's; a URL, narrowed by `page`; the path of a file, whose bytes or else
// whose article is meant. A file whose name is all digits is named "./42". InvalidArgument: none of these, or
// `page` narrows what is no URL or has not its form. For a file as ReadFile and ParseDocument; `*document` is
// what was read then.
absl::StatusOr<std::vector<ArticleRef>> ParseArticleRef(const std::string& text, Host& host,
                                                        std::optional<std::string>* document = nullptr,
                                                        const PageOptions& page = {});

// What to say of a REF in a command's help.
inline constexpr char kRefHelp[] =
    "42, sha256:HEX (of an article or a document),\nhttps://... or ./article.md";

// Whether `text` is for ParseArticleRef a URL.
bool NamesUrl(const std::string& text);

// Whether `text` is for ParseArticleRef the path of a file, which may be missing or unreadable.
bool NamesFile(const std::string& text);

// The first of `refs` that the archive has. Failures as ArchiveClient::Get.
Answer<ArchivedArticle> GetFirst(ArchiveClient& client, const std::vector<ArticleRef>& refs,
                                 v1::ArticleView view);

// Whether `failure` is the archive's "I have no such article".
bool IsNotArchived(const Failure& failure);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_ARTICLE_REF_H_
