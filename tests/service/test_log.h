// SPDX-License-Identifier: Apache-2.0
//
// A log that is made up as it goes, with everything that was committed kept in memory to compare a store
// with.
#ifndef CHIROGRAPH_TESTS_SERVICE_TEST_LOG_H_
#define CHIROGRAPH_TESTS_SERVICE_TEST_LOG_H_

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/merkle.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/log_store.h"
#include "service/rocksdb_log_store.h"
#include "tests/service/status_matchers.h"

namespace chirograph {

inline const StoreIdentity kTestIdentity = {"log.example/2026", "log.example/2026+12345678+AQID"};

class TestLog {
 public:
  // Entry and checkpoint of an index and a tree size; what they are in tests that only store them.
  std::function<std::string(std::uint64_t)> make_entry = [](std::uint64_t index) {
    return fmt::format("entry {}", index);
  };
  std::function<std::string(std::uint64_t, const Digest&)> make_checkpoint = [](std::uint64_t tree_size,
                                                                                const Digest& root) {
    return fmt::format("checkpoint {} {}\n", tree_size, ToHex(root));
  };
  std::size_t content_bytes = 100;

  // A batch of `count` entries: every tenth a key event, the others articles, every third of which came as a
  // message. It changes nothing: Accept does.
  LogBatch MakeBatch(std::size_t count) const {
    LogBatch batch;
    batch.first_index = entries_.size();
    TileEdge edge = edge_;
    for (std::size_t i = 0; i < count; ++i) {
      batch.entries.push_back(MakeEntry(batch.first_index + i));
      edge.Append(LeafHash(batch.entries.back().log_entry));
    }
    batch.tiles = edge.TakeChangedTiles();
    batch.checkpoint = make_checkpoint(edge.tree_size(), edge.RootHash());
    return batch;
  }

  // `batch` was committed.
  void Accept(const LogBatch& batch) {
    for (const NewEntry& entry : batch.entries) {
      edge_.Append(LeafHash(entry.log_entry));
      entries_.push_back(entry);
    }
    edge_.TakeChangedTiles();
    for (const auto& [id, hashes] : batch.tiles) tiles_[id] = hashes;
    checkpoint_ = batch.checkpoint;
    sizes_.push_back(entries_.size());
  }

  // Commits `count` entries and keeps them.
  CommitResult Commit(LogStore& store, std::size_t count) {
    const LogBatch batch = MakeBatch(count);
    CommitResult result = store.Commit(batch);
    if (result.outcome == CommitOutcome::kCommitted) Accept(batch);
    return result;
  }

  // The checkpoint for size 0.
  std::string EmptyCheckpoint() const { return make_checkpoint(0, EmptyRootHash()); }

  // The log as it was after `commits` commits.
  TestLog Prefix(std::size_t commits) const {
    TestLog log;
    log.make_entry = make_entry;
    log.make_checkpoint = make_checkpoint;
    log.content_bytes = content_bytes;
    for (std::size_t i = 0, before = 0; i < commits; before = sizes_[i++]) {
      log.Accept(log.MakeBatch(sizes_[i] - before));
    }
    return log;
  }

  std::uint64_t tree_size() const { return entries_.size(); }
  const std::vector<NewEntry>& entries() const { return entries_; }
  const std::vector<std::uint64_t>& sizes() const { return sizes_; }  // after each commit

  // That `store` has this log, all of it, and nothing else that can be asked for.
  void ExpectIsIn(const LogStore& store) const {
    EXPECT_EQ(store.ReadCheckpoint().value(), checkpoint_.empty() ? EmptyCheckpoint() : checkpoint_);
    for (std::uint64_t index = 0; index < entries_.size(); ++index) ExpectEntryIsIn(store, index);
    EXPECT_THAT(store.ReadEntry(entries_.size()), StatusIs(absl::StatusCode::kNotFound, "entries["));
    for (const auto& [id, hashes] : tiles_) {
      EXPECT_EQ(store.ReadTile(id, static_cast<int>(hashes.size() / kSha256Bytes)).value(), hashes);
    }
    std::map<KeyName, std::uint64_t> keys;
    for (std::uint64_t index = 0; index < entries_.size(); ++index) {
      if (entries_[index].key) keys[*entries_[index].key] = index;
    }
    EXPECT_THAT(store.ReadKeyEventIndexes().value(), testing::ElementsAreArray(keys));
  }

 private:
  NewEntry MakeEntry(std::uint64_t index) const {
    NewEntry entry;
    entry.log_entry = make_entry(index);
    if (index % 10 == 0) {
      entry.key = KeyName{fmt::format("publisher{}.example", index % 30), "key-1"};
      return entry;
    }
    SubmissionId id;
    id.article_digest = Sha256(fmt::format("article {}", index));
    if (index % 2 == 0) id.secured_digest = Sha256(fmt::format("secured {}", index));
    if (index % 3 != 0) id.source_digest = Sha256(fmt::format("source {}", index));
    entry.submission = id;
    entry.opening = fmt::format("opening {}", index);
    entry.content = fmt::format("content {} ", index);
    const Digest seed = Sha256(entry.content);
    for (std::size_t i = 0; entry.content.size() < content_bytes; ++i) {
      entry.content +=
          AsBytes(Sha256({AsBytes(seed), std::string_view(reinterpret_cast<const char*>(&i), sizeof i)}));
    }
    return entry;
  }

  void ExpectEntryIsIn(const LogStore& store, std::uint64_t index) const {
    const NewEntry& entry = entries_[index];
    EXPECT_EQ(store.ReadEntry(index).value(), entry.log_entry);
    if (!entry.submission) {
      EXPECT_THAT(store.ReadOpening(index), StatusIs(absl::StatusCode::kNotFound, "openings["));
      EXPECT_THAT(store.ReadContent(index), StatusIs(absl::StatusCode::kNotFound, "content["));
      return;
    }
    EXPECT_EQ(store.ReadOpening(index).value(), entry.opening);
    EXPECT_EQ(store.ReadContent(index).value(), entry.content);
    EXPECT_EQ(store.FindSubmission(*entry.submission).value(), index);
    EXPECT_EQ(store.FindByArticleDigest(entry.submission->article_digest).value(), index);
    if (entry.submission->source_digest) {
      EXPECT_EQ(store.FindBySourceDigest(*entry.submission->source_digest).value(), index);
    }
  }

  TileEdge edge_;
  std::vector<NewEntry> entries_;
  std::map<TileId, std::string> tiles_;
  std::string checkpoint_;
  std::vector<std::uint64_t> sizes_;
};

// Makes an empty store of `log` in `path` and opens it.
inline std::unique_ptr<LogStore> MakeStore(const std::string& path, const TestLog& log) {
  EXPECT_THAT(RocksDbLogStore::Create(path, kTestIdentity, log.EmptyCheckpoint()), IsOk());
  auto store = RocksDbLogStore::Open(path, kTestIdentity);
  EXPECT_THAT(store, IsOk());
  return *std::move(store);
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TEST_LOG_H_
