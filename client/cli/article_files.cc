// SPDX-License-Identifier: Apache-2.0
#include "client/cli/article_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "fmt/format.h"

namespace chirograph {
namespace {

namespace fs = std::filesystem;

bool HasArticleName(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".md" || ending == ".markdown" || ending == ".txt";
}

absl::Status SystemError(const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(fmt::format("{}: {}", path, error.message()));
}

void TakeEntry(const fs::directory_entry& entry, std::vector<std::string>& found, ArticleFiles& files) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return;
  if (HasArticleName(entry.path())) {
    found.push_back(entry.path().string());
  } else {
    ++files.other_names;
  }
}

void SearchFolder(const std::string& folder, ArticleFiles& files) {
  files.has_folder = true;
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error);
  while (!error && entries != fs::end(entries)) {
    if (entries->path().filename().string().front() == '.') {
      ++files.hidden;
      entries.disable_recursion_pending();
    } else {
      TakeEntry(*entries, found, files);
    }
    entries.increment(error);
  }
  if (error) files.errors.emplace_back(folder, SystemError(folder, error));
  std::sort(found.begin(), found.end());
  for (std::string& path : found) files.files.push_back({std::move(path), /*named=*/false});
}

}  // namespace

ArticleFiles FindArticleFiles(const std::vector<std::string>& paths) {
  ArticleFiles files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-") {
      files.files.push_back({path, /*named=*/true});
      continue;
    }
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      files.errors.emplace_back(path, absl::NotFoundError(fmt::format("{}: no such file or folder", path)));
    } else if (error) {
      files.errors.emplace_back(path, SystemError(path, error));
    } else if (fs::is_directory(status)) {
      SearchFolder(path, files);
    } else {
      files.files.push_back({path, /*named=*/true});
    }
  }
  return files;
}

}  // namespace chirograph
