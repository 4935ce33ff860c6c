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

// Why what `status` is of cannot be taken.
absl::Status NotThere(const std::string& path, const fs::file_status& status, const std::error_code& error) {
  if (status.type() != fs::file_type::not_found) return SystemError(path, error);
  std::error_code ignored;
  if (fs::is_symlink(fs::symlink_status(path, ignored))) {
    return absl::NotFoundError(fmt::format("{}: is a symbolic link to what is not there", path));
  }
  return absl::NotFoundError(fmt::format("{}: no such file or folder", path));
}

// One entry of a folder that is not hidden; a folder goes into `folders`.
void TakeEntry(const fs::directory_entry& entry, std::vector<std::string>& folders,
               std::vector<std::string>& found, ArticleFiles& files) {
  const std::string path = entry.path().string();
  std::error_code error;
  const bool is_link = entry.is_symlink(error);
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status) && !is_link) {
    folders.push_back(path);
  } else if (fs::is_regular_file(status) || status.type() == fs::file_type::not_found || error) {
    if (!HasArticleName(entry.path())) {
      ++files.other_names;
    } else if (fs::is_regular_file(status)) {
      found.push_back(path);
    } else {
      files.errors.emplace_back(path, NotThere(path, status, error));
    }
  } else {
    ++files.other_kinds;
  }
}

// Folder by folder: one that cannot be read must not end the search of the others.
void SearchFolder(const std::string& root, ArticleFiles& files) {
  files.has_folder = true;
  std::vector<std::string> found;
  std::vector<std::string> folders = {root};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    while (!error && entries != fs::end(entries)) {
      if (entries->path().filename().string().front() == '.') {
        ++files.hidden;
      } else {
        TakeEntry(*entries, folders, found, files);
      }
      entries.increment(error);
    }
    if (error) files.errors.emplace_back(folder, SystemError(folder, error));
  }
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
    if (status.type() == fs::file_type::not_found || error) {
      files.errors.emplace_back(path, NotThere(path, status, error));
    } else if (fs::is_directory(status)) {
      SearchFolder(path, files);
    } else {
      files.files.push_back({path, /*named=*/true});
    }
  }
  return files;
}

}  // namespace chirograph
