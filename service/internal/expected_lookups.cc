// SPDX-License-Identifier: Apache-2.0
#include "service/internal/expected_lookups.h"

#include <string>
#include <utility>

#include "proto/canonical_form.h"
#include "proto/stored_format.h"
#include "service/internal/catalog_follower.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

std::optional<Digest> DigestIf(bool has, const std::string& bytes) {
  return has ? DigestFromBytes(bytes) : std::nullopt;
}

// The submission that stored bytes look like, which need not be what was logged.
std::optional<SubmissionId> SubmissionOfContent(std::string_view stored) {
  const absl::StatusOr<v1::Content> content = ParseContent(stored);
  if (!content.ok()) return std::nullopt;
  const absl::StatusOr<std::string> form = CanonicalForm(content->article());
  if (!form.ok()) return std::nullopt;
  SubmissionId id{.article_digest = Sha256(*form)};
  if (!content->article().secured().empty()) id.secured_digest = Sha256(content->article().secured());
  if (content->has_source_document()) id.source_digest = Sha256(content->source_document());
  return id;
}

std::vector<Lookup> StoreLookups(const SubmissionId& id, std::uint64_t index) {
  std::vector<Lookup> lookups = {
      {LookupTable::kSubmissions, EncodeSubmissionKey(id), EncodeIndex(index), index},
      {LookupTable::kArticles, EncodeDigestKey(id.article_digest, index), "", index}};
  if (id.source_digest) {
    lookups.push_back({LookupTable::kSources, EncodeDigestKey(*id.source_digest, index), "", index});
  }
  return lookups;
}

std::vector<Lookup> CatalogLookups(const CatalogRow& row, const std::string& stored_row,
                                   const std::string& tags, std::uint64_t index) {
  const std::string published = EncodePublished(row.published);
  std::vector<Lookup> lookups = {
      {LookupTable::kRows, CatalogRowKey(index), stored_row, index},
      {LookupTable::kByPublished, CatalogPublishedKey(published, index), tags, index}};
  for (std::size_t at = 0; at + kCatalogTermTagBytes <= tags.size(); at += kCatalogTermTagBytes) {
    const std::string_view tag = std::string_view(tags).substr(at, kCatalogTermTagBytes);
    lookups.push_back(
        {LookupTable::kByIndex, CatalogPostingPrefix(tag) + EncodeIndex(index), published, index});
  }
  if (!row.url.empty()) {
    lookups.push_back({LookupTable::kUrls, CatalogUrlPrefix(row.url) + EncodeIndex(index), published, index});
  }
  return lookups;
}

}  // namespace

SubmissionId SubmissionOf(const v1::Opening& opening) {
  return {.article_digest = DigestFromBytes(opening.article_digest()).value_or(Digest()),
          .secured_digest = DigestIf(opening.has_secured_digest(), opening.secured_digest()),
          .source_digest = DigestIf(opening.has_source_digest(), opening.source_digest())};
}

absl::StatusOr<std::vector<Lookup>> ExpectedInStore(const KnownArticle& article, const LookupTables& tables) {
  if (article.opening != nullptr) return StoreLookups(SubmissionOf(*article.opening), article.index);
  std::vector<SubmissionId> candidates;
  if (article.stored_opening) {
    const absl::StatusOr<v1::Opening> opening = ParseOpening(*article.stored_opening);
    if (opening.ok()) candidates.push_back(SubmissionOf(*opening));
  }
  if (article.stored_content) {
    if (std::optional<SubmissionId> id = SubmissionOfContent(*article.stored_content)) {
      candidates.push_back(*id);
    }
  }
  for (const SubmissionId& id : candidates) {
    const absl::StatusOr<std::optional<std::string>> found =
        tables.Find(LookupTable::kSubmissions, EncodeSubmissionKey(id));
    if (!found.ok()) return found.status();
    if (*found == EncodeIndex(article.index)) return StoreLookups(id, article.index);
  }
  return std::vector<Lookup>();
}

absl::StatusOr<ExpectedInCatalog> ExpectedOfCatalog(const KnownArticle& article, const LookupTables& tables) {
  ExpectedInCatalog expected;
  if (article.record != nullptr && article.opening != nullptr && article.content != nullptr) {
    CatalogedArticle described =
        DescribeArticle(*article.record, *article.opening, article.content->article());
    std::string tags;
    for (const CatalogTerm& term : described.terms) tags += CatalogTermTag(term);
    const std::string stored_row = EncodeCatalogRow(described.row);
    expected.lookups = CatalogLookups(described.row, stored_row, tags, article.index);
    expected.row = std::move(described.row);
    return expected;
  }
  const absl::StatusOr<std::optional<std::string>> stored_row =
      tables.Find(LookupTable::kRows, CatalogRowKey(article.index));
  if (!stored_row.ok()) return stored_row.status();
  if (*stored_row) expected.row = DecodeCatalogRow(**stored_row);
  if (!expected.row) return expected;
  const absl::StatusOr<std::optional<std::string>> tags =
      tables.Find(LookupTable::kByPublished,
                  CatalogPublishedKey(EncodePublished(expected.row->published), article.index));
  if (!tags.ok()) return tags.status();
  expected.lookups = CatalogLookups(*expected.row, **stored_row, tags->value_or(""), article.index);
  return expected;
}

PageLookups PageLookupsOf(const CatalogRow& row, std::uint64_t index) {
  const CatalogPageTags page = TagsOfPage(row.publisher_domain, row.url);
  return {.claim = CatalogClaimPrefix(page.url, row.verdict) + row.publisher_domain,
          .version = CatalogVersionKey(page, row.article_digest, row.verdict),
          .version_list = CatalogVersionListPrefix(page, row.verdict) + EncodeIndex(index)};
}

}  // namespace chirograph
