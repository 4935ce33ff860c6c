// SPDX-License-Identifier: Apache-2.0
#include "client/cli/export_name.h"

#include <cstddef>

#include "crypto/limits.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr std::size_t kMaxSlugChars = 60;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// The last part of the path of `url` that is not empty.
std::string_view LastPathPart(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t path = url.find('/');
  if (path == std::string_view::npos) return "";
  url.remove_prefix(path);
  while (url.ends_with('/')) url.remove_suffix(1);
  return url.substr(url.rfind('/') == std::string_view::npos ? url.size() : url.rfind('/') + 1);
}

std::string Slug(std::string_view text) {
  for (const std::string_view ending : {".html", ".htm", ".md"}) {
    if (text.ends_with(ending)) text.remove_suffix(ending.size());
  }
  std::string slug;
  for (const char c : text) {
    if (slug.size() == kMaxSlugChars) break;
    if (kLetters.find(c) != std::string_view::npos) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

}  // namespace

std::string ExportFolder(std::string_view publisher_domain) {
  constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  const bool safe = !publisher_domain.empty() && publisher_domain.size() <= limits::kMaxDomainChars &&
                    publisher_domain.front() != '.' && publisher_domain.front() != '-' &&
                    publisher_domain.find_first_not_of(kSafe) == std::string_view::npos;
  return safe ? std::string(publisher_domain) : "_";
}

std::string ExportFileName(std::uint64_t index, std::string_view url) {
  const std::string slug = Slug(LastPathPart(url));
  return fmt::format("{:06}{}{}.md", index, slug.empty() ? "" : "-", slug);
}

}  // namespace chirograph
