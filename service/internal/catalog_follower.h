// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_FOLLOWER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_FOLLOWER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/checkpoint.h"
#include "crypto/tile.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_batch.h"
#include "service/internal/catalog_database.h"
#include "service/internal/recent_commits.h"
#include "service/log_store.h"

namespace chirograph {

// What the catalog keeps of one article.
struct CatalogedArticle {
  CatalogRow row;
  std::vector<CatalogTerm> terms;  // each once
};
CatalogedArticle DescribeArticle(const v1::ArticleRecord& record, const v1::Opening& opening,
                                 const v1::Article& article);

// Copies what the log has into the catalog, a batch at a time. Every entry is hashed on the way, and the
// whole compared with what was signed; and so is what is read of an article, but not what was committed by
// this process, and has been in its memory since it was hashed. Not thread-safe.
class CatalogFollower {
 public:
  // Where one batch ends.
  struct Limits {
    std::uint64_t entries = 512;
    std::size_t content_bytes = std::size_t{4} << 20;
  };

  // The references must outlive it.
  CatalogFollower(CatalogDatabase& database, const LogStore& store, Limits limits)
      : database_(database), store_(store), limits_(limits), tree_size_(database.progress().tree_size) {}

  // Goes on by one batch towards `target`, a published tree of the log; nothing where it is there already. An
  // error leaves the catalog as it was. Unavailable: store or disk cannot now; the next call tries again.
  // DataLoss: the log is damaged, or hashes to another root than `target`'s; Internal, with the message that
  // it is not the log: the catalog is damaged.
  // What `recent` has, in order, is not read from the store.
  absl::Status Advance(const Checkpoint& target, const RecentCommits::Batches& recent = {});

  // Entries of the log that are in the catalog.
  std::uint64_t tree_size() const { return tree_size_; }

 private:
  // The articles of a batch that have one term.
  struct TermChunk {
    std::string tag;
    CatalogChunkWriter postings;
  };

  absl::Status LoadEdge();
  absl::Status AddEntry(std::uint64_t index, const NewEntry* committed, std::size_t& content_bytes,
                        TileEdge& edge);
  absl::StatusOr<v1::Opening> TakeOpening(std::uint64_t index, const NewEntry* committed,
                                          const v1::ArticleRecord& record) const;
  absl::StatusOr<v1::Content> TakeContent(std::uint64_t index, const NewEntry* committed,
                                          const v1::Opening& opening, std::size_t& content_bytes) const;
  absl::Status AddArticle(std::uint64_t index, const CatalogedArticle& article, CatalogBatch& batch);
  absl::Status AddPage(std::uint64_t index, const CatalogedArticle& article, CatalogBatch& batch);
  void AddTerms(std::uint64_t index, const CatalogedArticle& article, CatalogBatch& batch);
  TermChunk& ChunkOf(const CatalogTerm& term);
  static void PutChunk(TermChunk& chunk, CatalogBatch& batch);
  absl::StatusOr<bool> PutIfNew(const std::string& key, std::uint64_t index, CatalogBatch& batch);

  CatalogDatabase& database_;
  const LogStore& store_;
  const Limits limits_;
  std::uint64_t tree_size_;
  std::optional<TileEdge> edge_;  // of tree_size_; nothing until the first batch

  // Of the batch that is being made.
  CatalogBatch batch_;
  std::unordered_map<std::string, TermChunk> chunks_;  // by dimension and value
  std::size_t chunk_bytes_ = 0;                        // in them, with their keys
  std::unordered_set<std::string> put_in_batch_;       // keys that are only put where there is none
  std::string term_;                                   // of chunks_, while it is looked for
  std::string tags_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_FOLLOWER_H_
