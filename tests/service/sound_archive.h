// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_SOUND_ARCHIVE_H_
#define CHIROGRAPH_TESTS_SERVICE_SOUND_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "service/internal/catalog_database.h"
#include "service/internal/expected_lookups.h"
#include "service/internal/stored_article.h"
#include "tests/service/memory_archive.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph {

// Makes an archive, and keeps what it stored.
inline MemoryArchive MakeSoundArchive() {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  EXPECT_THAT(archive.StartCatalog(), IsOk());
  EXPECT_THAT(archive.Ingest(publisher.Article(1)), IsOk());
  EXPECT_THAT(archive.Ingest(publisher.Document(2)), IsOk());
  EXPECT_THAT(archive.Ingest(publisher.Document(1)), IsOk());
  v1::Article changed = MakeArticle(1);
  changed.set_body("Another text.\n");
  changed.set_secured(publisher.Secured(changed));
  EXPECT_THAT(archive.Ingest(changed), IsOk());
  EXPECT_THAT(archive.Ingest(MakeArticle(3, "un.example")), IsOk());
  v1::Article nowhere = MakeArticle(4, "un.example");
  nowhere.clear_web_url();
  EXPECT_THAT(archive.Ingest(nowhere), IsOk());
  EXPECT_THAT(archive.CatchUp(), IsOk());
  archive.StopCatalog();

  constexpr std::size_t kAll = std::size_t{1} << 30;
  MemoryArchive copy;
  copy.tree_size = archive.tree_size();
  for (const StoreColumn column : kAllStoreColumns) {
    const std::vector<StoredPair> pairs = archive.store().ReadPairs(column, "", kAll).value();
    for (const StoredPair& pair : pairs) copy.log[column].pairs[pair.key] = pair.value;
  }
  const auto catalog = CatalogDatabase::OpenToCheck(archive.catalog_path()).value();
  const std::vector<StoredPair> pairs = catalog->ReadPairs("", kAll).value();
  for (const StoredPair& pair : pairs) copy.catalog.table.pairs[pair.key] = pair.value;
  return copy;
}

// Index 0: a KeyEvent. 1: a signed article. 2: one that came as a source document. 3: the article of 1 as a
// document. 4: another version of its page. 5: one that is not signed. 6: one without a URL.
inline constexpr std::uint64_t kSoundTreeSize = 7;
inline const MemoryArchive& SoundArchive() {
  static const MemoryArchive archive = MakeSoundArchive();
  EXPECT_EQ(archive.tree_size, kSoundTreeSize);
  return archive;
}

// What is known of the articles of a log, as it is when this is made.
class KnownArticles {
 public:
  KnownArticles(const LogReader& log, std::uint64_t tree_size)
      : parts_(
            log.ReadEntries({.end_index = tree_size, .with_articles = true, .max_bytes = 1U << 30}).value()) {
    for (const StoredParts& parts : parts_) loaded_.push_back(LoadEntry(parts));
    for (std::uint64_t index = 0; index < tree_size; ++index) {
      const std::optional<KnownArticle> article = KnowArticle(index, parts_[index], loaded_[index]);
      if (article) articles_.push_back(*article);
    }
  }
  KnownArticles(const KnownArticles&) = delete;
  KnownArticles& operator=(const KnownArticles&) = delete;

  const std::vector<KnownArticle>& all() const { return articles_; }
  const KnownArticle& at(std::uint64_t index) const {
    for (const KnownArticle& article : articles_) {
      if (article.index == index) return article;
    }
    ADD_FAILURE() << "no article at " << index;
    return articles_.front();
  }

 private:
  const std::vector<StoredParts> parts_;
  std::vector<LoadedEntry> loaded_;
  std::vector<KnownArticle> articles_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_SOUND_ARCHIVE_H_
