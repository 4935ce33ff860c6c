// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/tamper_spoilings.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "crypto/tile.h"
#include "proto/stored_format.h"
#include "service/catalog_schema.h"
#include "service/internal/lookup_table.h"
#include "tests/faults/tamper_spoiling_maker.h"

namespace chirograph {

void SpoilingMaker::AddEntries() {
  TurnBitIn("a bit of an entry", 20, StoreColumn::kEntries,
            {CheckPart::kLeaves, {v1::FINDING_CODE_ENTRY_MISMATCH}, 0});
  DeleteFrom("an entry is missing", 6, StoreColumn::kEntries,
             {CheckPart::kEntryForm, {v1::FINDING_CODE_ENTRY_MISSING}, 0});
  for (std::uint64_t index = 0; index < log_.first_article(); ++index) {
    // It says the same of every signature, so that nothing but its hash can tell.
    Add("a KeyEvent is another", {CheckPart::kLeaves, {v1::FINDING_CODE_ENTRY_MISMATCH}, index},
        [this, index] {
          Forger::Parts parts = forger_.Read(index);
          *parts.entry.mutable_key_event()->mutable_not_before() =
              ToTimestamp(kTestNow - absl::Hours(24 * 365));
          forger_.PutEntry(index, SerializeLogEntry(parts.entry).value());
        });
  }
}

void SpoilingMaker::AddKeptBeside() {
  TurnBitIn("a bit of an Opening", 15, StoreColumn::kOpenings,
            {CheckPart::kOpening, {v1::FINDING_CODE_OPENING_MISMATCH}, 0});
  DeleteFrom("an Opening is missing", 5, StoreColumn::kOpenings,
             {CheckPart::kOpening, {v1::FINDING_CODE_OPENING_MISSING}, 0});
  TurnBitIn("a bit of a Content", 15, StoreColumn::kContent,
            {CheckPart::kContent, {v1::FINDING_CODE_CONTENT_MISMATCH}, 0});
  DeleteFrom("a Content is missing", 5, StoreColumn::kContent,
             {CheckPart::kContent, {v1::FINDING_CODE_CONTENT_MISSING}, 0});
  for (int i = 0; i < 5; ++i) {
    const std::uint64_t salted = RandomArticle();
    Add("another salt", {CheckPart::kOpening, {v1::FINDING_CODE_OPENING_MISMATCH}, salted}, [this, salted] {
      v1::Opening opening = ParseOpening(store_.GetAt(StoreColumn::kOpenings, salted)).value();
      opening.set_salt(std::string(kSaltBytes, 's'));
      store_.Put(StoreColumn::kOpenings, EncodeIndex(salted), SerializeOpening(opening).value());
    });
    const std::uint64_t turned = RandomOf(ArticleKind::kUnsignedSource);
    Add("a Content in another order", {CheckPart::kContent, {v1::FINDING_CODE_CONTENT_MISMATCH}, turned},
        [this, turned] {
          const v1::Content content = ParseContent(store_.GetAt(StoreColumn::kContent, turned)).value();
          v1::Content source;
          source.set_source_document(content.source_document());
          v1::Content article;
          *article.mutable_article() = content.article();
          store_.Put(StoreColumn::kContent, EncodeIndex(turned),
                     source.SerializeAsString() + article.SerializeAsString());
        });
  }
}

void SpoilingMaker::AddTree() {
  const auto put = [this](const std::string& kind, TileId id, std::size_t position, std::uint64_t index) {
    const std::string key = EncodeTileKey(id);
    const std::string tile = store_.Get(StoreColumn::kTiles, key);
    const std::string spoilt =
        WithBitTurned(tile, static_cast<int>(position * 32 + Random(32)), static_cast<int>(Random(8)));
    Add(kind, {CheckPart::kTiles, {v1::FINDING_CODE_TILE_MISMATCH}, index},
        [this, key, spoilt] { store_.Put(StoreColumn::kTiles, key, spoilt); });
  };
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t index = RandomArticle();
    put("a bit of a tile of level 0", {0, index / 256}, index % 256, index);
  }
  for (std::uint64_t tile = 0; tile < log_.tree_size() / 256; ++tile) {
    put("a bit of a tile of level 1", {1, 0}, tile, tile * 256);
  }
  for (std::uint64_t tile = 0; tile < 5; ++tile) {
    Add("a tile is missing", {CheckPart::kTiles, {v1::FINDING_CODE_TILE_MISSING}, tile * 256}, [this, tile] {
      store_.Delete(StoreColumn::kTiles, EncodeTileKey({0, tile}));
    });
  }
  const std::string note = store_.Get(StoreColumn::kMeta, kMetaCheckpointKey);
  for (int i = 0; i < 10; ++i) {
    const std::string spoilt = TurnRandomBit(note);
    Add("a bit of the checkpoint",
        {CheckPart::kCheckpoint, {v1::FINDING_CODE_CHECKPOINT_INVALID}, std::nullopt},
        [this, spoilt] { store_.Put(StoreColumn::kMeta, kMetaCheckpointKey, spoilt); });
  }
}

void SpoilingMaker::AddLabels() {
  for (const std::string_view name : {kMetaOriginKey, kMetaVerifierKeyKey}) {
    const std::string spoilt = WithBitTurned(store_.Get(StoreColumn::kMeta, name), 3);
    Add("a bit of the store's label",
        {CheckPart::kCheckpoint, {v1::FINDING_CODE_STORE_MISLABELLED}, std::nullopt},
        [this, name, spoilt] { store_.Put(StoreColumn::kMeta, name, spoilt); });
  }
  const std::uint64_t size = log_.tree_size();
  for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
    Add("something beyond the end",
        {CheckPart::kEnd, {v1::FINDING_CODE_ENTRY_BEYOND_TREE, v1::FINDING_CODE_ARTICLE_UNLOGGED}, size},
        [this, column, size] { store_.Put(column, EncodeIndex(size), store_.GetAt(column, size - 1)); });
  }
}

void SpoilingMaker::AddColumns() {
  const Expected expected{CheckPart::kIndexes, {v1::FINDING_CODE_INDEX_MISMATCH}, 0};
  for (const StoreColumn column :
       {StoreColumn::kSubmissions, StoreColumn::kArticles, StoreColumn::kSources}) {
    const std::vector<StoredPair> pairs = store_.Pairs(column);
    for (int i = 0; i < 5; ++i) {
      const StoredPair pair = pairs[Random(pairs.size())];
      Expected own = expected;
      own.index = DecodeIndex(pair.value.empty() ? pair.key.substr(32) : pair.value);
      Add("a digest leads nowhere", own, [this, column, pair] { store_.Delete(column, pair.key); });
      Add("a digest leads elsewhere", own, [this, column, pair] {
        store_.Delete(column, pair.key);
        // Of an article there is, to another: its key, or its value.
        const bool by_value = !pair.value.empty();
        store_.Put(column, by_value ? pair.key : pair.key.substr(0, 32) + EncodeIndex(1),
                   by_value ? EncodeIndex(1) : "");
      });
      Expected extra = expected;
      extra.index = RandomArticle();
      const std::string key = WithBitTurned(pair.key, 3);
      Add("a digest too much", extra, [this, column, key, pair, index = *extra.index] {
        const bool by_value = !pair.value.empty();
        store_.Put(column, by_value ? key : key.substr(0, 32) + EncodeIndex(index),
                   by_value ? EncodeIndex(index) : "");
      });
    }
  }
  for (const StoredPair& pair : store_.Pairs(StoreColumn::kKeyEvents)) {
    Expected own = expected;
    own.index = DecodeIndex(pair.value);
    Add("a key leads nowhere", own, [this, pair] { store_.Delete(StoreColumn::kKeyEvents, pair.key); });
  }
}

void SpoilingMaker::AddCatalog() {
  const auto change = [this](const std::string& kind, CatalogTable table, int count, v1::FindingCode code,
                             bool erase) {
    const std::vector<StoredPair> pairs = store_.CatalogPairs(table);
    std::vector<Lookup> lookups;
    while (count > 0) {
      const StoredPair pair = pairs[Random(pairs.size())];
      const LookupTable lookup_table = kAllLookupTables[static_cast<std::size_t>(table) + 2];
      if (!erase && pair.value.empty()) continue;
      if (!DecodeLookups(lookup_table, pair, &lookups)) continue;
      const std::string spoilt = erase ? "" : TurnRandomBit(pair.value);
      Add(kind, {CheckPart::kCatalog, {code}, lookups.front().index}, [this, pair, spoilt, erase] {
        if (erase) return store_.DeleteInCatalog(pair.key);
        store_.PutInCatalog(pair.key, spoilt);
      });
      --count;
    }
  };
  change("a bit of a catalog row", CatalogTable::kRows, 15, v1::FINDING_CODE_CATALOG_DIFFERS, false);
  change("a bit of a catalog list", CatalogTable::kByPublished, 8, v1::FINDING_CODE_CATALOG_DIFFERS, false);
  change("a bit of a catalog list", CatalogTable::kUrls, 8, v1::FINDING_CODE_CATALOG_DIFFERS, false);
  change("a bit of a catalog page", CatalogTable::kPages, 15, v1::FINDING_CODE_CATALOG_DIFFERS, false);
  for (const CatalogTable table : {CatalogTable::kRows, CatalogTable::kByIndex, CatalogTable::kByPublished,
                                   CatalogTable::kUrls, CatalogTable::kPages}) {
    change("the catalog hides an article", table, 6, v1::FINDING_CODE_CATALOG_HIDES, true);
  }
  AddChunks();
  AddInvented();
  std::vector<StoredPair> pages = store_.CatalogPairs(CatalogTable::kPages);
  std::erase_if(pages, [](const StoredPair& pair) { return pair.value.empty(); });
  for (int i = 0; i < 4; ++i) {
    const StoredPair page = pages[Random(pages.size())];
    Add("a catalog page is of a KeyEvent",
        {CheckPart::kCatalog, {v1::FINDING_CODE_CATALOG_DIFFERS}, DecodeIndex(page.value)},
        [this, key = page.key] { store_.PutInCatalog(key, EncodeIndex(1)); });
  }
}

// What of a list's chunk is not as it was is named at the first posting that is not.
void SpoilingMaker::AddChunks() {
  const std::vector<StoredPair> chunks = store_.CatalogPairs(CatalogTable::kByIndex);
  for (int i = 0; i < 15; ++i) {
    const StoredPair chunk = chunks[Random(chunks.size())];
    const StoredPair spoilt{chunk.key, TurnRandomBit(chunk.value)};
    std::vector<Lookup> before;
    std::vector<Lookup> after;
    ASSERT_TRUE(DecodeLookups(LookupTable::kByIndex, chunk, &before));
    const bool is_chunk = DecodeLookups(LookupTable::kByIndex, spoilt, &after);
    const auto gone = std::find_if(before.begin(), before.end(), [&](const Lookup& lookup) {
      return !is_chunk || std::find(after.begin(), after.end(), lookup) == after.end();
    });
    if (gone == before.end()) {
      --i;  // only more than there was
      continue;
    }
    Add("a bit of a catalog chunk",
        {CheckPart::kCatalog,
         {v1::FINDING_CODE_CATALOG_DIFFERS, v1::FINDING_CODE_CATALOG_HIDES,
          v1::FINDING_CODE_CATALOG_UNREADABLE},
         gone->index},
        [this, spoilt] { store_.PutInCatalog(spoilt.key, spoilt.value); });
  }
}

void SpoilingMaker::AddInvented() {
  const auto add = [this](std::uint64_t index, const std::string& key, const std::string& value) {
    Add("the catalog invents an article", {CheckPart::kCatalog, {v1::FINDING_CODE_CATALOG_INVENTS}, index},
        [this, key, value] { store_.PutInCatalog(key, value); });
  };
  const auto at = [](const std::string& key, std::uint64_t index) {
    return key.substr(0, key.size() - 8) + EncodeIndex(index);
  };
  std::vector<StoredPair> versions = store_.CatalogPairs(CatalogTable::kPages);
  std::erase_if(versions, [](const StoredPair& pair) { return !pair.value.empty(); });
  for (int i = 0; i < 4; ++i) {
    const auto random = [this](const std::vector<StoredPair>& pairs) { return pairs[Random(pairs.size())]; };
    const StoredPair row = random(store_.CatalogPairs(CatalogTable::kRows));
    // Of a KeyEvent. The others are of an article that has another time, URL, page, and topic.
    const auto key_event = static_cast<std::uint64_t>(i);
    add(key_event, at(row.key, key_event), row.value);
    // Only messages say when they were published, each something else.
    const std::uint64_t dated = RandomOf(ArticleKind::kUnsignedMessage);
    const StoredPair published = random(store_.CatalogPairs(CatalogTable::kByPublished));
    add(dated, at(published.key, dated), published.value);
    const std::uint64_t located = RandomArticle();
    const StoredPair url = random(store_.CatalogPairs(CatalogTable::kUrls));
    add(located, at(url.key, located), url.value);
    const std::uint64_t listed = RandomArticle();
    add(listed, at(random(versions).key, listed), "");
    const std::uint64_t claimed = RandomArticle();
    add(claimed,
        CatalogClaimPrefix(CatalogUrlTag("https://invented.example/"), Verdict::kValid) + "invented.example",
        EncodeIndex(claimed));
    const std::uint64_t posted = RandomArticle();
    CatalogChunkWriter chunk;
    chunk.Add(MakeCatalogPosting(posted, EncodePublished(std::nullopt)).value());
    add(posted, CatalogPostingPrefix({CatalogDimension::kTopic, "invented"}) + EncodeIndex(posted),
        chunk.bytes());
  }
}

void SpoilingMaker::AddMoved() {
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t a = RandomOf(ArticleKind::kUnsignedMessage);
    const std::uint64_t b = RandomOf(ArticleKind::kUnsignedSource);
    Add("two entries swapped", {CheckPart::kLeaves, {v1::FINDING_CODE_ENTRY_MISMATCH}, std::min(a, b)},
        [this, a, b] { forger_.Swap(a, b); });
    Add("two entries swapped, tiles rebuilt",
        {CheckPart::kIndexes, {v1::FINDING_CODE_INDEX_MISMATCH}, std::min(a, b)}, [this, a, b] {
          forger_.Swap(a, b);
          forger_.RebuildTiles(log_.tree_size());
        });
    const std::uint64_t gone = RandomArticle();
    Add("an entry removed, tiles rebuilt", {CheckPart::kIndexes, {v1::FINDING_CODE_INDEX_MISMATCH}, gone},
        [this, gone] { forger_.Remove(gone, log_.tree_size()); });
  }
}

std::vector<Spoiling> MakeSpoilings(const TamperedLog& log, SpoilableArchive& store, Forger& forger) {
  const auto maker = std::make_shared<SpoilingMaker>(log, store, forger);
  std::vector<Spoiling> spoilings = maker->Make();
  // Which they use.
  for (Spoiling& spoiling : spoilings) {
    spoiling.apply = [maker, apply = std::move(spoiling.apply)] { apply(); };
  }
  return spoilings;
}

}  // namespace chirograph
