// SPDX-License-Identifier: Apache-2.0
#include "service/page_lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "proto/enum_conversion.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

absl::Status NoSuchPage(const PageQuery& query, std::uint64_t tree_size) {
  return MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND,
                   fmt::format("no article of this URL that counts is among the {} entries of the log that "
                               "are in the catalog",
                               tree_size),
                   {{"url", query.url}, {"catalog_tree_size", std::to_string(tree_size)}});
}

absl::Status Ambiguous(std::vector<std::string> publishers) {
  const bool more = publishers.size() > kMaxPublishersNamed;
  if (more) publishers.resize(kMaxPublishersNamed);
  std::vector<std::pair<std::string, std::string>> metadata = {
      {"publishers", fmt::format("{}", fmt::join(publishers, ","))}};
  if (more) metadata.emplace_back("more", "true");
  return MakeError(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER,
                   "several publishers have articles of this URL: name one with publisher_domain", metadata);
}

absl::StatusOr<VersionBounds> BoundsOf(const Catalog& catalog, const PageQuery& query,
                                       std::uint64_t tree_size) {
  VersionBounds bounds{.verdicts = query.verdicts, .end_index = tree_size};
  if (query.as_of) {
    const absl::StatusOr<std::uint64_t> end =
        catalog.CountBefore(*query.as_of + absl::Nanoseconds(1), tree_size);
    if (!end.ok()) return end.status();
    bounds.end_index = *end;
  }
  return bounds;
}

}  // namespace

absl::StatusOr<ResolvedPage> ResolvePage(const Catalog& catalog, const PageQuery& query,
                                         std::uint64_t tree_size) {
  absl::StatusOr<VersionBounds> bounds = BoundsOf(catalog, query, tree_size);
  if (!bounds.ok()) return bounds.status();
  ResolvedPage page{{.url = query.url}, *std::move(bounds)};
  if (query.publisher_domain) {
    page.name.publisher_domain = *query.publisher_domain;
    const absl::StatusOr<CatalogPage> any = catalog.Versions(page.name, page.bounds, false, {}, {.hits = 1});
    if (!any.ok()) return any.status();
    if (any->hits.empty() && any->end) return NoSuchPage(query, tree_size);
    return page;
  }
  absl::StatusOr<std::vector<std::string>> publishers =
      catalog.Publishers(query.url, page.bounds, kMaxPublishersNamed + 1);
  if (!publishers.ok()) return publishers.status();
  if (publishers->empty()) return NoSuchPage(query, tree_size);
  if (publishers->size() > 1) return Ambiguous(*std::move(publishers));
  page.name.publisher_domain = std::move(publishers->front());
  return page;
}

absl::StatusOr<NewestVersion> FindNewestVersion(const Archive& archive, const PageQuery& query) {
  const Catalog& catalog = archive.catalog;
  NewestVersion newest{.catalog_tree_size = catalog.tree_size()};
  const absl::StatusOr<ResolvedPage> page = ResolvePage(catalog, query, newest.catalog_tree_size);
  if (!page.ok()) return page.status();
  CatalogPage versions;
  while (versions.hits.empty()) {
    absl::StatusOr<CatalogPage> next =
        catalog.Versions(page->name, page->bounds, true, versions.position, {.hits = 1});
    if (!next.ok()) return next.status();
    if (next->hits.empty() && next->end) return NoSuchPage(query, newest.catalog_tree_size);
    versions = *std::move(next);
  }
  newest.hit = std::move(versions.hits.front());
  if (newest.hit.verdict != Verdict::kValid) return newest;
  absl::StatusOr<std::optional<std::uint64_t>> newer =
      catalog.NewerNotValid(page->name, newest.hit, page->bounds.end_index);
  if (!newer.ok()) return newer.status();
  newest.newer_not_valid_index = *newer;
  return newest;
}

absl::Status CheckHit(const Catalog& catalog, const CatalogHit& hit, const v1::Receipt& receipt) {
  const absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(receipt.log_entry());
  const absl::StatusOr<v1::Opening> opening = ParseOpening(receipt.opening());
  if (entry.ok() && opening.ok() && opening->article_digest() == AsBytes(hit.article_digest) &&
      entry->article_record().verdict_at_ingest() == ToProto(hit.verdict)) {
    return absl::OkStatus();
  }
  return catalog.ReportDamage(fmt::format("what it has of index {} is not what the log has", hit.index));
}

}  // namespace chirograph
