// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/tamper_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "proto/canonical_form.h"
#include "proto/stored_format.h"
#include "service/catalog_schema.h"
#include "service/internal/expected_lookups.h"
#include "service/internal/lookup_table.h"

namespace chirograph {
namespace {

constexpr int kFirstNumber = 10'000;

Policy AcceptAll() {
  Policy policy;
  for (const Verdict verdict : kAllVerdicts) policy.Set(verdict, PolicyAction::kAccept);
  policy.SetUnsignedWithKeys(PolicyAction::kAccept);
  return policy;
}

// Every seventh article is of a page that has others.
std::string UrlOf(int number, std::string_view domain) {
  if (number % 7 == 0) return fmt::format("https://{}/page/{}", domain, number / 70);
  return fmt::format("https://{}/{}", domain, number);
}

v1::Article MakeMessage(int number, const std::string& domain) {
  v1::Article article = MakeArticle(number, domain);
  article.set_web_url(UrlOf(number, domain));
  article.set_category(fmt::format("category {}", number % 5));
  article.set_type("news");
  article.add_topics(fmt::format("topic {}", number % 11));
  article.mutable_published_date_time()->set_seconds(1'600'000'000 + number * 60);
  return article;
}

std::string MakeSource(int number, const std::string& domain, const TestPublisher* signer) {
  std::string source = fmt::format(
      "---\ntitle: \"Article {0}\"\nwebUrl: \"{1}\"\ncategory: \"category {2}\"\nprovider:\n  domain: {3}\n"
      "topics: [testing, \"topic {4}\"]\n---\nThe text of article {0}.\n",
      number, UrlOf(number, domain), number % 5, domain, number % 11);
  if (signer == nullptr) return source;
  const std::string secured = signer->Secured(ParseDocument(source).value());
  return source.insert(4, fmt::format("secured: \"{}\"\n", secured));
}

KnownArticle Known(std::uint64_t index, const Forger::Parts& parts) {
  return {.index = index,
          .record = &parts.entry.article_record(),
          .opening = &parts.opening,
          .content = &parts.content,
          .stored_opening = std::nullopt,
          .stored_content = std::nullopt};
}

}  // namespace

TamperedLog::TamperedLog(const std::function<void(TestArchive& archive)>& at_half) {
  revoked_.key.revoked_at = kTestNow - absl::Hours(24);
  late_.key.not_after = kTestNow - absl::Hours(24);
  keyring_ = KeyringOf({&plain_, &sealed_, &rsa_, &revoked_, &late_});
  archive_ = std::make_unique<TestArchive>(keyring_, AcceptAll());
  EXPECT_TRUE(archive_->StartCatalog().ok());
  for (int number = 0; number < kArticles; ++number) {
    Submit(number);
    if (number % 100 != 99) continue;
    for (auto& answer : answers_) EXPECT_TRUE(answer.get().ok());
    answers_.clear();
    archive_->clock.Advance(absl::Seconds(1));
    if (at_half && number + 1 == kArticles / 2) at_half(*archive_);
  }
  tree_size_ = archive_->tree_size();
  EXPECT_TRUE(archive_->CatchUp().ok());
}

void TamperedLog::Submit(int number) {
  const auto message = [&](const TestPublisher& publisher) {
    v1::Article article = MakeMessage(kFirstNumber + number, publisher.domain());
    article.set_secured(publisher.Secured(article));
    return article;
  };
  switch (static_cast<ArticleKind>(number % kKinds)) {
    case ArticleKind::kPlainMessage:
      return answers_.push_back(archive_->Submit(message(plain_)));
    case ArticleKind::kPlainSource:
      return answers_.push_back(
          archive_->Submit(MakeSource(kFirstNumber + number, plain_.domain(), &plain_)));
    case ArticleKind::kSealedSource:
      return answers_.push_back(
          archive_->Submit(MakeSource(kFirstNumber + number, sealed_.domain(), &sealed_)));
    case ArticleKind::kRsaMessage:
      return answers_.push_back(archive_->Submit(message(rsa_)));
    case ArticleKind::kRevoked:
      return answers_.push_back(archive_->Submit(message(revoked_)));
    case ArticleKind::kOutOfPeriod:
      return answers_.push_back(archive_->Submit(message(late_)));
    case ArticleKind::kInvalid: {
      v1::Article article = message(plain_);
      article.set_title(article.title() + ", changed");
      return answers_.push_back(archive_->Submit(article));
    }
    case ArticleKind::kUnknownKey:
      return answers_.push_back(archive_->Submit(message(stranger_)));
    case ArticleKind::kUnsignedMessage:
      return answers_.push_back(archive_->Submit(MakeMessage(kFirstNumber + number, "unsigned.example")));
    case ArticleKind::kUnsignedSource:
      return answers_.push_back(
          archive_->Submit(MakeSource(kFirstNumber + number, "unsigned.example", nullptr)));
  }
}

Forger::Parts Forger::Read(std::uint64_t index) {
  Parts parts;
  parts.entry = ParseLogEntry(store_.GetAt(StoreColumn::kEntries, index)).value();
  if (!parts.entry.has_article_record()) return parts;
  parts.opening = ParseOpening(store_.GetAt(StoreColumn::kOpenings, index)).value();
  parts.content = ParseContent(store_.GetAt(StoreColumn::kContent, index)).value();
  return parts;
}

void Forger::SetDigests(Parts& parts) {
  const v1::Article& article = parts.content.article();
  parts.opening.set_article_digest(std::string(AsBytes(Sha256(CanonicalForm(article).value()))));
  parts.opening.clear_secured_digest();
  if (!article.secured().empty()) {
    parts.opening.set_secured_digest(std::string(AsBytes(Sha256(article.secured()))));
  }
  parts.opening.clear_source_digest();
  if (parts.content.has_source_document()) {
    parts.opening.set_source_digest(std::string(AsBytes(Sha256(parts.content.source_document()))));
  }
}

void Forger::Rewrite(std::uint64_t index, const Change& change) {
  const Parts before = Read(index);
  Parts after = before;
  change(after);
  const std::string key = EncodeIndex(index);
  if (after.entry.has_article_record()) {
    const std::string content = SerializeContent(after.content);
    after.opening.set_content_digest(std::string(AsBytes(Sha256(content))));
    const std::string opening = SerializeOpening(after.opening).value();
    after.entry.mutable_article_record()->set_opening_digest(std::string(AsBytes(Sha256(opening))));
    store_.Put(StoreColumn::kContent, key, content);
    store_.Put(StoreColumn::kOpenings, key, opening);
    Reindex(index, before, after);
  }
  store_.Put(StoreColumn::kEntries, key, SerializeLogEntry(after.entry).value());
}

void Forger::Reindex(std::uint64_t index, const Parts& before, const Parts& after) {
  const LookupTables tables(store_.reader(), &store_.catalog());
  const auto lookups = [&](const Parts& parts) {
    std::vector<Lookup> all = ExpectedInStore(Known(index, parts), tables).value();
    const ExpectedInCatalog in_catalog = ExpectedOfCatalog(Known(index, parts), tables).value();
    all.insert(all.end(), in_catalog.lookups.begin(), in_catalog.lookups.end());
    const PageLookups page = PageLookupsOf(*in_catalog.row, index);
    for (const std::string& key : {page.claim, page.version}) {
      all.push_back({LookupTable::kPages, key, EncodeIndex(index), index});
    }
    all.push_back({LookupTable::kPages, page.version_list, "", index});
    return all;
  };
  const std::vector<Lookup> old_ones = lookups(before);
  const std::vector<Lookup> new_ones = lookups(after);
  const std::map<LookupTable, StoreColumn> columns = {{LookupTable::kSubmissions, StoreColumn::kSubmissions},
                                                      {LookupTable::kArticles, StoreColumn::kArticles},
                                                      {LookupTable::kSources, StoreColumn::kSources}};
  const auto is_in = [](const std::vector<Lookup>& all, const Lookup& lookup) {
    return std::find(all.begin(), all.end(), lookup) != all.end();
  };
  for (const Lookup& lookup : old_ones) {
    // A page's keys that lead to an earlier article are that one's.
    if (is_in(new_ones, lookup) || tables.Find(lookup.table, lookup.key).value() != lookup.value) continue;
    if (lookup.table == LookupTable::kByIndex) {
      Unlist(lookup);
    } else if (columns.contains(lookup.table)) {
      store_.Delete(columns.at(lookup.table), lookup.key);
    } else {
      store_.DeleteInCatalog(lookup.key);
    }
  }
  for (const Lookup& lookup : new_ones) {
    if (is_in(old_ones, lookup)) continue;
    if (lookup.table == LookupTable::kPages && tables.Find(lookup.table, lookup.key).value()) continue;
    if (lookup.table == LookupTable::kByIndex) {
      CatalogChunkWriter chunk;
      chunk.Add(MakeCatalogPosting(index, lookup.value).value());
      store_.PutInCatalog(lookup.key, chunk.bytes());
    } else if (columns.contains(lookup.table)) {
      store_.Put(columns.at(lookup.table), lookup.key, lookup.value);
    } else {
      store_.PutInCatalog(lookup.key, lookup.value);
    }
  }
}

// Takes a posting out of its chunk.
void Forger::Unlist(const Lookup& posting) {
  const StoredPair chunk = store_.catalog().ReadAtOrBefore(posting.key).value().value();
  std::vector<CatalogPosting> postings;
  EXPECT_TRUE(
      DecodeCatalogChunk(*DecodeIndex(chunk.key.substr(kCatalogPostingPrefixBytes)), chunk.value, &postings));
  CatalogChunkWriter rest;
  for (const CatalogPosting& other : postings) {
    if (other.index != posting.index) rest.Add(other);
  }
  store_.DeleteInCatalog(chunk.key);
  if (rest.size() == 0) return;
  store_.PutInCatalog(chunk.key.substr(0, kCatalogPostingPrefixBytes) + EncodeIndex(rest.first_index()),
                      rest.bytes());
}

void Forger::RebuildTiles(std::uint64_t tree_size) {
  TileEdge edge;
  for (std::uint64_t i = 0; i < tree_size; ++i) edge.Append(LeafHash(store_.GetAt(StoreColumn::kEntries, i)));
  std::map<std::string, std::string> tiles;
  for (const auto& [id, hashes] : edge.TakeChangedTiles()) tiles[EncodeTileKey(id)] = hashes;
  for (const StoredPair& pair : store_.Pairs(StoreColumn::kTiles)) {
    if (!tiles.contains(pair.key)) store_.Delete(StoreColumn::kTiles, pair.key);
  }
  for (const auto& [key, hashes] : tiles) store_.Put(StoreColumn::kTiles, key, hashes);
}

void Forger::Sign(std::uint64_t tree_size) {
  RebuildTiles(tree_size);
  const TileEdge edge = TileEdge::Load(tree_size, store_.reader()).value();
  SignRoot(tree_size, edge.RootHash());
}

void Forger::SignRoot(std::uint64_t tree_size, const Digest& root_hash) {
  store_.Put(StoreColumn::kMeta, kMetaCheckpointKey,
             SignCheckpoint({signer_.verifier().name(), tree_size, root_hash, {}}, signer_).value());
  store_.PutInCatalog(CatalogMetaKey(kCatalogProgressKey), EncodeCatalogProgress({tree_size, root_hash}));
}

void Forger::RollBack(std::uint64_t tree_size, std::uint64_t count) {
  const std::uint64_t end = tree_size - count;
  for (std::uint64_t i = end; i < tree_size; ++i) {
    for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
      store_.Delete(column, EncodeIndex(i));
    }
  }
  std::vector<Lookup> lookups;
  for (const LookupTable table : {LookupTable::kSubmissions, LookupTable::kArticles, LookupTable::kSources}) {
    const std::array columns = {StoreColumn::kSubmissions, StoreColumn::kArticles, StoreColumn::kSources};
    const StoreColumn column = columns[static_cast<std::size_t>(table)];
    for (const StoredPair& pair : store_.Pairs(column)) {
      if (DecodeLookups(table, pair, &lookups) && lookups.front().index >= end)
        store_.Delete(column, pair.key);
    }
  }
  for (const CatalogTable table : {CatalogTable::kRows, CatalogTable::kByIndex, CatalogTable::kByPublished,
                                   CatalogTable::kUrls, CatalogTable::kPages}) {
    const LookupTable lookup_table = kAllLookupTables[static_cast<std::size_t>(table) + 2];
    for (const StoredPair& pair : store_.CatalogPairs(table)) {
      if (!DecodeLookups(lookup_table, pair, &lookups) || lookups.back().index < end) continue;
      store_.DeleteInCatalog(pair.key);
      if (table != CatalogTable::kByIndex) continue;
      CatalogChunkWriter rest;
      for (const Lookup& lookup : lookups) {
        if (lookup.index < end) rest.Add(MakeCatalogPosting(lookup.index, lookup.value).value());
      }
      if (rest.size() > 0) store_.PutInCatalog(pair.key, rest.bytes());
    }
  }
  Sign(end);
}

void Forger::Remove(std::uint64_t index, std::uint64_t tree_size) {
  for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
    std::vector<std::string> values;
    for (std::uint64_t i = index + 1; i < tree_size; ++i) values.push_back(store_.GetAt(column, i));
    for (std::size_t i = 0; i < values.size(); ++i) store_.Put(column, EncodeIndex(index + i), values[i]);
    store_.Delete(column, EncodeIndex(tree_size - 1));
  }
  RebuildTiles(tree_size - 1);
}

void Forger::Swap(std::uint64_t a, std::uint64_t b) {
  for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
    const std::string first = store_.GetAt(column, a);
    const std::string second = store_.GetAt(column, b);
    store_.Put(column, EncodeIndex(a), second);
    store_.Put(column, EncodeIndex(b), first);
  }
}

}  // namespace chirograph
