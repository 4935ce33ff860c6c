// SPDX-License-Identifier: Apache-2.0
#include "service/internal/catalog_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/merkle.h"
#include "proto/enum_conversion.h"
#include "proto/published_time.h"
#include "proto/stored_format.h"
#include "service/internal/rocksdb_database.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

// What must be in the log and is not is damage of it.
absl::Status FromLog(const absl::Status& status, std::uint64_t index) {
  if (absl::IsUnavailable(status)) return status;
  return absl::DataLossError(fmt::format("entry {}: {}", index, std::string(status.message())));
}

absl::Status FromCatalog(const absl::Status& status) {
  return absl::IsDataLoss(status) ? absl::InternalError(status.message()) : status;
}

absl::Status WrongHash(std::string_view what) {
  return absl::DataLossError(fmt::format("its {} does not hash to what the log says", what));
}

// The entry at `index`, where `recent` has it. Looks from `at` on, and leaves that at its batch.
const NewEntry* Find(const RecentCommits::Batches& recent, std::uint64_t index, std::size_t& at) {
  for (; at < recent.size(); ++at) {
    const LogBatch& batch = *recent[at];
    if (index < batch.first_index) return nullptr;
    if (index - batch.first_index < batch.entries.size()) return &batch.entries[index - batch.first_index];
  }
  return nullptr;
}

}  // namespace

CatalogedArticle DescribeArticle(const v1::ArticleRecord& record, const v1::Opening& opening,
                                 const v1::Article& article) {
  CatalogedArticle described;
  CatalogRow& row = described.row;
  row.verdict =
      FromProto(record.verdict_at_ingest()).value_or(Verdict::kUnsigned);  // ParseLogEntry has looked
  row.ingest_time = FromTimestamp(record.ingest_time());
  row.published = PublishedTimeOf(article);
  row.article_digest = DigestFromBytes(opening.article_digest()).value_or(Digest());
  row.publisher_domain = opening.publisher_domain();
  row.url = opening.url();

  std::vector<CatalogTerm>& terms = described.terms;
  terms.push_back({CatalogDimension::kPublisher, row.publisher_domain});
  terms.push_back({CatalogDimension::kVerdict, std::string(1, static_cast<char>(row.verdict))});
  if (article.has_category()) terms.push_back({CatalogDimension::kCategory, article.category()});
  if (article.has_type()) terms.push_back({CatalogDimension::kType, article.type()});
  for (const std::string& topic : article.topics()) terms.push_back({CatalogDimension::kTopic, topic});
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return described;
}

absl::Status CatalogFollower::LoadEdge() {
  absl::StatusOr<TileEdge> edge = TileEdge::Load(tree_size_, store_);
  if (!edge.ok()) return FromLog(edge.status(), tree_size_);
  edge_ = *std::move(edge);
  return absl::OkStatus();
}

absl::Status CatalogFollower::Advance(const Checkpoint& target, const RecentCommits::Batches& recent) {
  if (tree_size_ >= target.tree_size) return absl::OkStatus();
  if (!edge_) {
    if (absl::Status status = LoadEdge(); !status.ok()) return status;
  }
  CatalogBatch& batch = batch_;
  batch.Clear();
  put_in_batch_.clear();
  chunks_.clear();
  chunk_bytes_ = 0;
  TileEdge edge = *edge_;
  std::size_t content_bytes = 0;
  std::size_t at = 0;
  std::uint64_t index = tree_size_;
  const std::uint64_t end = tree_size_ + std::min(limits_.entries, target.tree_size - tree_size_);
  do {
    const NewEntry* const committed = Find(recent, index, at);
    if (absl::Status status = AddEntry(index, committed, content_bytes, edge); !status.ok()) return status;
    ++index;
  } while (index < end && content_bytes < limits_.content_bytes &&
           batch.bytes() + chunk_bytes_ < limits_.content_bytes);
  for (auto& [term, chunk] : chunks_) PutChunk(chunk, batch);
  edge.TakeChangedTiles();  // which are the store's to keep
  const CatalogProgress progress{index, edge.RootHash()};
  if (index == target.tree_size && progress.root_hash != target.root_hash) {
    return absl::DataLossError(
        fmt::format("the first {} entries of the log hash to the root {}; {} was signed", index,
                    ToHex(progress.root_hash), ToHex(target.root_hash)));
  }
  batch.Put(CatalogMetaKey(kCatalogProgressKey), EncodeCatalogProgress(progress));
  if (absl::Status status = database_.Write(&batch.Sorted()); !status.ok()) return FromCatalog(status);
  edge_ = std::move(edge);
  tree_size_ = index;
  return absl::OkStatus();
}

absl::Status CatalogFollower::AddEntry(std::uint64_t index, const NewEntry* committed,
                                       std::size_t& content_bytes, TileEdge& edge) {
  absl::StatusOr<std::string> stored;
  if (committed == nullptr) stored = store_.ReadEntry(index);
  if (committed == nullptr && !stored.ok()) return FromLog(stored.status(), index);
  const std::string& bytes = committed != nullptr ? committed->log_entry : *stored;
  edge.Append(LeafHash(bytes));
  const absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(bytes);
  if (!entry.ok()) return FromLog(entry.status(), index);
  if (!entry->has_article_record()) return absl::OkStatus();
  const absl::StatusOr<v1::Opening> opening = TakeOpening(index, committed, entry->article_record());
  if (!opening.ok()) return FromLog(opening.status(), index);
  const absl::StatusOr<v1::Content> content = TakeContent(index, committed, *opening, content_bytes);
  if (!content.ok()) return FromLog(content.status(), index);
  return AddArticle(index, DescribeArticle(entry->article_record(), *opening, content->article()), batch_);
}

absl::StatusOr<v1::Opening> CatalogFollower::TakeOpening(std::uint64_t index, const NewEntry* committed,
                                                         const v1::ArticleRecord& record) const {
  if (committed != nullptr) return ParseOpening(committed->opening);
  const absl::StatusOr<std::string> bytes = store_.ReadOpening(index);
  if (!bytes.ok()) return bytes.status();
  if (AsBytes(Sha256(*bytes)) != record.opening_digest()) return WrongHash("opening");
  return ParseOpening(*bytes);
}

absl::StatusOr<v1::Content> CatalogFollower::TakeContent(std::uint64_t index, const NewEntry* committed,
                                                         const v1::Opening& opening,
                                                         std::size_t& content_bytes) const {
  if (committed != nullptr) {
    content_bytes += committed->content.size();
    return ParseContent(committed->content);
  }
  const absl::StatusOr<std::string> bytes = store_.ReadContent(index);
  if (!bytes.ok()) return bytes.status();
  if (AsBytes(Sha256(*bytes)) != opening.content_digest()) return WrongHash("content");
  content_bytes += bytes->size();
  return ParseContent(*bytes);
}

absl::Status CatalogFollower::AddArticle(std::uint64_t index, const CatalogedArticle& article,
                                         CatalogBatch& batch) {
  batch.Put(CatalogRowKey(index), EncodeCatalogRow(article.row));
  AddTerms(index, article, batch);
  return AddPage(index, article, batch);
}

void CatalogFollower::AddTerms(std::uint64_t index, const CatalogedArticle& article, CatalogBatch& batch) {
  const std::string published = EncodePublished(article.row.published);
  const CatalogPosting posting = MakeCatalogPosting(index, published).value_or(CatalogPosting());
  tags_.clear();
  for (const CatalogTerm& term : article.terms) {
    TermChunk& chunk = ChunkOf(term);
    if (chunk.postings.size() == kMaxChunkPostings) PutChunk(chunk, batch);
    const std::size_t bytes = chunk.postings.bytes().size();
    if (bytes == 0) chunk_bytes_ += kCatalogPostingPrefixBytes;
    chunk.postings.Add(posting);
    chunk_bytes_ += chunk.postings.bytes().size() - bytes;
    tags_ += chunk.tag;
  }
  batch.Put(CatalogPublishedKey(published, index), tags_);
}

// A term is hashed once a batch.
CatalogFollower::TermChunk& CatalogFollower::ChunkOf(const CatalogTerm& term) {
  term_.assign(1, static_cast<char>(term.dimension));
  term_ += term.value;
  TermChunk& chunk = chunks_[term_];
  if (chunk.tag.empty()) chunk.tag = CatalogTermTag(term);
  return chunk;
}

void CatalogFollower::PutChunk(TermChunk& chunk, CatalogBatch& batch) {
  batch.Put(CatalogPostingPrefix(chunk.tag) + EncodeIndex(chunk.postings.first_index()),
            chunk.postings.bytes());
  chunk.postings.Clear();
}

absl::Status CatalogFollower::AddPage(std::uint64_t index, const CatalogedArticle& article,
                                      CatalogBatch& batch) {
  const CatalogRow& row = article.row;
  if (row.url.empty()) return absl::OkStatus();
  const std::string at = EncodeIndex(index);
  batch.Put(CatalogUrlPrefix(row.url) + at, EncodePublished(row.published));
  const CatalogPageTags page = TagsOfPage(row.publisher_domain, row.url);
  const absl::StatusOr<bool> claim =
      PutIfNew(CatalogClaimPrefix(page.url, row.verdict) + row.publisher_domain, index, batch);
  if (!claim.ok()) return claim.status();
  const absl::StatusOr<bool> version =
      PutIfNew(CatalogVersionKey(page, row.article_digest, row.verdict), index, batch);
  if (!version.ok()) return version.status();
  if (*version) batch.Put(CatalogVersionListPrefix(page, row.verdict) + at, "");
  return absl::OkStatus();
}

absl::StatusOr<bool> CatalogFollower::PutIfNew(const std::string& key, std::uint64_t index,
                                               CatalogBatch& batch) {
  if (put_in_batch_.contains(key)) return false;
  const absl::StatusOr<std::optional<std::string>> there = database_.Get(key);
  if (!there.ok()) return FromCatalog(there.status());
  if (*there) return false;
  put_in_batch_.insert(key);
  batch.Put(key, EncodeIndex(index));
  return true;
}

}  // namespace chirograph
