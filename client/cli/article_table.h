// SPDX-License-Identifier: Apache-2.0
//
// One article a line: how list and watch show what they found.
#ifndef CHIROGRAPH_CLIENT_CLI_ARTICLE_TABLE_H_
#define CHIROGRAPH_CLIENT_CLI_ARTICLE_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "client/archived_article.h"
#include "client/cli/command.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

// `text` cut to `width` code points, the last of them "..." where something was cut.
std::string CutRight(std::string_view text, std::size_t width);

// The members of --json for one article of a list (docs/json-output.md).
nlohmann::ordered_json ListedJson(const ArchivedArticle& article);

// Writes articles as rows, under a heading that comes with the first; or with --json as lines of it. A person
// needs a table, a program that reads a pipe needs JSON lines: so it is JSON too where standard output is no
// terminal.
class ArticleTable {
 public:
  // Before any output. `context` must outlive this.
  explicit ArticleTable(CommandContext& context);
  void Add(const ArchivedArticle& article);

 private:
  CommandContext& context_;
  const std::size_t columns_;
  bool has_heading_ = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_ARTICLE_TABLE_H_
