// SPDX-License-Identifier: Apache-2.0
#include "client/cli/article_ref.h"

#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client/cli/input_document.h"
#include "crypto/encoding.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {
namespace {

constexpr std::string_view kDigestPrefix = "sha256:";
constexpr std::string_view kForms =
    "expected an index (42), sha256: and 64 hexadecimal characters, a URL (https://...), or the path of an "
    "article (./article.md)";

bool NamesIndex(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

absl::StatusOr<std::vector<ArticleRef>> ParseIndex(const std::string& text) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) {
    return absl::InvalidArgumentError(fmt::format("{} is beyond any index", text));
  }
  return std::vector<ArticleRef>{index};
}

absl::StatusOr<std::vector<ArticleRef>> ParseDigest(const std::string& text) {
  const auto bytes = HexDecode(std::string_view(text).substr(kDigestPrefix.size()));
  const auto digest = bytes ? DigestFromBytes(*bytes) : std::nullopt;
  if (!digest) {
    return absl::InvalidArgumentError(fmt::format("{} is not sha256: and 64 hexadecimal characters", text));
  }
  return std::vector<ArticleRef>{ArticleDigestRef{*digest}, SourceDigestRef{*digest}};
}

absl::StatusOr<std::vector<ArticleRef>> ParseFile(const std::string& path, Host& host,
                                                  std::optional<std::string>* read) {
  absl::StatusOr<std::string> document = ReadInputDocument(path, host);
  if (!document.ok()) return document.status();
  const absl::StatusOr<v1::Article> article = ParseDocument(*document);
  if (!article.ok()) return article.status();
  const absl::StatusOr<std::string> canonical = CanonicalForm(*article);
  if (!canonical.ok()) return canonical.status();
  std::vector<ArticleRef> refs = {SourceDigestRef{Sha256(*document)}, ArticleDigestRef{Sha256(*canonical)}};
  if (read != nullptr) *read = *std::move(document);
  return refs;
}

}  // namespace

absl::StatusOr<std::vector<ArticleRef>> ParseArticleRef(const std::string& text, Host& host,
                                                        std::optional<std::string>* document,
                                                        const PageOptions& page) {
  if (NamesUrl(text)) {
    absl::StatusOr<UrlRef> ref = MakeUrlRef(text, page);
    if (!ref.ok()) return ref.status();
    return std::vector<ArticleRef>{*std::move(ref)};
  }
  if (page.any()) {
    return absl::InvalidArgumentError(
        fmt::format("{} is no URL, which --publisher, --as-of and --verdict are for", text));
  }
  if (NamesIndex(text)) return ParseIndex(text);
  if (text.starts_with(kDigestPrefix)) return ParseDigest(text);
  if (!NamesFile(text)) {
    return absl::InvalidArgumentError(
        fmt::format("{} names no article; {}", text.empty() ? "an empty REF" : text, kForms));
  }
  return ParseFile(text, host, document);
}

bool NamesUrl(const std::string& text) { return text.find("://") != std::string::npos; }

bool NamesFile(const std::string& text) {
  if (NamesIndex(text) || text.starts_with(kDigestPrefix) || NamesUrl(text)) return false;
  std::error_code error;
  return text.find('/') != std::string::npos || std::filesystem::exists(text, error);
}

Answer<ArchivedArticle> GetFirst(ArchiveClient& client, const std::vector<ArticleRef>& refs,
                                 v1::ArticleView view) {
  for (std::size_t i = 0; i + 1 < refs.size(); ++i) {
    Answer<ArchivedArticle> answer = client.Get(refs[i], view);
    if (answer.ok() || !IsNotArchived(answer.failure())) return answer;
  }
  return client.Get(refs.back(), view);
}

bool IsNotArchived(const Failure& failure) {
  return failure.kind == FailureKind::kCouldNot && failure.server_error &&
         (failure.server_error->reason == v1::ERROR_REASON_ARTICLE_NOT_FOUND ||
          failure.server_error->reason == v1::ERROR_REASON_NOT_AN_ARTICLE ||
          failure.server_error->reason == v1::ERROR_REASON_BEYOND_TREE_SIZE);
}

}  // namespace chirograph
