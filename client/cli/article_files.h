// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_ARTICLE_FILES_H_
#define CHIROGRAPH_CLIENT_CLI_ARTICLE_FILES_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace chirograph {

// One file to take.
struct ArticleFile {
  std::string path;
  bool named = false;  // on the command line itself; else it was found in a folder
};

struct ArticleFiles {
  std::vector<ArticleFile> files;
  bool has_folder = false;  // one of the paths was a folder
  // What was passed over in folders.
  std::size_t hidden = 0;       // files and folders whose name begins with a dot
  std::size_t other_names = 0;  // files that do not end in .md, .markdown or .txt
  std::size_t other_kinds = 0;  // links to folders, sockets and the like
  // What should have been taken and could not: paths that are not there, folders that could not be read (in
  // part), and links of an article's name that lead nowhere.
  std::vector<std::pair<std::string, absl::Status>> errors;
};

// The articles that `paths` name: files as they are, folders with all that is below them, sorted by path
// within each. Links to folders are not followed, except where they are named.
ArticleFiles FindArticleFiles(const std::vector<std::string>& paths);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_ARTICLE_FILES_H_
