// SPDX-License-Identifier: Apache-2.0
#include "service/internal/batch_writer.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

// A buffer that one unusual batch made larger than this is not kept.
constexpr std::size_t kMaxKeptBytes = std::size_t{16} << 20;

absl::Status BadEntry(std::uint64_t index, std::string_view finding) {
  return absl::InvalidArgumentError(
      fmt::format("entry {} to commit {}; nothing was written", index, finding));
}

absl::Status CheckEntry(std::uint64_t index, const NewEntry& entry) {
  if (entry.log_entry.empty() || entry.log_entry.size() > limits::kMaxLogEntryBytes) {
    return BadEntry(index, fmt::format("has {} bytes; expected 1 to {}", entry.log_entry.size(),
                                       limits::kMaxLogEntryBytes));
  }
  if (entry.submission.has_value() == entry.opening.empty() ||
      entry.submission.has_value() == entry.content.empty()) {
    return BadEntry(index, "has one or two of submission, opening and content; expected all or none");
  }
  if (entry.key && !DecodeKeyName(EncodeKeyName(*entry.key))) {
    return BadEntry(index, "has a key name that is empty or has a zero byte");
  }
  return absl::OkStatus();
}

}  // namespace

void BatchWriter::Put(const RocksDbDatabase& database, StoreColumn column, std::string_view key,
                      std::string_view value) {
  const rocksdb::Status status = buffer_.Put(database.handle(column), ToSlice(key), ToSlice(value));
  if (status_.ok() && !status.ok()) status_ = status;
}

absl::Status BatchWriter::AddEntry(std::uint64_t index, const NewEntry& entry,
                                   const RocksDbDatabase& database) {
  if (absl::Status status = CheckEntry(index, entry); !status.ok()) return status;
  const std::string key = EncodeIndex(index);
  Put(database, StoreColumn::kEntries, key, entry.log_entry);
  if (entry.submission) {
    Put(database, StoreColumn::kOpenings, key, entry.opening);
    Put(database, StoreColumn::kContent, key, entry.content);
    Put(database, StoreColumn::kSubmissions, EncodeSubmissionKey(*entry.submission), key);
    Put(database, StoreColumn::kArticles, EncodeDigestKey(entry.submission->article_digest, index), "");
    if (entry.submission->source_digest) {
      Put(database, StoreColumn::kSources, EncodeDigestKey(*entry.submission->source_digest, index), "");
    }
  }
  if (entry.key) Put(database, StoreColumn::kKeyEvents, EncodeKeyName(*entry.key), key);
  return absl::OkStatus();
}

absl::Status BatchWriter::AddTile(TileId id, const std::string& hashes, std::uint64_t tree_size,
                                  const RocksDbDatabase& database) {
  const std::string name = fmt::format("{}/{}", id.level, id.index);
  if (id.level < 0 || id.level > kMaxTileLevel) {
    return absl::InvalidArgumentError(fmt::format("there is no tile {}; nothing was written", name));
  }
  const auto expected = static_cast<std::size_t>(TileWidthAt(id, tree_size)) * kSha256Bytes;
  if (hashes.empty() || hashes.size() != expected) {
    return absl::InvalidArgumentError(fmt::format(
        "tile {} of a tree of {} entries has {} bytes to commit; expected {}; nothing was written", name,
        tree_size, hashes.size(), expected));
  }
  const std::string key = EncodeTileKey(id);
  const absl::StatusOr<std::optional<std::string>> before = database.Get(StoreColumn::kTiles, key, name);
  if (!before.ok()) return before.status();
  if (*before && !hashes.starts_with(**before)) {
    return absl::InvalidArgumentError(
        fmt::format("tile {} to commit does not begin with what is stored of it; nothing was written", name));
  }
  Put(database, StoreColumn::kTiles, key, hashes);
  return absl::OkStatus();
}

absl::Status BatchWriter::Fill(const LogBatch& batch, const RocksDbDatabase& database) {
  if (buffer_.GetDataSize() > kMaxKeptBytes) {
    buffer_ = rocksdb::WriteBatch();
  } else {
    buffer_.Clear();
  }
  status_ = rocksdb::Status::OK();
  if (batch.checkpoint.empty()) {
    return absl::InvalidArgumentError("a commit without a checkpoint; nothing was written");
  }
  if (batch.first_index > kMaxTreeSize || batch.entries.size() > kMaxTreeSize - batch.first_index) {
    return absl::InvalidArgumentError("a commit past the largest tree; nothing was written");
  }
  std::uint64_t index = batch.first_index;
  for (const NewEntry& entry : batch.entries) {
    if (absl::Status status = AddEntry(index++, entry, database); !status.ok()) return status;
  }
  for (const auto& [id, hashes] : batch.tiles) {
    if (absl::Status status = AddTile(id, hashes, index, database); !status.ok()) return status;
  }
  Put(database, StoreColumn::kMeta, kMetaCheckpointKey, batch.checkpoint);
  return FromRocksDb(status_, fmt::format("commit from index {}", batch.first_index));
}

rocksdb::Status BatchWriter::Write(RocksDbDatabase& database) { return database.Write(&buffer_); }

}  // namespace chirograph
